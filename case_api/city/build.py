"""Build a synthetic city: the same citizens and seed on the same day give the same city."""

from collections.abc import Sequence
from random import Random

import psycopg
from flask_babel import lazy_gettext as _l
from psycopg import Connection, sql
from sqlalchemy.engine import make_url

from case_api import clock
from case_api.access.chain import forget_anchor
from case_api.city.contributions import Contribution, of_this_floor
from case_api.city.organisation import make_organisation
from case_api.city.population import load_people, people_of
from case_api.city.record import Rows
from case_api.city.stories import tell, tell_who_looked
from case_api.city.values import Ids
from case_api.errors import Refused
from case_api.settings import settings

# What says which database this is, and what migrations put there for every city.
KEPT = frozenset({"alembic_version", "installation", "holiday", "holiday_year"})
# Kept tables with rows of the whole city and rows of one centre.
WITH_CENTRES = ("holiday", "holiday_year")
# A process that has started is not data.
NOT_DATA = KEPT | {"heartbeat"}
LOCK_SECONDS = 20


class NotSynthetic(Refused):
    """The database holds data of a real city, or of nobody knows whom: it is not replaced."""

    code = "not-synthetic"


def build(citizens: int, seed: int, extra: Sequence[Contribution] = ()) -> dict[str, int]:
    """Replace what a synthetic database held by a new city; returns the rows loaded by table of the record.

    All of it or nothing, in one transaction of the owner. `citizens` counts the sample people; at least four.
    Raises NotSynthetic for a database that is not marked synthetic and is not empty.
    """
    if citizens < 4:
        raise ValueError("a city has at least the four sample people")
    counts: dict[str, int] = {}
    with psycopg.connect(_owner_dsn()) as connection:
        connection.execute(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('alma.city'))")
        _empty(connection)
        units = make_organisation(connection, citizens, _rng(seed, "organisation"))
        people = list(people_of(citizens, units, _rng(seed, "people")))
        rng = _rng(seed, "record")
        rows = Rows(Ids(rng, begin=2), rng, clock.today())
        load_people(connection, people, rows, counts)
        sample = {person.key: person for person in people if person.key}
        tell(sample, rows)
        rows.flush(connection, counts)
        counts["access_entry"] = tell_who_looked(connection, sample, clock.today())
        for contribute in (*of_this_floor(), *extra):
            made = contribute(connection, people, _rng(seed, f"{contribute.__module__}.{contribute.__qualname__}"))
            counts |= made if isinstance(made, dict) else {}
        connection.execute("UPDATE installation SET synthetic = true")
        # Before the commit: a crash between the two must not leave a signature that no head answers to.
        database = connection.execute(
            "SELECT current_database() || '-' || oid FROM pg_database WHERE datname = current_database()"
        ).fetchone()
        forget_anchor(database[0])
    with psycopg.connect(_owner_dsn(), autocommit=True) as connection:
        connection.execute("ANALYZE")
    return counts


def _rng(seed: int, part: str) -> Random:
    """Each part draws from its own source, so that a change in one leaves the others as they were."""
    return Random(f"{seed}:{part}")  # noqa: S311 - a city of toys, no secrets


def _owner_dsn() -> str:
    return make_url(settings().DATABASE_OWNER_URL).set(drivername="postgresql").render_as_string(hide_password=False)


def _empty(connection: Connection) -> None:
    """Truncate every table of data, whichever room it belongs to."""
    synthetic = connection.execute("SELECT synthetic FROM installation").fetchone()[0]
    tables = [
        name
        for (name,) in connection.execute(
            "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace "
            "AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY c.relname"
        )
        if name not in KEPT
    ]
    if not synthetic:
        for name in tables:
            held = connection.execute(sql.SQL("SELECT EXISTS (SELECT 1 FROM {})").format(sql.Identifier(name)))
            if name not in NOT_DATA and held.fetchone()[0]:
                raise NotSynthetic(
                    _l("Esta base de datos no está marcada como sintética y tiene datos: no se sustituye.")
                )
    # CASCADE also empties what refers to a centre: the city's own holidays are put aside and back.
    for name in WITH_CENTRES:
        connection.execute(
            sql.SQL("CREATE TEMP TABLE {} ON COMMIT DROP AS SELECT * FROM {} WHERE unit_id IS NULL").format(
                sql.Identifier(f"kept_{name}"), sql.Identifier(name)
            )
        )
    connection.execute(
        sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(sql.SQL(", ").join(map(sql.Identifier, tables)))
    )
    for name in WITH_CENTRES:
        connection.execute(
            sql.SQL("INSERT INTO {} SELECT * FROM {} ON CONFLICT DO NOTHING").format(
                sql.Identifier(name), sql.Identifier(f"kept_{name}")
            )
        )
