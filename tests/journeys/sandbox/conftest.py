"""A sandbox with a stand-in for Alma: one a test, and one for all tests that leave no trace on each other."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.sandbox.process import Sandbox, StandIn, example_config, free_port, stand_in


@pytest.fixture
def alma_place() -> Iterator[StandIn]:
    with stand_in(free_port()) as place:
        yield place


@pytest.fixture
def sandbox(tmp_path: Path, alma_place: StandIn) -> Iterator[Sandbox]:
    config = example_config(
        tmp_path, port=free_port(), smtp_port=free_port(), alma_port=alma_place.port, alma_smtp=free_port()
    )
    started = Sandbox(tmp_path, config).start()
    try:
        yield started
    finally:
        if started.process is not None and started.process.poll() is None:
            started.kill()


@pytest.fixture(scope="package")
def lasting_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """No Alma behind it; for tests whose calls are refused, and for logins, each with a browser of its own."""
    folder = tmp_path_factory.mktemp("sandbox")
    config = example_config(
        folder, port=free_port(), smtp_port=free_port(), alma_port=free_port(), alma_smtp=free_port()
    )
    started = Sandbox(folder, config).start()
    try:
        yield started
    finally:
        started.kill()
