"""Down and up again: the tables go and come back, the role with them."""

import psycopg

from case_api.db import schema
from case_api.settings import settings

TABLES = {"kept_result", "parameter_draft", "parameter_decision"}


def _state() -> tuple[set[str], str]:
    with psycopg.connect(settings().DATABASE_OWNER_URL.replace("+psycopg", "")) as connection:
        found = connection.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname = ANY(%s)", [sorted(TABLES)]
        ).fetchall()
        rule = connection.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'ck_professional_role'"
        ).fetchone()
    return {row[0] for row in found}, rule[0]


def test_down_and_up_again(database):
    tables, before = _state()
    assert tables == TABLES and "'benefits'" in before
    schema.upgrade(revision="0013_booking", downwards=True)
    tables, without = _state()
    assert tables == set() and "'benefits'" not in without and "'data_protection'" in without
    schema.upgrade()
    assert _state() == (TABLES, before)
