"""Measures ours, the floor and the peer in one run, taking turns; the middle of several rounds counts."""

import subprocess
import sys
import time
import venv
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from portal.simulators.bench.by_hand import imv_2026, plain_arrays
from portal.simulators.command import simulate
from portal.simulators.parameters.library import library
from portal.simulators.population.columns import random_values, run_columns

HOUSEHOLDS = 200_000
ROUNDS = 9
DAY = date(2026, 6, 1)
CASE = {"adults": 1, "minors": 2, "monthly_income": 500, "holder_age": 30, "mono": True, "net_assets": 2000}
PEER = ("openfisca-core==46.0.1", "openfisca-country-template==8.2.0")
SCRIPT = Path(__file__).with_name("openfisca_script.py")


def bench_simulate(*, environment: Path | None = None) -> dict[str, Any]:
    """The city against numpy by hand; with it, a household and the city against openfisca-core.

    `environment` is where the peer is installed (default: var/bench/openfisca); without network the peer's
    figures are None and `peer` says why.
    """
    values = random_values(library().benefits["imv"], HOUSEHOLDS, seed=1)
    arrays = plain_arrays(values)
    if not np.array_equal(run_columns("imv", DAY, values)["amount"].values, imv_2026(arrays)):
        raise AssertionError("the two sides of the bench do not give the same cents")
    timers: dict[str, Callable[[], float]] = {
        "city": lambda: _spent(lambda: run_columns("imv", DAY, values, reasons=False)),
        "by_hand": lambda: _spent(lambda: imv_2026(arrays)),
        "household": lambda: _spent(lambda: simulate("imv", DAY, CASE), times=40),
    }
    peer, why = _start_peer(environment)
    if peer is not None:
        timers["peer_city"] = lambda: _ask(peer, "city")
        timers["peer_household"] = lambda: _ask(peer, "household")
    try:
        for timer in timers.values():
            timer()
        found: dict[str, list[float]] = {name: [] for name in timers}
        for _ in range(ROUNDS):
            for name, timer in timers.items():
                found[name].append(timer())
    finally:
        if peer is not None:
            peer.communicate()
    times = {name: median(spent) for name, spent in found.items()}
    return {
        "name": "simulate",
        "unit": "households/s (IMV, every condition)",
        "ours": round(HOUSEHOLDS / times["city"]),
        "floor": round(HOUSEHOLDS / times["by_hand"]),
        "floor_is": "the IMV of this one day written by hand in numpy",
        "ratio": round(times["by_hand"] / times["city"], 2),
        "also": [
            _against("simulate city, peer", HOUSEHOLDS, times["city"], times.get("peer_city"), why),
            _against(
                "simulate one household with explanation, peer", 1, times["household"], times.get("peer_household"), why
            ),
        ],
    }


def _against(name: str, households: int, ours: float, peer: float | None, why: str) -> dict[str, Any]:
    return {
        "name": name,
        "unit": "households/s",
        "ours": round(households / ours),
        "floor": None if peer is None else round(households / peer),
        "floor_is": why,
        "ratio": None if peer is None else round(peer / ours, 2),
    }


def _spent(work: Callable[[], Any], *, times: int = 1) -> float:
    started = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - started) / times


def _start_peer(environment: Path | None) -> tuple[subprocess.Popen | None, str]:
    """The peer's process, in an environment of its own, made at the first run."""
    if environment is None:
        from case_api.settings import settings

        environment = Path(settings().var_dir) / "bench" / "openfisca"
    python = environment / "bin" / "python"
    if not (environment / "ready").exists():
        venv.create(environment, with_pip=True)
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PEER]
        outcome = subprocess.run(install, capture_output=True, text=True, check=False, timeout=600)
        if outcome.returncode:
            return None, f"openfisca-core could not be installed: {outcome.stderr.strip().splitlines()[-1:]}"
        (environment / "ready").touch()
    command = [str(python), str(SCRIPT), str(HOUSEHOLDS), "20"]
    peer = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    return peer, "openfisca-core 46.0.1, country template 8.2.0: basic income, income tax and housing allowance"


def _ask(peer: subprocess.Popen, what: str) -> float:
    assert peer.stdin is not None and peer.stdout is not None
    print(what, file=peer.stdin, flush=True)
    line = peer.stdout.readline()
    if not line:
        raise RuntimeError("the peer of the bench ended early")
    return float(line)


if __name__ == "__main__":
    print(bench_simulate(environment=Path(sys.argv[1]) if len(sys.argv) > 1 else None))
