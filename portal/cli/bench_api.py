"""`alma bench api`: a list and a fetch over the API against the same queries in bare Flask and psycopg.

The floor is made from what ours was seen to ask: every statement, with its values, in the same order, on a pool of its
own, with one row of the access log inserted and committed on its own connection before the answer. What ours adds is
the rest: the token, the decision, the door, typed answers. Both run in this process, called as a server calls them.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from flask import Flask, jsonify
from psycopg_pool import ConnectionPool
from sqlalchemy import event
from werkzeug.test import EnvironBuilder

from case_api import clock
from case_api.access import log as access_log
from case_api.city.build import build
from case_api.city.sample import BY_KEY
from case_api.db import engine as engines
from case_api.db import new_id
from case_api.db.unit import settings_of
from case_api.http import tokens
from case_api.http.app import MOUNT, create_api_app
from case_api.settings import settings
from case_api.yardstick import SIDES, Spent, by_turns, clocked, cpu_of_database, figures, plain, scratch_database

FLOOR_IS = "bare Flask + psycopg: the same statements, one log row inserted and committed"
ROUNDS, REQUESTS = 40, 25
Call = Callable[[], int]
_WHO_ACTS = f"SELECT {', '.join(['set_config(%s, %s, true)'] * 9)}"


def bench_api(*, rounds: int = ROUNDS, requests: int = REQUESTS) -> dict[str, Any]:
    """Requests a second, ours and the floor's, for a list and for a fetch (`parts`), by turns in short rounds.

    `ratio` is of one of each together. Raises RuntimeError when either answers anything but 200.
    """
    with _scratch_city():
        app = create_api_app()
        person = BY_KEY["amparo"].id
        token = tokens.issue(
            kind="citizen", subject=person, client_id="bench", scopes=list(tokens.SCOPES), assurance="high"
        )
        found = _body(app, token, f"/people/{person}/files")["items"]
        paths = {"list": f"/people/{person}/files", "fetch": f"/files/{found[0]['id']}"}
        with ConnectionPool(_plain(), min_size=2, max_size=4) as pool, _connection() as log, _connection() as watch:
            parts = {
                name: _measure(
                    {"ours": _ours(app, token, path), "floor": _floor(app, token, path, pool, log)},
                    lambda: time.process_time() + cpu_of_database(watch),
                    rounds,
                    requests,
                )
                for name, path in paths.items()
            }
    both = {
        side: [
            Spent(*map(sum, zip(*pair, strict=True)))
            for pair in zip(*(part[side] for part in parts.values()), strict=True)
        ]
        for side in SIDES
    }
    told = {name: figures(name, "requests/s", FLOOR_IS, requests, part) for name, part in parts.items()}
    return figures("api", "requests/s", FLOOR_IS, len(parts) * requests, both) | {
        "parts": {name: {"ratio": one["ratio"], "cpu_ratio": one["cpu_ratio"]} for name, one in told.items()}
    }


def _measure(calls: dict[str, Call], cpu: Callable[[], float], rounds: int, requests: int) -> dict[str, list[Spent]]:
    for call in calls.values():
        for _ in range(100):  # warm: connections, prepared statements, caches
            if call() != 200:
                raise RuntimeError("a request of the bench failed")

    def round_of(side: str) -> Spent:
        call, spent = calls[side], []
        with clocked(cpu, spent):
            for _ in range(requests):
                call()
        return spent[0]

    return by_turns(rounds, round_of)


def _caller(app: Any, path: str, headers: dict[str, str]) -> Call:
    environ = EnvironBuilder(path=path, headers=headers).get_environ()

    def call() -> int:
        told: list[str] = []
        answer = app({**environ}, lambda status, _headers, _error=None: told.append(status))
        try:
            for _piece in answer:
                pass
        finally:
            close = getattr(answer, "close", None)
            if close:
                close()
        return int(told[0][:3])

    return call


def _ours(app: Any, token: str, path: str) -> Call:
    return _caller(app, path, {"Authorization": f"Bearer {token}"})


def _floor(app: Any, token: str, path: str, pool: ConnectionPool, log: psycopg.Connection) -> Call:
    """The same statements as ours, as it was seen to send them, and as many columns of JSON."""
    statements = _statements(app, token, path)
    who_acts = [part for pair in settings_of(tokens.read(token).actor).items() for part in pair]
    body = _body(app, token, path)
    floor = Flask("floor")
    insert = access_log._INSERT
    entry = _entry

    @floor.get("/")
    def view() -> Any:
        with pool.connection() as connection:
            connection.execute(_WHO_ACTS, who_acts)
            for statement, values in statements:
                rows = connection.execute(statement, values).fetchall()
            log.execute(insert, entry())
        assert rows is not None
        return jsonify(body)

    return _caller(floor, "/", {})


def _statements(app: Any, token: str, path: str) -> list[tuple[str, Any]]:
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        seen.append((statement, values))

    made = engines.session_factory().kw["bind"]
    event.listen(made, "before_cursor_execute", note)
    try:
        _body(app, token, path)
    finally:
        event.remove(made, "before_cursor_execute", note)
    return seen


def _entry() -> list[list[object]]:
    values = dict.fromkeys(access_log.COLUMNS)
    values |= dict.fromkeys(("actor_kind", "actor_id", "purpose", "action", "rule", "level", "object_kind"), "bench")
    values |= {"outcome": "allowed", "object_id": "bench", "at": clock.now(), "id": new_id()}
    columns: list[list[object]] = [[value] for value in values.values()]
    return [*columns, [b"\0" * 32]]


def _body(app: Any, token: str, path: str) -> Any:
    answer = app.test_client().get(path, headers={"Authorization": f"Bearer {token}"})
    if answer.status_code != 200:
        raise RuntimeError(f"{MOUNT}{path} answered {answer.status_code}")
    return answer.get_json()


def _plain() -> str:
    return plain(settings().DATABASE_URL)


def _connection() -> psycopg.Connection:
    """The floor's own connection for the log, each insert committed by itself, as ours does; and one to watch by."""
    return psycopg.connect(_plain(), autocommit=True)


@contextmanager
def _scratch_city() -> Iterator[None]:
    """A city of two hundred in a database beside ours, dropped at the end."""
    before = settings().DATABASE_URL, settings().DATABASE_OWNER_URL
    with scratch_database() as urls:
        try:
            settings().DATABASE_URL, settings().DATABASE_OWNER_URL = urls
            engines.forget_engines()
            build(200, 1)
            yield
        finally:
            engines.engine().dispose()
            access_log._engine(settings().DATABASE_URL).dispose()
            settings().DATABASE_URL, settings().DATABASE_OWNER_URL = before
            engines.forget_engines()
