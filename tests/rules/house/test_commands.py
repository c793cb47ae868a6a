"""The command line on a machine that has only what running needs."""

import subprocess
import sys

import pytest

_WITHOUT = "import sys; sys.modules['selenium'] = None; from portal.cli import main; main(sys.argv[1:])"


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        pytest.param(["--help"], 0, "audit", id="every command is listed"),
        pytest.param(["audit", "http://localhost", "--fast"], 1, "make test installs it", id="what is missing is said"),
    ],
)
def test_without_the_tests_libraries(asked, code, said):
    ran = subprocess.run([sys.executable, "-c", _WITHOUT, *asked], capture_output=True, text=True, timeout=120)
    assert ran.returncode == code, ran.stderr
    assert said in ran.stdout + ran.stderr and "Traceback" not in ran.stderr
