"""One sandbox a test, with a stand-in for Alma beside it."""

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
