"""`alma bench simulate`: the city against numpy written by hand, a household and a city against openfisca-core."""

from portal.simulators.bench.measure import bench_simulate

__all__ = ["bench_simulate"]
