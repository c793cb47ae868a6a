"""One running Alma for all journeys that leave it standing; a fresh one for those that break it."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.running import Alma


@pytest.fixture(scope="session")
def alma() -> Iterator[Alma]:
    folder = Path(tempfile.mkdtemp(prefix="alma-journey-"))
    running = Alma(folder / "var")
    try:
        yield running.start()
    finally:
        left = running.stop()
        shutil.rmtree(folder, ignore_errors=True)
    assert not left, f"still running after Ctrl-C: {left}"


@pytest.fixture
def own_alma(tmp_path: Path) -> Iterator[Alma]:
    """An Alma of this test alone, not started yet."""
    running = Alma(tmp_path / "var")
    try:
        yield running
    finally:
        running.stop()
