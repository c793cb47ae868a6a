"""The document's every operation under schemathesis, with two peers: no failure here, and one where there is a hole."""

from collections.abc import Iterator

import pytest

from tests.services.api import fuzz
from tests.services.api.server import free_port, start_server, wait_until_up


@pytest.fixture
def served(api) -> Iterator:
    """`served(module)`: a server of that module's app on this test's database; its base address."""
    running = []

    def serve(module: str = "tests.services.api.serve") -> str:
        port = free_port()
        running.append(start_server(port, module))
        base = f"http://127.0.0.1:{port}/api/v1"
        wait_until_up(base)
        return base

    yield serve
    for server in running:
        server.terminate()
        server.wait(20)


def _peers(api) -> dict[str, str]:
    return {"amparo": api.token(api.place.amparo), "roberto": api.token(api.place.roberto)}


@pytest.mark.parametrize("phases", ["coverage", "fuzzing", "stateful"])
def test_no_failure(api, served, tmp_path, phases):
    # Working out which answer leads to which request takes its time before the first of them goes.
    seconds = fuzz.seconds() * (2 if phases == "stateful" else 1)
    found = fuzz.run(served(), tmp_path, _peers(api), seconds=seconds, phases=phases)
    assert found.returncode == 0, found.stdout[-6000:] + found.stderr[-2000:]
    assert "No issues found" in found.stdout or "passed" in found.stdout, found.stdout[-3000:]
    assert "object_level_authorization` will not run" not in found.stdout + found.stderr


HOLES = [
    pytest.param("foreign", "stateful", "that `amparo` owns|that `roberto` owns", id="somebody else's object"),
    pytest.param("open", "coverage", "API accepts requests without authentication", id="a token that nobody asks for"),
    pytest.param("undeclared", "coverage", "Response violates schema", id="an attribute that nobody declared"),
    pytest.param("crash", "coverage", "Server error", id="an answer of 500"),
]


@pytest.mark.parametrize(("hole", "phases", "told"), HOLES)
def test_a_planted_hole_is_found(api, served, tmp_path, monkeypatch, hole, phases, told):
    monkeypatch.setenv("ALMA_TEST_HOLE", hole)
    base = served("tests.services.api.serve_holes")
    found = fuzz.run(base, tmp_path, _peers(api), seconds=20, phases=phases, only="Hole")
    assert found.returncode == 1, found.stdout[-4000:]
    assert any(words in found.stdout for words in told.split("|")), found.stdout[-4000:]
