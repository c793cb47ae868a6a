"""`decide` against an independent oracle: Cedar, with the same table written by hand as policies."""

import dataclasses
import random
import time
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from case_api.access.decision import RULES, Facts, decide
from case_api.access.levels import LEVELS, Level
from case_api.access.purposes import Purpose
from case_api.access.table import table_on
from tests.rules.access import oracle

TABLE = table_on(date(2026, 1, 1))
SWITCHES = ("T1", "T2", "T3", "T4", "O")
SETS = [frozenset(), *(frozenset({one}) for one in SWITCHES), frozenset(SWITCHES), frozenset({"T2", "T4"})]
SCOPES = [
    None, None, frozenset(), frozenset({"invented"}), frozenset(TABLE.scopes),
    *(frozenset({name}) for name in TABLE.scopes),
]  # fmt: skip
# Every value that a fact can take, with the borders of the numbers; what lets a case reach the later rules comes often.
SPACE = {
    "actor_kind": ["citizen", "staff", "staff", "client", "system", "anonymous"],
    "purpose": [str(purpose) for purpose in Purpose],
    "level": list(Level),
    "object_kind": ["person", "file", "document", "benefit", "appointment", "access_log", "conversation", "consent",
                    "representation", "contact", "plan", "household", "rights", "export"],
    "known": [True, True, True, False],
    "role": [None, "social_worker", "coordinator", "information", "administrative", "data_protection"],
    "assurance": [None, "low", "substantial", "high"],
    "login_age": [None, 0.0, 60.0, 899.0, 900.0, 901.0],
    "is_self": [True, False],
    "relation": [None, None, "reference", "unit", "case_team", "handling"],
    "blocked": [False] * 9 + [True],
    "shielded": [False] * 5 + [True],
    "is_author": [True, False],
    "scopes": SCOPES,
    "kin": [False] * 9 + [True],
    "representation": [None, "guardian_in_fact", "support_person", "power_of_attorney", "authorisation", "parent",
                       "tutor", "invented"],
    "representation_scope": [None, *Level],
    "designated": [True, False],
    "recipient": [None, None, "invented", *TABLE.recipients],
    "mandate": [None, *LEVELS[:6]],
    "referral": [True, False],
    "opposed": [True, False],
    "consents": SETS,
    "consent_days": [None, 0.0, 89.0, 90.0, 91.0],
    "glass_minutes": [None, None, 0.0, 59.0, 60.0, 61.0],
    "urgency": [True, False],
    "takes_out": [False, False, True],
}  # fmt: skip
PURPOSE_OF = {"citizen": "own_record", "staff": "manage_case", "client": "api"}


def some(count: int, seed: int) -> list[Facts]:
    """That many cases, the same each time; half of them come for a purpose that their kind of actor may have."""
    chance = random.Random(seed)
    made = []
    for number in range(count):
        values = {name: chance.choice(choices) for name, choices in SPACE.items()}
        if number % 2:
            values["purpose"] = PURPOSE_OF.get(values["actor_kind"], values["purpose"])
            values["blocked"] = values["kin"] = False
        made.append(Facts(**values))
    return made


def said(facts: Facts) -> oracle.Answer:
    decision = decide(facts, TABLE)
    # An opposition names what is missing; for Cedar it is a case that nothing permits.
    rule = "deny" if not decision.allowed and decision.rule == "opposition" else decision.rule
    return decision.allowed, rule, decision.basis, decision.fresh


def differences(asked: list[Facts]) -> list[tuple[Facts, oracle.Answer, oracle.Answer]]:
    pairs = zip(asked, map(said, asked), oracle.answers(asked), strict=True)
    return [(facts, ours, theirs) for facts, ours, theirs in pairs if ours != theirs]


def test_the_fields_of_facts_are_all_varied():
    assert set(SPACE) == {field.name for field in dataclasses.fields(Facts)}


@pytest.mark.parametrize("part", range(5))
def test_the_oracle_agrees_on_a_hundred_thousand_cases(part):
    asked = some(20_000, seed=part)
    assert differences(asked)[:3] == []


def test_the_cases_reach_every_rule_both_ways():
    seen = {decide(facts, TABLE).rule for facts in some(40_000, seed=1)}
    assert seen == set(RULES)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.builds(Facts, **{name: st.sampled_from(choices) for name, choices in SPACE.items()}), min_size=20))
def test_the_oracle_agrees_on_what_hypothesis_finds(asked):
    assert differences(asked) == []


# One actor each, and all values of what matters to them: no chance in it.
CORNERS = {
    "the person": ({"actor_kind": "citizen", "is_self": True}, ("level", "assurance", "login_age", "object_kind")),
    "a representative": (
        {"actor_kind": "citizen", "assurance": "substantial", "login_age": 60.0},
        ("level", "representation", "representation_scope", "shielded", "object_kind"),
    ),
    "staff": ({"actor_kind": "staff"}, ("level", "role", "relation", "designated", "shielded", "referral")),
    "outside": (
        {"actor_kind": "client", "object_kind": "document"},
        ("level", "recipient", "mandate", "designated", "opposed", "consents"),
    ),
    "an application": (
        {"actor_kind": "client", "is_self": True, "login_age": 60.0},
        ("level", "consents", "scopes", "assurance", "object_kind"),
    ),
    "another centre, or the case team": (
        {"actor_kind": "staff", "object_kind": "document"},
        ("level", "recipient", "consents", "role", "relation", "opposed", "shielded"),
    ),
    "a person they choose": (
        {"actor_kind": "citizen", "recipient": "chosen", "login_age": 60.0},
        ("level", "consents", "consent_days", "assurance", "shielded", "object_kind"),
    ),
    "broken glass": (
        {"actor_kind": "staff", "object_kind": "file"},
        ("level", "role", "glass_minutes", "urgency", "takes_out", "shielded"),
    ),
}


def corner(name: str) -> list[Facts]:
    fixed, varied = CORNERS[name]
    asked = [dataclasses.replace(Facts("", PURPOSE_OF[fixed["actor_kind"]], Level.N0, "file"), **fixed)]
    for field in varied:
        asked = [dataclasses.replace(one, **{field: value}) for one in asked for value in dict.fromkeys(SPACE[field])]
    return asked


@pytest.mark.parametrize("name", CORNERS)
def test_the_oracle_agrees_on_every_corner(name):
    assert differences(corner(name))[:3] == []


def test_an_opposition_is_named_exactly_where_it_is_what_is_missing():
    for facts in some(20_000, seed=7):
        decision = decide(facts, TABLE)
        without = decide(dataclasses.replace(facts, opposed=False), TABLE)
        named = decision.rule == "opposition" and not decision.allowed
        assert named == (not decision.allowed and without.allowed), facts


def test_a_hole_in_the_table_is_noticed():
    """The oracle bites: one level more for one role, and it disagrees."""
    care = TABLE.care_relation.model_copy(update={"unit": {**TABLE.care_relation.unit, "information": Level.N3}})
    bad = TABLE.model_copy(update={"care_relation": care})
    asked = corner("staff")
    ours = [decide(facts, bad).allowed for facts in asked]
    assert ours != [answer[0] for answer in oracle.answers(asked)]


def test_a_decision_takes_microseconds():
    asked = some(2_000, seed=5)
    best = min(_seconds(asked) for _ in range(5))
    assert best / len(asked) < 50e-6  # about 2 on a quiet machine; the others in this house cost 75 and more


def _seconds(asked: list[Facts]) -> float:
    begun = time.process_time()
    for facts in asked:
        decide(facts, TABLE)
    return time.process_time() - begun
