"""The decision table, case by case."""

from datetime import date

import pytest

from case_api.access.decision import BASES, RULES, Facts, decide
from case_api.access.levels import Level
from case_api.access.table import table_on

TABLE = table_on(date(2026, 1, 1))


def citizen(level: str, assurance: str | None = "substantial", **more: object) -> Facts:
    given = {"actor_kind": "citizen", "purpose": "own_record", "object_kind": "document", "is_self": True}
    return Facts(**{**given, "level": Level(level), "assurance": assurance, "login_age": 60.0, **more})


def staff(level: str, relation: str | None, role: str = "social_worker", **more: object) -> Facts:
    given = {"actor_kind": "staff", "purpose": "manage_case", "object_kind": "document"}
    return Facts(**{**given, "level": Level(level), "relation": relation, "role": role, **more})


def system(level: str, purpose: str, **more: object) -> Facts:
    return Facts("system", purpose, Level(level), "person", **more)


def client(level: str, scopes: set[str] | None, *switches: str, **more: object) -> Facts:
    given = {"object_kind": "appointment", "is_self": True, "consents": frozenset(switches), **more}
    return Facts("client", "api", Level(level), scopes=None if scopes is None else frozenset(scopes), **given)


@pytest.mark.parametrize(
    ("facts", "allowed", "rule"),
    [
        pytest.param(citizen("N0", "low"), True, "self", id="own identity, low login"),
        pytest.param(citizen("N1", "low"), True, "self", id="own agenda, low login"),
        pytest.param(citizen("N2", "low"), False, "assurance", id="own benefits, low login"),
        pytest.param(citizen("N2"), True, "self", id="own benefits, substantial login"),
        pytest.param(citizen("N3"), True, "self", id="own reports, substantial login"),
        pytest.param(citizen("N4"), True, "self", id="own special data, login a minute old"),
        pytest.param(citizen("N4", login_age=900.0), True, "self", id="own special data, login 15 minutes old"),
        pytest.param(citizen("N4", login_age=900.1), False, "assurance", id="own special data, login just too old"),
        pytest.param(citizen("N4", login_age=None), False, "assurance", id="own special data, age of login unknown"),
        pytest.param(citizen("N4", "low"), False, "assurance", id="own special data, low login"),
        pytest.param(citizen("N5"), False, "assurance", id="own shielded data, substantial login"),
        pytest.param(citizen("N5", "high"), True, "self", id="own shielded data, high login"),
        pytest.param(citizen("P", "high"), False, "private", id="a professional's notes about oneself"),
        pytest.param(citizen("N0", None), False, "assurance", id="no assurance at all"),
        pytest.param(citizen("N0", is_self=False), False, "deny", id="somebody else"),
        pytest.param(citizen("N2", "low", is_self=False), False, "deny", id="somebody else is not asked to step up"),
        pytest.param(citizen("N0", known=False, is_self=False), False, "deny", id="nobody"),
        pytest.param(citizen("N0", known=False), False, "deny", id="a login whose record is gone"),
        pytest.param(citizen("N0", blocked=True), False, "blocked", id="blocked comes first"),
        pytest.param(citizen("N0", purpose="manage_case"), False, "purpose", id="a citizen with a staff purpose"),
        pytest.param(citizen("N1", scopes=frozenset()), False, "purpose", id="a token without scopes"),
        pytest.param(
            citizen("N2", purpose="api", scopes=frozenset({"documents:read"})),
            True,
            "self",
            id="a token with its scope",
        ),
        pytest.param(
            citizen("N2", purpose="api", scopes=frozenset({"files:read"})),
            False,
            "purpose",
            id="a token for other things",
        ),
        pytest.param(
            citizen("N2", "low", purpose="api", scopes=frozenset({"files:read"})),
            False,
            "purpose",
            id="a token for other things learns nothing of the login it would need",
        ),
        pytest.param(staff("N4", "reference"), True, "care-relation", id="reference social worker, special data"),
        pytest.param(staff("N5", "reference"), False, "shield", id="reference social worker, shielded"),
        pytest.param(staff("N0", "reference", shielded=True), False, "shield", id="a shielded person"),
        pytest.param(staff("N4", "unit"), True, "care-relation", id="social worker of the unit"),
        pytest.param(staff("N2", "unit", "information"), True, "care-relation", id="information, benefits"),
        pytest.param(staff("N3", "unit", "information"), False, "deny", id="information, reports"),
        pytest.param(staff("N2", "unit", "administrative"), True, "care-relation", id="administration, benefits"),
        pytest.param(staff("N3", "unit", "administrative"), False, "deny", id="administration, reports"),
        pytest.param(staff("N0", "unit", "data_protection"), False, "deny", id="data protection has no care relation"),
        pytest.param(staff("N0", "unit", role=None), False, "deny", id="no role"),
        pytest.param(staff("N1", "handling"), True, "handling", id="handles a message: agenda"),
        pytest.param(staff("N2", "handling"), False, "deny", id="handles a message: no benefits"),
        pytest.param(staff("N0", None), False, "deny", id="another centre"),
        pytest.param(staff("N0", "unit", known=False), False, "deny", id="staff, nobody"),
        pytest.param(staff("N0", "unit", purpose="own_record"), False, "purpose", id="staff with a citizen's purpose"),
        pytest.param(staff("P", "reference"), False, "private", id="notes of a colleague"),
        pytest.param(staff("P", "reference", is_author=True), True, "care-relation", id="one's own notes"),
        pytest.param(staff("P", None, is_author=True), False, "deny", id="one's own notes, no relation any more"),
        pytest.param(system("N0", "login"), True, "system", id="login: identity"),
        pytest.param(system("N1", "login"), False, "deny", id="login: no more"),
        pytest.param(system("N1", "notify"), True, "system", id="notices: agenda"),
        pytest.param(system("N2", "notify"), False, "deny", id="notices: no benefits"),
        pytest.param(system("N0", "manage_case"), False, "purpose", id="a process managing cases"),
        pytest.param(system("N0", "login", known=False), False, "deny", id="a process, nobody"),
        pytest.param(client("N1", {"appointments:read"}, "T1"), True, "client", id="client, its scope and the switch"),
        pytest.param(client("N1", {"appointments:read"}), False, "deny", id="client, its scope, no switch"),
        pytest.param(client("N1", {"appointments:read"}, "T3"), False, "deny", id="client, its scope, another switch"),
        pytest.param(client("N2", {"appointments:read"}, "T1"), False, "purpose", id="client above its scope"),
        pytest.param(client("N1", set(), "T1"), False, "purpose", id="client without scopes"),
        pytest.param(client("N1", None, "T1"), False, "deny", id="client whose scopes nobody told"),
        pytest.param(client("N1", {"all"}, "T1"), False, "purpose", id="client with an invented scope"),
        pytest.param(
            client("N1", {"appointments:read"}, "T1", is_self=False), False, "deny", id="client, somebody else"
        ),
        pytest.param(Facts("anonymous", "api", Level.N0, "person"), False, "purpose", id="nobody logged in"),
    ],
)
def test_decides(facts, allowed, rule):
    decision = decide(facts, TABLE)
    assert (decision.allowed, decision.rule) == (allowed, rule)
    assert decision.level == facts.level
    assert (decision.basis is not None) == allowed


@pytest.mark.parametrize(
    ("facts", "needed", "fresh"),
    [
        pytest.param(citizen("N2", "low"), "substantial", False, id="stronger"),
        pytest.param(citizen("N5"), "high", False, id="strongest"),
        pytest.param(citizen("N4", login_age=1000.0), "substantial", True, id="new"),
    ],
)
def test_says_which_login_would_do(facts, needed, fresh):
    decision = decide(facts, TABLE)
    assert (decision.step_up, decision.fresh) == (needed, fresh)


def test_every_rule_and_basis_has_words():
    assert all(str(words) for words in (*RULES.values(), *BASES.values()))
    assert str(decide(citizen("N1"), TABLE).words) == "Es la propia persona"
    assert str(decide(citizen("N1"), TABLE).basis_words) == "Lo permite la ley"
    assert str(decide(citizen("N1"), TABLE).level_words) == "Sus citas y en qué punto está lo suyo"


def test_levels_compare_by_sensitivity():
    assert sorted([Level.P, Level.N3, Level.N0, Level.N5]) == [Level.N0, Level.N3, Level.N5, Level.P]
    assert max(Level.N2, Level.N4) is Level.N4
