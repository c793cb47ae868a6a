"""Sealing in commit order, and what verification notices."""

import psycopg
import pytest
from sqlalchemy import text

from case_api.access import log
from case_api.access.actor import Actor
from case_api.access.chain import anchor_path, database_name
from case_api.access.door import open_door
from case_api.access.sealer import seal_once, verify
from case_api.city.build import _owner_dsn
from case_api.db import unit_of_work
from case_api.db.engine import engine

pytestmark = pytest.mark.quiet


def look(world, times: int = 1) -> None:
    for _ in range(times):
        with unit_of_work(world.worker) as unit:
            open_door(unit.actor, "manage_case").files(world.ana)


def seal() -> int:
    with unit_of_work(Actor.system("access-sealer")) as unit:
        return seal_once(unit.session)


def as_owner(*statements: str) -> None:
    with psycopg.connect(_owner_dsn()) as connection:
        for statement in statements:
            connection.execute(statement)


def test_seals_once_and_goes_on(world):
    look(world, 3)
    assert verify() == {"ok": True, "entries": 3, "first_broken": None}
    assert seal() == 3
    assert seal() == 0
    look(world, 2)
    assert seal() == 2
    assert verify() == {"ok": True, "entries": 5, "first_broken": None}


def test_an_entry_that_commits_late_is_sealed_later_not_lost(world):
    """Its transaction number is older than that of entries already committed: nothing is sealed past it."""
    slow = engine().raw_connection()
    try:
        with unit_of_work(world.worker) as unit:
            open_door(unit.actor, "manage_case").person(world.ana)
            entry = unit.entries.pop()
        row = [getattr(entry, name) for name in log.COLUMNS]
        slow.cursor().execute(log._INSERT, [[value] for value in row] + [[log.commitment(row)]])
        look(world, 2)
        assert seal() == 0
        slow.commit()
    finally:
        slow.close()
    assert seal() == 3
    with unit_of_work(Actor.system("test")) as unit:
        first = unit.session.execute(text("SELECT entry_id FROM access_seal ORDER BY month, position LIMIT 1")).scalar()
    assert first == entry.id
    assert verify()["ok"]


def test_entries_restored_from_another_cluster_are_sealed_too(world):
    look(world, 2)
    as_owner("UPDATE access_entry SET txid = '9000000000'")
    assert seal() == 2
    look(world, 2)
    assert seal() == 2
    assert seal() == 0
    assert verify() == {"ok": True, "entries": 4, "first_broken": None}


def test_a_month_begins_its_own_chain_bound_to_the_one_before(world):
    from datetime import UTC, datetime

    from case_api import clock

    look(world, 2)
    with clock.frozen(datetime(2026, 1, 31, 12, tzinfo=UTC)):
        assert seal() == 2
    look(world, 1)
    with clock.frozen(datetime(2026, 2, 1, 12, tzinfo=UTC)):
        assert seal() == 1
    look(world, 1)
    with clock.frozen(datetime(2026, 1, 31, 12, tzinfo=UTC)):  # a clock set back does not go back to the old chain
        assert seal() == 1
    with unit_of_work(Actor.system("test")) as unit:
        places = unit.session.execute(text("SELECT month, position FROM access_seal ORDER BY month, position")).all()
    assert [(month.month, position) for month, position in places] == [(1, 1), (1, 2), (2, 1), (2, 2)]
    assert verify()["ok"]


def test_two_sealers_at_once_do_not_collide(world):
    look(world, 2)
    with unit_of_work(Actor.system("one")) as one:
        assert seal_once(one.session) == 2
        assert seal() == 0
    assert verify()["ok"]


FIRST = "(SELECT entry_id FROM access_seal WHERE position = 1)"
LAST = "(SELECT max(position) FROM access_seal)"


@pytest.mark.parametrize(
    "tampering",
    [
        pytest.param([f"UPDATE access_entry SET purpose = 'login' WHERE id = {FIRST}"], id="a value changed"),
        pytest.param([f"UPDATE access_entry SET person_id = NULL WHERE id = {FIRST}"], id="a person taken out"),
        pytest.param([f"UPDATE access_entry SET at = at + interval '1 us' WHERE id = {FIRST}"], id="a time moved"),
        pytest.param([f"DELETE FROM access_entry WHERE id = {FIRST}"], id="an entry removed"),
        pytest.param(
            [f"DELETE FROM access_entry WHERE id = {FIRST}", "DELETE FROM access_seal WHERE position = 1"],
            id="an entry removed with its seal",
        ),
        pytest.param(
            [
                f"DELETE FROM access_entry WHERE id = {FIRST}",
                "DELETE FROM access_seal WHERE position = 1",
                "UPDATE access_seal SET position = position - 1",
            ],
            id="an entry removed and the others moved up",
        ),
        pytest.param([f"DELETE FROM access_seal WHERE position = {LAST}"], id="the tail of the chain cut"),
        pytest.param(
            [
                f"DELETE FROM access_entry WHERE id = (SELECT entry_id FROM access_seal WHERE position = {LAST})",
                f"DELETE FROM access_seal WHERE position = {LAST}",
                "DELETE FROM access_head WHERE number = 2",
            ],
            id="the tail cut with its entry and its head",
        ),
        pytest.param(
            ["DELETE FROM access_head", "DELETE FROM access_seal", "DELETE FROM access_entry"], id="everything removed"
        ),
        pytest.param(["DELETE FROM access_head"], id="the heads removed"),
        pytest.param(["DELETE FROM access_head", "DELETE FROM access_seal"], id="the chain removed, to be made anew"),
        pytest.param(["UPDATE access_head SET signed_at = signed_at - interval '1 day'"], id="a head moved in time"),
        pytest.param(["UPDATE access_seal SET link = commitment WHERE position = 2"], id="a link changed"),
        pytest.param(
            ["UPDATE access_entry SET commitment = decode(repeat('00', 32), 'hex'), purpose = 'login'"],
            id="entries rewritten with commitments of somebody without the key",
        ),
    ],
)
def test_notices(world, tampering):
    look(world, 3)
    assert seal() == 3
    look(world, 1)
    assert seal() == 1
    assert verify()["ok"]
    as_owner(*tampering)
    found = verify()
    assert not found["ok"] and found["first_broken"]


def test_notices_a_change_before_it_is_sealed(world):
    look(world, 2)
    as_owner("UPDATE access_entry SET role = 'coordinator' WHERE id = (SELECT min(id::text)::uuid FROM access_entry)")
    assert not verify()["ok"]


def test_a_chain_rewritten_whole_with_another_key_is_noticed(world, monkeypatch):
    """Whoever owns the database but not the key can compute every link, and sign nothing."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from case_api.access import chain

    look(world, 2)
    assert seal() == 2
    as_owner("DELETE FROM access_head", "DELETE FROM access_seal")
    with unit_of_work(Actor.system("test")) as unit:
        anchor_path(database_name(unit.session)).unlink()
    with monkeypatch.context() as patched:
        forged = Ed25519PrivateKey.generate()
        patched.setattr(chain, "_private_key", lambda seed: forged)
        assert seal() == 2
    assert verify()["first_broken"] == "head 1"


def test_the_chain_is_the_systems_alone(world):
    look(world)
    seal()
    for actor in (world.worker, world.citizen(), Actor.anonymous()):
        with unit_of_work(actor) as unit:
            for table in ("access_seal", "access_head"):
                assert unit.session.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 0
