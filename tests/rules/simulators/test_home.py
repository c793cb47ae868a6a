"""One home, asked once for every benefit: questions that matter, intervals, interactions, the nearest change."""

import time
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.simulators.engine.unknowns import holds, is_exact, within
from portal.simulators.explanation import LIKELY, MAY, NO_FIGURES, PROBABLY_NOT, explain, verdict
from portal.simulators.household.home import applies, asked_by, questions, simulate_home
from portal.simulators.household.next_questions import _gist, still_matter
from portal.simulators.interactions import interactions
from portal.simulators.nearest import nearest
from portal.simulators.parameters.library import library
from portal.simulators.words.questions import DOCUMENTS, OPTIONS, QUESTIONS, TOPICS
from tests.rules.simulators.cases import BENEFITS

DAY = date(2026, 6, 1)


def home(**said):
    return {name: value if isinstance(value, (bool, str)) else Fraction(value) for name, value in said.items()}


ALONE = home(
    age=40,
    adults=1,
    babies=0,
    small_children=0,
    older_children=0,
    household_income=0,
    own_income=0,
    pensions=0,
    disability=0,
    disability65_home=False,
)


def _answer(field):
    if field.kind == "flag":
        return st.booleans()
    if field.kind == "choice":
        return st.sampled_from(field.options)
    least, most = int(field.least), int(min(field.most, 100 if field.name in ("age", "disability") else 4000))
    if field.kind == "count":
        return st.integers(least, min(most, 100 if field.name == "age" else 5)).map(Fraction)
    return st.integers(max(least, 0), most).map(Fraction)


@st.composite
def homes(draw):
    answers = {name: draw(_answer(each.field)) for name, each in questions().questions.items()}
    said = draw(st.sets(st.sampled_from(sorted(answers))))
    return answers, said, said | draw(st.sets(st.sampled_from(sorted(answers)))), draw(st.sampled_from(BENEFITS))


@settings(max_examples=500, deadline=None)
@given(homes())
def test_a_home_is_sound_and_narrows(case):
    answers, said, more, benefit = case
    exact, few, further = (
        simulate_home(benefit, DAY, {name: answers[name] for name in names}).open.results
        for names in (answers, said, more)
    )
    for name, value in exact.items():
        assert not is_exact(value) or holds(few[name], value)
        assert within(further[name], few[name])


@settings(max_examples=60, deadline=None)
@given(homes())
def test_what_is_not_asked_does_not_matter(case):
    """Once no question matters to a benefit, no single answer to what is left changes what was told."""
    answers, said, _, benefit = case
    known = {name: answers[name] for name in said}
    asked = still_matter([benefit], DAY, known)
    before = simulate_home(benefit, DAY, known)
    for name in questions().questions:
        if name not in known and name not in asked and name in asked_by(benefit) and applies(name, known) is True:
            after = simulate_home(benefit, DAY, {**known, name: answers[name]})
            assert _gist(after.open) == _gist(before.open), name


def test_a_settled_benefit_asks_nothing():
    assert still_matter(["transporte"], DAY, home(age=66)) == {}
    assert set(still_matter(["discapacidad"], DAY, home(age=66))) == {"disability", "incapacity"}


def test_questions_follow_from_the_rules():
    asked = still_matter(["imv"], DAY, home(age=40, adults=1, babies=0, small_children=0, older_children=0))
    assert "household_income" in asked and "independent_living" in asked
    assert not {"sole_parent", "unit_6_months", "pvpc", "emancipated", "registered"} & set(asked)
    asked = still_matter(["imv"], DAY, {**ALONE, "household_income": Fraction(2000)})
    assert asked == {}


def test_all_questions_in_moments():
    started = time.process_time()
    assert len(still_matter(BENEFITS, DAY, {})) > 30
    assert time.process_time() - started < 5


def test_every_question_has_words():
    assert set(QUESTIONS) == set(questions().questions)
    assert set(TOPICS) == set(questions().topics)
    for name, question in questions().questions.items():
        if question.field.kind == "choice":
            assert set(OPTIONS[name]) == set(question.field.options)
    for facts in library().benefits.values():
        assert set(facts.documents) <= set(DOCUMENTS)
    assert set().union(*map(asked_by, BENEFITS)) == set(questions().questions)


@pytest.mark.parametrize(
    ("benefit", "said", "expected"),
    [
        ("transporte", home(age=66), LIKELY),
        ("imv", ALONE, MAY),
        ("imv", {**ALONE, "household_income": Fraction(900)}, PROBABLY_NOT),
        ("imv", {}, "cannot_say"),
        ("beca_comedor", ALONE, PROBABLY_NOT),
        ("teleasistencia", home(age=80), LIKELY),
    ],
)
def test_verdicts(benefit, said, expected):
    assert verdict(simulate_home(benefit, DAY, said)) == expected


def test_a_day_past_the_data_says_so_and_asks_nothing():
    later = date(2027, 1, 1)
    assert verdict(simulate_home("imv", later, ALONE)) == NO_FIGURES
    assert still_matter(BENEFITS, later, {}) == {}


def test_benefits_bear_on_each_other():
    def codes(**said):
        found = {name: simulate_home(name, DAY, {**ALONE, **home(**said)}) for name in BENEFITS}
        return {each.code for each in interactions(found)}

    assert "imv_before_rmi" in codes()
    assert "imv_opens_discount" in codes()
    assert "imv_opens_meals" in codes(older_children=1, age=30)
    assert "family_opens_discount" in codes(older_children=3, grown_children=0)
    assert "pension_before_imv" in codes(age=70)
    assert "plus65_beats_azul" in codes(age=70)
    assert not {"imv_before_rmi", "imv_opens_meals"} & codes(household_income=5000)


def _nearest(benefit, said):
    fields = [each.field for name, each in questions().questions.items() if name in asked_by(benefit)]
    found = nearest(fields, said, lambda answers: simulate_home(benefit, DAY, answers).stated.granted)
    return {change.name: change.value for change in found}


def test_the_nearest_change_is_to_the_cent():
    assert _nearest("imv", {**ALONE, "household_income": Fraction(900)})["household_income"] == Fraction("723.60")
    assert _nearest("imv", {**ALONE, "age": Fraction(21)}) == {"age": 23}
    assert _nearest("imv", {**ALONE, "net_assets": Fraction(90000)})["net_assets"] == Fraction("26409.59")
    assert _nearest("imv", {**ALONE, "company_director": True}) == {"company_director": False}
    assert _nearest("transporte", {**ALONE, "registered": True}) == {"age": 60 + 5}


def test_nobody_is_told_to_wish_for_harm():
    assert not {"gender_violence", "orphan", "disability"} & set(_nearest("imv", {**ALONE, "age": Fraction(20)}))


def test_an_unspoken_circumstance_is_unknown_in_the_explanation():
    entries = explain(simulate_home("bono_social_electrico", DAY, {**ALONE, "household_income": Fraction(2000)}))
    states = {entry["condition"]: entry["state"] for entry in entries if entry["kind"] == "condition"}
    assert states["large_family"] == "unknown"
    entries = explain(simulate_home("bono_social_electrico", DAY, {**ALONE, "large_family": False}))
    states = {entry["condition"]: entry["state"] for entry in entries if entry["kind"] == "condition"}
    assert states["large_family"] == "not_met"
