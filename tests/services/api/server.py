"""The API in a process of its own, on a free port."""

import os
import socket
import subprocess
import sys
import time

import httpx

from case_api.settings import ROOT, settings

DEADLINE = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_server(port: int, module: str = "tests.services.api.serve") -> subprocess.Popen:
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", "1", "--blocking-threads", "32", "--no-ws", f"{module}:application"]
    return subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def environment() -> dict[str, str]:
    """The variables with which another process sees this test's database and secrets."""
    return os.environ | {
        "ALMA_DATABASE_URL": settings().DATABASE_URL,
        "ALMA_DATABASE_OWNER_URL": settings().DATABASE_OWNER_URL,
        "ALMA_PUBLIC_URL": settings().PUBLIC_URL,
    }


def wait_until_up(base: str) -> None:
    """Return when the API answers at this address."""
    until = time.monotonic() + DEADLINE
    while True:
        try:
            if httpx.get(f"{base}/centres", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass
        assert time.monotonic() < until, "the server did not come up"
        time.sleep(0.05)
