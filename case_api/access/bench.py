"""`alma bench rls`: what row-level security costs, against the same filter written by hand.

One scratch database, dropped at the end. Ours: the application's role, the actor set in each transaction, policies on
every table. The floor: the owner, whom policies do not bind, with the same need to know written into each query.
Requests of a citizen, of an application and of staff take turns with the floor's, one by one.
"""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from statistics import median
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from case_api.db import schema
from case_api.settings import settings

ROUNDS, REQUESTS, PEOPLE = 7, 150, 20_000
FLOOR_IS = "the same queries by a role without policies, the need to know written into each of them"
_UNITS = 20

# Invented rows, made in the database: people in twenty units, one in a hundred shielded.
_FILL = """
    INSERT INTO unit (id, kind, name, district)
        SELECT md5('u' || n)::uuid, 'centre', 'Centro ' || n, 'Centro' FROM generate_series(0, 19) n;
    INSERT INTO professional (id, unit_id, login, given_name, surnames, role)
        SELECT md5('w' || n)::uuid, md5('u' || n % 20)::uuid, 'w' || n, 'W', 'Ficticia', 'social_worker'
        FROM generate_series(0, 199) n;
    INSERT INTO person (id, given_name, surname1, sort_key, unit_id, reference_professional_id)
        SELECT md5('p' || n)::uuid, 'Nombre', 'Inventado ' || n, 'inventado-' || n || '  nombre',
            md5('u' || n % 20)::uuid, md5('w' || n % 200)::uuid FROM generate_series(0, %(people)s - 1) n;
    INSERT INTO shield (id, person_id, kind, reason, set_at, set_by, review_on)
        SELECT md5('s' || n)::uuid, md5('p' || n)::uuid, 'protected_address', 'inventado', now(),
            md5('w' || n % 200)::uuid, current_date + 90 FROM generate_series(0, %(people)s - 1, 100) n;
    INSERT INTO case_file (id, person_id, kind, title, state, opened_at)
        SELECT md5('f' || n)::uuid, md5('p' || n % %(people)s)::uuid, 'other', 'Expediente', 'received',
            now() - n * interval '1 minute' FROM generate_series(0, 3 * %(people)s - 1) n;
    INSERT INTO document (id, person_id, file_id, kind, title, file_name, level, media_type, size, sha256, content,
            created_at, released_at)
        SELECT md5('d' || n)::uuid, md5('p' || n % %(people)s)::uuid, md5('f' || n)::uuid, 'document', 'Papel', 'a.pdf',
            'N2', 'application/pdf', 1, sha256('x'), 'x', now(), now()
        FROM generate_series(0, 3 * %(people)s - 1) n;
    INSERT INTO appointment_reason (key, name, minutes, modes) VALUES ('talk', 'Hablar', 30, ARRAY['phone']);
    INSERT INTO appointment (id, uid, person_id, professional_id, unit_id, reason, mode, during, created_by, state,
            cancelled_at)
        SELECT md5('a' || n)::uuid, 'a' || n, md5('p' || n)::uuid, md5('w' || n % 200)::uuid, md5('u' || n % 20)::uuid,
            'talk', 'phone', tstzrange(day, day + interval '30 minutes'), 'bench', 'attended', NULL
        FROM (SELECT n, timestamptz '2026-03-02 08:00+00' + n / 200 * interval '30 minutes' AS day
              FROM generate_series(0, %(people)s - 1) n) AS made;
"""
_ACTOR = (
    "SELECT set_config('alma.actor_kind', %s, true), set_config('alma.person_id', %s, true), "
    "set_config('alma.professional_id', %s, true), set_config('alma.unit_id', %s, true), "
    "set_config('alma.assurance', %s, true)"
)
_CARED = (
    "EXISTS (SELECT 1 FROM person c WHERE c.id = {}.person_id AND (c.unit_id = %(unit)s "
    "OR c.reference_professional_id = %(me)s) AND (c.shielded_at IS NULL OR c.reference_professional_id = %(me)s))"
)
# Each with the filter that a careful hand would write for that actor.
_OWN = (
    ("SELECT id, given_name, surname1, unit_id FROM person WHERE id = %(person)s", ""),
    ("SELECT id, title, state FROM case_file WHERE person_id = %(person)s ORDER BY opened_at DESC, id", ""),
    (
        "SELECT id, title, level, file_id FROM document WHERE person_id = %(person)s AND released_at IS NOT NULL "
        "AND audience <> 'staff' ORDER BY created_at DESC, id",
        "",
    ),
    (
        "SELECT id, during, mode FROM appointment WHERE person_id = %(person)s ORDER BY lower(during) DESC, id",
        "",
    ),
)
_STAFF = (
    (
        "SELECT id, given_name, surname1, document_number FROM person WHERE unit_id = %(unit)s AND sort_key LIKE "
        "%(word)s{} ORDER BY sort_key, id LIMIT 20",
        " AND (shielded_at IS NULL OR reference_professional_id = %(me)s)",
    ),
    (
        "SELECT id, title, state FROM case_file f WHERE person_id = %(person)s{} ORDER BY opened_at DESC, id",
        " AND " + _CARED.format("f"),
    ),
    (
        "SELECT id, title, level, file_id FROM document d WHERE person_id = %(person)s{} ORDER BY created_at DESC, id",
        " AND " + _CARED.format("d"),
    ),
    (
        "SELECT a.id, a.person_id, a.begins_at FROM appointment a WHERE a.unit_id = %(unit)s "
        "AND a.begins_at >= %(since)s AND a.begins_at < %(until)s{} ORDER BY a.begins_at, a.id",
        " AND NOT EXISTS (SELECT 1 FROM person c WHERE c.id = a.person_id AND c.shielded_at IS NOT NULL)",
    ),
)


def bench_rls(*, rounds: int = ROUNDS, requests: int = REQUESTS, people: int = PEOPLE) -> dict[str, Any]:
    """Requests a second, ours and the floor's: medians of interleaved rounds. Raises RuntimeError when rows differ."""
    rates: dict[str, list[float]] = {"ours": [], "floor": []}
    with (
        _scratch_database(people) as (ours_url, floor_url),
        psycopg.connect(ours_url) as ours,
        psycopg.connect(floor_url) as floor,
    ):
        ours.prepare_threshold = floor.prepare_threshold = 0
        _round(ours, floor, requests, people, check=True)
        for _number in range(rounds):
            spent = _round(ours, floor, requests, people)
            for name, seconds in spent.items():
                rates[name].append(requests / seconds)
    ours_rate, floor_rate = median(rates["ours"]), median(rates["floor"])
    return {
        "name": "rls",
        "unit": "requests/s",
        "ours": round(ours_rate),
        "floor": round(floor_rate),
        "floor_is": FLOOR_IS,
        "ratio": round(ours_rate / floor_rate, 2),
    }


def _round(
    ours: psycopg.Connection, floor: psycopg.Connection, requests: int, people: int, *, check: bool = False
) -> dict[str, float]:
    spent = {"ours": 0.0, "floor": 0.0}
    for number in range(requests):
        staff = number % 2 == 0
        values = _values((number * 7919) % people)
        names = ("ours", "floor") if number % 4 < 2 else ("floor", "ours")
        found = {}
        for name in names:
            begun = time.perf_counter()
            connection = ours if name == "ours" else floor
            found[name] = _request(connection, staff, values, by_hand=name == "floor")
            spent[name] += time.perf_counter() - begun
        if check and found["ours"] != found["floor"]:
            raise RuntimeError("policies and the filter by hand do not give the same rows")
    return spent


def _values(number: int) -> dict[str, Any]:
    return {
        "person": _id(f"p{number}"), "me": _id(f"w{number % 200}"), "unit": _id(f"u{number % _UNITS}"),
        "word": f"%inventado-{number // 10}%", "since": datetime(2026, 3, 3, tzinfo=UTC),
        "until": datetime(2026, 3, 4, tzinfo=UTC),
    }  # fmt: skip


def _id(text: str) -> UUID:
    import hashlib

    return UUID(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest())


def _request(connection: psycopg.Connection, staff: bool, values: dict[str, Any], *, by_hand: bool) -> list[Any]:
    """One transaction with the queries of one page."""
    if not by_hand:
        kind = "staff" if staff else "citizen"
        person = "" if staff else str(values["person"])
        me, unit = (str(values["me"]), str(values["unit"])) if staff else ("", "")
        connection.execute(_ACTOR, [kind, person, me, unit, "high"])
    rows = []
    for query, filtered in _STAFF if staff else _OWN:
        rows.append(connection.execute(query.format(filtered if by_hand else ""), values).fetchall())
    connection.commit()
    return rows


@contextmanager
def _scratch_database(people: int) -> Iterator[tuple[str, str]]:
    """A migrated, filled database beside ours. Yields the application's and the owner's URL of it, as libpq's."""
    name = f"alma_bench_{secrets.token_hex(4)}"
    with _administrator() as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER alma_owner").format(sql.Identifier(name)))
    try:
        owner = make_url(settings().DATABASE_OWNER_URL).set(database=name)
        schema.upgrade(owner.render_as_string(hide_password=False))
        plain = owner.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(_FILL.replace("%(people)s", str(int(people))))
            connection.execute("VACUUM ANALYZE")
        app = make_url(settings().DATABASE_URL).set(database=name, drivername="postgresql")
        yield app.render_as_string(hide_password=False), plain
    finally:
        with _administrator() as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _administrator() -> psycopg.Connection:
    """Who may make a database: the embedded cluster's own, elsewhere the owner of ours."""
    if settings().embedded:
        from case_api.db.cluster.server import embedded_cluster

        return embedded_cluster().connect()
    url = make_url(settings().DATABASE_OWNER_URL).set(drivername="postgresql")
    return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)
