"""`alma bench slots`: the first free slot of the city and all slots of a centre for a fortnight, ours and the floor's.

45 centres, 1,021 professionals, 60 days and some 170,000 bookings in a scratch database that is dropped at the end. The
floor is one SQL query over rows of free bits that are ready made of the same data; rounds take turns.
"""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from statistics import median
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from case_api import clock
from case_api.agenda import wall
from case_api.agenda.search import finding
from case_api.agenda.search.index import INDEX
from case_api.agenda.values import Reason
from case_api.db import engine as engines
from case_api.db import schema
from case_api.settings import settings

CENTRES, PROFESSIONALS, DAYS = 45, 1021, 60
ROUNDS, CALLS = 7, 60
REASON = Reason("follow_up", "follow_up", 30, 30, 0, 0, DAYS, ("phone",), False, True)
FLOOR_IS = (
    "one prepared SQL query over ready rows of free bits (centre, day, professional), on a raw psycopg connection, "
    "without the check that they are still true"
)

_CITY = """
    INSERT INTO unit (id, kind, name, district)
        SELECT gen_random_uuid(), 'centre', 'Centro ' || n, 'Distrito ' || n %% 21 FROM generate_series(1, {centres}) n;
    INSERT INTO professional (id, unit_id, login, given_name, surnames, role)
        SELECT gen_random_uuid(), u.id, 'p' || n, 'Nombre' || n, 'Ficticio', 'social_worker'
        FROM generate_series(1, {people}) n
        JOIN (SELECT id, row_number() OVER () - 1 AS place FROM unit) u ON u.place = n %% {centres};
    INSERT INTO agenda_pattern (id, professional_id, unit_id, weekday, starts, ends, valid_from, created_by)
        SELECT gen_random_uuid(), p.id, p.unit_id, d, '09:00', '14:00', '2020-01-01', 'bench'
        FROM professional p, generate_series(0, 4) d;
    INSERT INTO appointment_reason (key, name, minutes, step_minutes, horizon_days, modes)
        VALUES ('follow_up', 'follow_up', 30, 30, {days}, '{{phone}}');
    INSERT INTO person (id, given_name, surname1, sort_key, unit_id)
        SELECT id, 'Persona', 'Ejemplo', 'ejemplo', unit_id FROM professional;
    ALTER TABLE appointment DISABLE TRIGGER appointment_claims_new;
    ALTER TABLE appointment DROP CONSTRAINT ex_appointment_person, DROP CONSTRAINT ex_appointment_room,
        DROP CONSTRAINT ex_appointment_professional;
    -- One of {one_of} half hours is free in the first weeks, more of them later on.
    INSERT INTO appointment (id, uid, person_id, professional_id, unit_id, reason, mode, during, created_by)
        SELECT gen_random_uuid(), gen_random_uuid()::text, p.id, p.id, p.unit_id, 'follow_up', 'phone',
               tstzrange(t.at, t.at + interval '30 minutes'), 'bench'
        FROM professional p, LATERAL (
            SELECT (day + make_time(9 + half / 2, half %% 2 * 30, 0)) AT TIME ZONE 'Europe/Madrid' AS at, day
            FROM generate_series(CURRENT_DATE, CURRENT_DATE + {days}, interval '1 day') AS d (stamp),
                 LATERAL (SELECT d.stamp::date AS day) x, generate_series(0, 9) half) t
        WHERE extract(isodow FROM t.day) < 6
          AND abs(hashtext(p.login || t.at::text)) %% 100 < CASE WHEN t.day < CURRENT_DATE + 20 THEN 85 ELSE 25 END;
    ALTER TABLE appointment ADD CONSTRAINT ex_appointment_professional
        EXCLUDE USING gist (professional_id WITH =, during WITH &&) WHERE (state = 'booked' AND session_id IS NULL);
    ANALYZE;
    CREATE TABLE bench_free (unit_id uuid, day date, professional_id uuid, mask integer, first_at timestamptz);
"""


def bench_slots(*, rounds: int = ROUNDS, calls: int = CALLS) -> dict[str, Any]:
    """Searches a second, ours and the floor's: the geometric mean of both questions, medians of interleaved rounds."""
    with _scratch() as (owner, app):
        bookings = _fill(owner)
        with _pointed_at(app), psycopg.connect(app.replace("+psycopg", ""), autocommit=True) as floor:
            floor.prepare_threshold = 0
            centre = _centre(floor)
            began = time.perf_counter()
            _our_first(), _our_centre(centre)
            built = time.perf_counter() - began
            _same_answers(floor, centre)
            found: dict[str, list[float]] = {name: [] for name in ("our_first", "first", "our_centre", "centre")}
            for _ in range(rounds):
                found["our_first"].append(_rate(_our_first, calls))
                found["first"].append(_rate(lambda: _floor_first(floor), calls))
                found["our_centre"].append(_rate(lambda: _our_centre(centre), calls))
                found["centre"].append(_rate(lambda: _floor_centre(floor, centre), calls))
            middle = {name: median(rates) for name, rates in found.items()}
    ours = (middle["our_first"] * middle["our_centre"]) ** 0.5
    base = (middle["first"] * middle["centre"]) ** 0.5
    return {
        "name": "slots",
        "unit": "searches/s",
        "ours": round(ours, 1),
        "floor": round(base, 1),
        "floor_is": FLOOR_IS,
        "ratio": round(ours / base, 3),
        "first_free": {"ours": round(middle["our_first"], 1), "floor": round(middle["first"], 1),
                       "ratio": round(middle["our_first"] / middle["first"], 3)},
        "centre_14_days": {"ours": round(middle["our_centre"], 1), "floor": round(middle["centre"], 1),
                           "ratio": round(middle["our_centre"] / middle["centre"], 3)},
        "bookings": bookings,
        "index_built_seconds": round(built, 2),
    }  # fmt: skip


def _rate(work: Any, calls: int) -> float:
    began = time.perf_counter()
    for _ in range(calls):
        work()
    return calls / (time.perf_counter() - began)


def _fortnight() -> tuple[Any, Any]:
    return clock.now(), wall.whole_day(clock.today() + timedelta(days=14))[0]


def _our_first() -> Any:
    with finding.look() as session:
        found = INDEX.first_free(session, reason=REASON, after=clock.now(), until=clock.now() + timedelta(days=DAYS))
        return min(found.values(), key=lambda slot: slot.starts_at)


def _our_centre(centre: UUID) -> Any:
    since, until = _fortnight()
    with finding.look() as session:
        return INDEX.between(session, reason=REASON, unit_id=centre, since=since, until=until)


def _floor_first(connection: psycopg.Connection) -> Any:
    return connection.execute(
        "SELECT unit_id, professional_id, day, mask, first_at FROM bench_free WHERE mask <> 0 AND first_at >= %s "
        "ORDER BY first_at LIMIT 1",
        (clock.now(),),
    ).fetchone()


def _floor_centre(connection: psycopg.Connection, centre: UUID) -> Any:
    return connection.execute(
        "SELECT day, professional_id, mask FROM bench_free WHERE unit_id = %s AND day >= %s AND day < %s AND mask <> 0",
        (centre, clock.today(), clock.today() + timedelta(days=14)),
    ).fetchall()


def _centre(connection: psycopg.Connection) -> UUID:
    return connection.execute("SELECT id FROM unit ORDER BY name LIMIT 1").fetchone()[0]


def _same_answers(connection: psycopg.Connection, centre: UUID) -> None:
    """Both answer alike, or the comparison means nothing. Raises RuntimeError."""
    tomorrow = wall.whole_day(clock.today() + wall.DAY)[0]
    ours = {(slot.professional_id, slot.starts_at) for slot in _our_centre(centre) if slot.starts_at >= tomorrow}
    theirs = set()
    for day, who, mask in _floor_centre(connection, centre):
        start = wall.window(day, *_HOURS)[0]
        theirs |= {(who, start + timedelta(minutes=30 * bit)) for bit in range(10) if mask >> bit & 1}
    if ours != {one for one in theirs if one[1] >= tomorrow}:
        raise RuntimeError("the index and the ready rows disagree")


_HOURS = (wall.time(9), wall.time(14))


def _fill(owner: str) -> int:
    with psycopg.connect(owner.replace("+psycopg", ""), autocommit=True) as connection:
        words = _CITY.replace("%%", "%").format(centres=CENTRES, people=PROFESSIONALS, days=DAYS, one_of=7)
        connection.execute(words)
        bits = INDEX_BITS.format(days=DAYS)
        connection.execute(bits)
        connection.execute("ANALYZE")
        return connection.execute("SELECT count(*) FROM appointment").fetchone()[0]


INDEX_BITS = """
    INSERT INTO bench_free
        SELECT p.unit_id, t.day, p.id, sum(1 << t.half), min(t.at) FROM professional p, LATERAL (
            SELECT (x.day + make_time(9 + half / 2, half % 2 * 30, 0)) AT TIME ZONE 'Europe/Madrid' AS at, x.day, half
            FROM generate_series(CURRENT_DATE, CURRENT_DATE + {days}, interval '1 day') AS d (stamp),
                 LATERAL (SELECT d.stamp::date AS day) x, generate_series(0, 9) half) t
        WHERE extract(isodow FROM t.day) < 6 AND t.at > now()
          AND NOT EXISTS (SELECT FROM holiday h WHERE h.day = t.day AND h.unit_id IS NULL)
          AND NOT EXISTS (SELECT FROM appointment a WHERE a.professional_id = p.id AND a.state = 'booked'
                          AND lower(a.during) = t.at)
        GROUP BY p.unit_id, t.day, p.id;
    CREATE INDEX ix_bench_free_first ON bench_free (first_at) WHERE mask <> 0;
    CREATE INDEX ix_bench_free_unit ON bench_free (unit_id, day) WHERE mask <> 0;
    GRANT SELECT ON bench_free TO alma_app;
"""


@contextmanager
def _pointed_at(app: str) -> Iterator[None]:
    before = settings().DATABASE_URL
    settings().DATABASE_URL = app
    engines.forget_engines()
    INDEX.forget()
    try:
        yield
    finally:
        engines.engine().dispose()
        settings().DATABASE_URL = before
        engines.forget_engines()
        INDEX.forget()


@contextmanager
def _scratch() -> Iterator[tuple[str, str]]:
    """A migrated database beside ours, dropped at the end: the owner's URL and the application's."""
    name = f"alma_bench_{secrets.token_hex(4)}"
    with _administrator() as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER alma_owner").format(sql.Identifier(name)))
    try:
        owner = make_url(settings().DATABASE_OWNER_URL).set(database=name).render_as_string(hide_password=False)
        schema.upgrade(owner)
        yield owner, make_url(settings().DATABASE_URL).set(database=name).render_as_string(hide_password=False)
    finally:
        with _administrator() as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _administrator() -> psycopg.Connection:
    if settings().embedded:
        from case_api.db.cluster.server import embedded_cluster

        return embedded_cluster().connect()
    return psycopg.connect(settings().DATABASE_OWNER_URL.replace("+psycopg", ""), autocommit=True)
