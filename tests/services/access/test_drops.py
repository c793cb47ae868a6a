"""The log month by month; values that leave it by rule, and gaps that no rule made."""

from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from sqlalchemy import text

from case_api import clock
from case_api.access.actor import Actor
from case_api.access.drops import drop_month, drop_person
from case_api.access.sealer import keep_up, make_months, verify
from case_api.db import unit_of_work
from tests.services.access.test_sealer import as_owner, look, seal

pytestmark = pytest.mark.quiet


def months() -> set[str]:
    with unit_of_work(Actor.system("test")) as unit:
        names = unit.session.execute(
            text("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'access_entry'::regclass")
        )
        return set(names.scalars())


def test_months_are_made_ahead_and_once(world):
    this = datetime.now(UTC).date().replace(day=1)
    ahead = (this + timedelta(days=100)).replace(day=1)
    assert f"access_entry_{this:%Y_%m}" in months()
    keep_up()
    assert f"access_entry_{ahead:%Y_%m}" in months()
    with unit_of_work(Actor.system("test")) as unit:
        assert make_months(unit.session) == 0


def test_an_entry_of_a_month_nobody_made_is_kept_and_finds_its_place(world):
    with clock.frozen(datetime(2019, 2, 3, 12, tzinfo=UTC)), unit_of_work(Actor.system("test")) as unit:
        from case_api.access import log
        from case_api.access.log import Entry

        entry = Entry(clock.now(), "system", "test", None, None, "upkeep", "read", "allowed", "system", "L", "N0",
                      "person", "x", None)  # fmt: skip
        log.write([entry])
        assert unit.session.execute(text("SELECT tableoid::regclass::text FROM access_entry")).scalar() == (
            "access_entry_other"
        )
    keep_up()
    assert "access_entry_2019_02" in months()
    with unit_of_work(Actor.system("test")) as unit:
        assert unit.session.execute(text("SELECT tableoid::regclass::text FROM access_entry")).scalar() == (
            "access_entry_2019_02"
        )
    assert verify()["ok"]


@pytest.mark.parametrize("what", ["SELECT * FROM", "DELETE FROM", "INSERT INTO access_drop SELECT * FROM"])
def test_no_way_around_through_a_month(world, what):
    part = "access_entry_other" if "drop" not in what else "access_drop"
    with pytest.raises(Exception) as caught, unit_of_work(Actor.system("test")) as unit:
        unit.session.execute(text(f"{what} {part}"))
    assert isinstance(caught.value.orig, psycopg.errors.InsufficientPrivilege)


def test_what_leaves_by_rule_leaves_the_chain_whole(world):
    look(world, 3)
    assert seal() == 3
    assert drop_person(world.ana, reason="RGPD art. 17 (inventado)") == 3
    look(world, 1)
    assert seal() == 1
    assert verify() == {"ok": True, "entries": 4, "first_broken": None}
    assert drop_month(clock.today().replace(day=1), reason="5 años") == 1
    assert verify()["ok"]
    with unit_of_work(Actor.system("test")) as unit:
        assert unit.session.execute(text("SELECT count(*) FROM access_entry")).scalar() == 0


@pytest.mark.parametrize(
    "tampering",
    [
        pytest.param("UPDATE access_drop SET last_position = 3", id="a gap made wider"),
        pytest.param("UPDATE access_drop SET reason = 'otra'", id="another reason"),
        pytest.param("DELETE FROM access_drop", id="the drop taken away"),
        pytest.param("INSERT INTO access_drop SELECT number + 1, month, 3, 3, link, reason, dropped_at, signature "
                     "FROM access_drop", id="a drop copied to cover another"),
    ],
)  # fmt: skip
def test_a_gap_that_no_rule_made_is_noticed(world, tampering):
    look(world, 3)
    assert seal() == 3
    as_owner("UPDATE access_entry SET person_id = person_id")  # changes nothing, and is not noticed
    with unit_of_work(Actor.system("test")) as unit:
        ids = unit.session.execute(text("SELECT entry_id FROM access_seal ORDER BY position")).scalars().all()
    from case_api.access import drops

    assert drops._drop("s.position <= %s", [2], "regla") == 2
    assert verify()["ok"]
    as_owner(tampering, f"DELETE FROM access_entry WHERE id = '{ids[2]}'")
    found = verify()
    assert not found["ok"] and found["first_broken"]


def test_a_reason_is_needed(world):
    with pytest.raises(ValueError, match="rule"):
        drop_month(date(2020, 1, 1), reason=" ")
