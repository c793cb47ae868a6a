"""What every `alma bench` shares: rounds that take turns, figures made of them, and a scratch database.

Neighbours on the machine disturb both sides alike when the rounds are short and alternate, so `ratio` is the median of
the rounds' own ratios. `cpu_ratio` compares the processor time of both sides, their database's included, which waiting
neighbours hardly touch.
"""

import os
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from case_api.db import schema
from case_api.settings import settings

SIDES = ("ours", "floor")
_TICK = os.sysconf("SC_CLK_TCK")


class Spent(NamedTuple):
    """One round: its seconds on the wall and of processor time, both for the same work."""

    seconds: float
    cpu: float


def by_turns(rounds: int, round_of: Callable[[str], Spent]) -> dict[str, list[Spent]]:
    """`round_of("ours")` and `round_of("floor")`, each so many times, whoever began last ending first."""
    spent: dict[str, list[Spent]] = {side: [] for side in SIDES}
    for number in range(rounds):
        for side in SIDES if number % 2 else reversed(SIDES):
            spent[side].append(round_of(side))
    return spent


def figures(name: str, unit: str, floor_is: str, work: float, spent: Mapping[str, list[Spent]]) -> dict[str, Any]:
    """The figures of a bench: `work` is how many of `unit` (a second) one round is.

    `between` are the lower and the upper quartile of the rounds' ratios.
    """
    ours, floor = spent["ours"], spent["floor"]
    ratios = sorted(theirs.seconds / mine.seconds for mine, theirs in zip(ours, floor, strict=True))
    cpu = sum(one.cpu for one in floor) / (sum(one.cpu for one in ours) or 1)
    return {
        "name": name,
        "unit": unit,
        "ours": round(median(work / one.seconds for one in ours)),
        "floor": round(median(work / one.seconds for one in floor)),
        "ratio": round(median(ratios), 2),
        "between": [round(ratios[len(ratios) // 4], 2), round(ratios[-1 - len(ratios) // 4], 2)],
        "cpu_ratio": round(cpu, 2),
        "rounds": len(ratios),
        "floor_is": floor_is,
    }


@contextmanager
def clocked(cpu: Callable[[], float], spent: list[Spent]) -> Iterator[None]:
    """Time a block; `cpu` tells the seconds of processor time used so far."""
    cpu_before, began = cpu(), time.perf_counter()
    yield
    seconds = time.perf_counter() - began
    spent.append(Spent(seconds, cpu() - cpu_before))


def cpu_of_process(pid: int) -> float:
    """Seconds of processor time of a process, all its threads and the children that it has now or has waited for."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = {child for task in tasks for child in (task / "children").read_text().split()}
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / _TICK + sum(cpu_of_process(int(child)) for child in children)


def cpu_of_database(connection: psycopg.Connection[Any]) -> float:
    """Seconds of processor time of this database's other sessions, where it runs on this machine; 0 elsewhere.

    Sessions that ended meanwhile are not counted.
    """
    # Of other roles' sessions a role without privileges sees little more than this.
    rows = connection.execute(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    return sum(_nanoseconds(pid) for (pid,) in rows) / 1e9


def _nanoseconds(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0])
    except OSError:
        return 0


@contextmanager
def scratch_database(*also: str) -> Iterator[tuple[str, str]]:
    """A migrated database beside ours, dropped at the end: the application's URL of it and the owner's.

    `also` are statements that the owner runs in it at the start.
    """
    name = f"alma_bench_{secrets.token_hex(4)}"
    with administrator() as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER alma_owner").format(sql.Identifier(name)))
    try:
        owner = renamed(settings().DATABASE_OWNER_URL, name)
        schema.upgrade(owner)
        with psycopg.connect(plain(owner), autocommit=True) as connection:
            for statement in also:
                connection.execute(statement)  # type: ignore[arg-type]
        yield renamed(settings().DATABASE_URL, name), owner
    finally:
        with administrator() as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def administrator() -> "psycopg.Connection[Any]":
    """Who may make a database: the embedded cluster's own, elsewhere the owner of ours."""
    if settings().embedded:
        from case_api.db.cluster.server import embedded_cluster

        return embedded_cluster().connect()
    return psycopg.connect(plain(settings().DATABASE_OWNER_URL), autocommit=True)


def renamed(url: str, database: str) -> str:
    """The URL with another database's name."""
    return make_url(url).set(database=database).render_as_string(hide_password=False)


def plain(url: str) -> str:
    """The URL as libpq takes it."""
    return url.replace("+psycopg", "")
