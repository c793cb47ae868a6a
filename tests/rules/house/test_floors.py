"""Tables belong to a floor, and only that floor's code names them in SQL: the door is the one way to the record."""

import ast
import re
from pathlib import Path

import pytest

from case_api.settings import ROOT

OWNERS = {  # the migration that makes a table → the floor whose code may name it
    "0001_base": "case_api",
    "0002_record": "case_api",
    "0003_agenda": "case_api",
    "0004_channels": "channels",
    "0005_identity": "portal",
    "0007_consent": "case_api",
    "0008_household": "case_api",
    "0009_safety": "case_api",
    "0010_oauth": "case_api",
    "0011_arriving": "channels",
    "0012_leaving": "channels",
    "0013_booking": "case_api",
    "0014_simulators": "portal",
    "0015_rights": "case_api",
    "0016_video": "case_api",
    "0017_inbox": "channels",
    "0018_guests": "channels",
    "0020_recipients": "case_api",
    "0021_guest_desk": "case_api",
    "0022_arrivals": "case_api",
    "0023_one_policy": "case_api",
    "0024_acting": "case_api",
    "0026_team_recalls": "case_api",
    "0025_guest_waiting": "case_api",
}
# Who works where is no person's data: every floor may join names to it.
DIRECTORY = {"unit", "professional", "event", "heartbeat", "idempotency", "installation"}
NAMED = re.compile(r"\b(?:FROM|JOIN|UPDATE|INTO|TRUNCATE)\s+([a-z_]+)\b")


def tables() -> dict[str, str]:
    found = {}
    for path in (ROOT / "case_api/db/migrations/versions").glob("*.py"):
        for name in re.findall(r"CREATE TABLE (\w+)", path.read_text()):
            found[name] = OWNERS.get(path.stem, "channels")
    return found


TABLES = tables()


def sql_of(path: Path) -> set[str]:
    """The tables that a module's strings name as SQL does, in capitals."""
    strings = (
        node.value for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )  # fmt: skip
    return {name for text in strings for name in NAMED.findall(text) if name in TABLES}


@pytest.mark.parametrize("floor", ["case_api", "channels", "portal"])
def test_each_floor_names_its_own_tables(floor):
    strangers = {}
    for path in (ROOT / floor).rglob("*.py"):
        named = {name for name in sql_of(path) if TABLES[name] != floor and name not in DIRECTORY}
        if named and not {"migrations", "sandbox"} & set(path.parts):  # the sandbox has a database of its own
            strangers[str(path.relative_to(ROOT))] = sorted(named)
    assert not strangers


def test_the_check_bites():
    assert {"person", "message", "login_session"} <= set(TABLES)
    assert NAMED.findall("SELECT 1 FROM person p JOIN message m") == ["person", "message"]
