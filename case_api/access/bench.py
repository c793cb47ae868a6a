"""`alma bench rls`: what row-level security costs, against the same filter written by hand.

One scratch database, dropped at the end. Ours: the application's role, the actor set in each transaction, policies on
every table. The floor: the owner, whom policies do not bind, with the same need to know written into each query.
Requests of citizens and of staff, both sides by turns in short rounds.
"""

import hashlib
import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg

from case_api.db.asking import open_with
from case_api.yardstick import Spent, by_turns, clocked, cpu_of_database, figures, plain, scratch_database

ROUNDS, REQUESTS, PEOPLE = 40, 30, 20_000
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
    """Requests a second, ours and the floor's, by turns in short rounds. Raises RuntimeError when rows differ."""
    with (
        _filled_database(people) as (ours_url, floor_url),
        psycopg.connect(ours_url) as ours,
        psycopg.connect(floor_url) as floor,
        psycopg.connect(floor_url, autocommit=True) as watch,
    ):
        ours.prepare_threshold = floor.prepare_threshold = 0
        sides = {"ours": ours, "floor": floor}
        for number in range(requests):
            found = [_request(each, number, people, by_hand=side == "floor") for side, each in sides.items()]
            if found[0] != found[1]:
                raise RuntimeError("policies and the filter by hand do not give the same rows")
        numbers = itertools.count()

        def round_of(side: str) -> Spent:
            spent: list[Spent] = []
            first = next(numbers) // 2 * requests  # both sides of a turn are asked for the same people
            with clocked(lambda: time.process_time() + cpu_of_database(watch), spent):
                for number in range(first, first + requests):
                    _request(sides[side], number, people, by_hand=side == "floor")
            return spent[0]

        return figures("rls", "requests/s", FLOOR_IS, requests, by_turns(rounds, round_of))


def _values(number: int) -> dict[str, Any]:
    return {
        "person": _id(f"p{number}"), "me": _id(f"w{number % 200}"), "unit": _id(f"u{number % _UNITS}"),
        "word": f"%inventado-{number // 10}%", "since": datetime(2026, 3, 3, tzinfo=UTC),
        "until": datetime(2026, 3, 4, tzinfo=UTC),
    }  # fmt: skip


def _id(text: str) -> UUID:
    return UUID(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest())


def _request(connection: psycopg.Connection, number: int, people: int, *, by_hand: bool) -> list[Any]:
    """One transaction with the queries of one page, of staff and of a citizen in turn."""
    staff, values = number % 2 == 0, _values((number * 7919) % people)
    if not by_hand:
        kind = "staff" if staff else "citizen"
        person = "" if staff else str(values["person"])
        me, unit = (str(values["me"]), str(values["unit"])) if staff else ("", "")
        settings = {
            "actor_kind": kind,
            "person_id": person,
            "professional_id": me,
            "unit_id": unit,
            "assurance": "high",
        }
        open_with(connection, {f"alma.{name}": value for name, value in settings.items()})
    rows = []
    for query, filtered in _STAFF if staff else _OWN:
        rows.append(connection.execute(query.format(filtered if by_hand else ""), values).fetchall())
    connection.commit()
    return rows


@contextmanager
def _filled_database(people: int) -> Iterator[tuple[str, str]]:
    """A scratch database with invented rows. Yields the application's and the owner's URL of it, as libpq's."""
    with scratch_database(_FILL.replace("%(people)s", str(int(people))), "VACUUM ANALYZE") as urls:
        yield plain(urls[0]), plain(urls[1])
