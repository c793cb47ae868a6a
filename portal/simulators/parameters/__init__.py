"""Dated parameters, read strictly from `portal/simulators/data/*.yaml`."""
