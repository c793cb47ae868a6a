"""What must hold for every case: intervals are sound, narrow only, and the city agrees with the citizen to the cent."""

import os
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.simulators.command import simulate
from portal.simulators.engine.columns import Column
from portal.simulators.engine.inputs import unknown_values
from portal.simulators.engine.run import law_of, run, simulate_answers
from portal.simulators.engine.unknowns import Ages, holds, is_exact, within
from portal.simulators.parameters.library import library
from portal.simulators.population.columns import household, random_values, result_of, run_columns
from tests.rules.simulators.cases import BENEFITS, examples

DAYS = [date(2021, 6, 1), date(2022, 5, 1), date(2024, 10, 1), date(2025, 10, 1), date(2026, 6, 1)]
# `make agreement` asks for 200,000 of every benefit; the suite itself for 200,000 in all.
HOUSEHOLDS = int(os.environ.get("ALMA_HOUSEHOLDS", "200000"))


def _answer(field):
    if field.kind == "flag":
        return st.booleans()
    if field.kind == "choice":
        return st.sampled_from(field.options)
    if field.kind == "ages":
        return st.lists(st.integers(0, 17), max_size=6).map(lambda ages: Ages(tuple(ages)))
    least, most = int(field.least), int(field.most)
    if field.kind == "count":
        return st.integers(least, min(most, 120 if most > 40 else 9)).map(Fraction)
    near = st.integers(max(least, -5000) * 100, min(most, 5_000) * 100)
    far = st.integers(max(least, -5000) * 100, min(most, 150_000) * 100)
    if field.kind == "number":
        return st.integers(least, most).map(Fraction)
    return st.one_of(st.just(0), near, far).map(lambda cents: Fraction(cents, 100))


@st.composite
def full_cases(draw):
    """A benefit, a day, every answer, and which of them were said (a few more after a question)."""
    facts = library().benefits[draw(st.sampled_from(BENEFITS))]
    answers = {name: draw(_answer(field)) for name, field in facts.inputs.items() if not field.optional}
    said = draw(st.sets(st.sampled_from(sorted(answers))))
    more = said | draw(st.sets(st.sampled_from(sorted(answers))))
    return facts, draw(st.sampled_from(DAYS)), answers, said, more


def _results(facts, day, answers):
    return run(facts, law_of(facts, day, library()), unknown_values(facts, answers)).results


def _some(answers, names):
    return {name: answers[name] for name in names}


@settings(max_examples=800, deadline=None)
@given(full_cases())
def test_the_interval_holds_every_completion(case):
    facts, day, answers, said, _ = case
    exact = _results(facts, day, answers)
    wide = _results(facts, day, _some(answers, said))
    for name, value in exact.items():
        if is_exact(value):
            assert holds(wide[name], value), (facts.name, name, value, wide[name])


@settings(max_examples=800, deadline=None)
@given(full_cases())
def test_a_further_answer_never_widens(case):
    facts, day, answers, said, more = case
    before, after = (_results(facts, day, _some(answers, names)) for names in (said, more))
    for name in before:
        assert within(after[name], before[name]), (facts.name, name, after[name], before[name])


@settings(max_examples=300, deadline=None)
@given(full_cases())
def test_what_is_stated_lies_in_the_interval(case):
    facts, day, answers, said, _ = case
    simulation = simulate_answers(facts.name, day, _some(answers, said))
    for name, value in simulation.stated.results.items():
        if is_exact(value):
            assert holds(simulation.open.results[name], value)


@pytest.mark.parametrize("benefit", BENEFITS)
def test_city_and_citizen_agree_to_the_cent(benefit):
    """200,000 random households, the same share for each benefit, on the days on which it has figures."""
    facts = library().benefits[benefit]
    share = -(-HOUSEHOLDS // len(BENEFITS))
    days = [date(2026, 6, 1), date(2025, 10, 1)]
    for place, day in enumerate(days):
        many = share // len(days) + 1
        values = random_values(facts, many, seed=20260601 + place)
        results = run_columns(benefit, day, values)
        for index in range(many):
            one = run(facts, law_of(facts, day, library()), household(values, index)).results
            city = result_of(results, index)
            assert all(city[name] == value for name, value in one.items()), (index, one, city)


@pytest.mark.parametrize("benefit", BENEFITS)
def test_a_city_in_blocks_is_the_same_city(benefit):
    """Block by block or at once: the same results, down to a last block of a single household."""
    facts, day, many = library().benefits[benefit], date(2026, 6, 1), 100_001
    values = random_values(facts, many, seed=11)
    results = run_columns(benefit, day, values)
    whole = run(facts, law_of(facts, day, library()), values).results
    for index in (0, 1, 49_999, 50_000, 50_001, 99_999, 100_000, many - 1):
        assert result_of(results, index) == result_of(whole, index)
    for name, column in whole.items():
        if isinstance(column, Column):
            assert not (results[name] - column).values.any()


NUMBERS = [
    pytest.param(benefit, day, inputs, name, id=f"{case.id}-{name}")
    for case in examples()
    for benefit, day, inputs, _ in [case.values]
    for name, value in inputs.items()
    if library().benefits[benefit].inputs[name].kind in ("money", "count", "number", "ages")
]


@pytest.mark.parametrize(("benefit", "day", "inputs", "name"), NUMBERS)
def test_missing_is_never_zero(benefit, day, inputs, name):
    """Leaving out a number never gives what zero gives, unless the answer does not depend on it."""
    field = library().benefits[benefit].inputs[name]
    zero = [] if field.kind == "ages" else max(int(field.least), 0)
    silent = simulate(benefit, day, {key: value for key, value in inputs.items() if key != name})
    with_zero = simulate(benefit, day, {**inputs, name: zero})
    assert {"kind": "unknown", "input": name} in silent["explanation"]
    assert silent["explanation"] != with_zero["explanation"]
    provisional = any(entry.get("condition") == name and entry.get("provisional") for entry in silent["explanation"])
    if silent["result"] == with_zero["result"] and not provisional:
        # Then no other number may change it either.
        most = [17] * 6 if field.kind == "ages" else int(field.most)
        assert simulate(benefit, day, {**inputs, name: most})["result"] == silent["result"]


@pytest.mark.parametrize("benefit", BENEFITS)
@pytest.mark.parametrize("day", ["2027-01-01", "2027-06-01", "2099-01-01"])
def test_a_day_past_the_data_has_no_amount(benefit, day):
    for case in examples():
        if case.values[0] == benefit:
            answer = simulate(benefit, day, case.values[2])
            assert not any(value is not None for value in answer["result"].values())
            assert answer["explanation"][0] == {"kind": "verdict", "verdict": "no_figures"}


@pytest.mark.parametrize(
    ("benefit", "day"),
    [
        ("imv", "2020-05-31"),
        ("capi", "2021-12-31"),
        ("pnc", "2019-12-31"),
        ("tarjeta_familias", "2021-12-31"),
        ("dependencia", "2023-07-19"),
    ],
)
def test_a_day_before_the_data_has_no_amount(benefit, day):
    inputs = next(case.values[2] for case in examples() if case.values[0] == benefit)
    result = simulate(benefit, day, inputs)["result"]
    assert all(result[name] is None for name in ("amount", "annual", "max") if name in result)


def test_an_amount_known_later_is_not_known_before():
    inputs = {"adults": Fraction(1), "minors": Fraction(0), "monthly_income": Fraction(0), "holder_age": Fraction(40)}
    day = date(2026, 1, 15)
    before = simulate_answers("imv", day, inputs, known_on=date(2026, 1, 20))
    after = simulate_answers("imv", day, inputs, known_on=date(2026, 6, 1))
    assert before.stated.results["amount"] == Fraction(65881, 100)
    assert after.stated.results["amount"] == Fraction(73360, 100)


def test_a_row_past_its_own_review_has_no_amount():
    facts = library().benefits["imv"]
    rows = facts.parameters["pnc_annual_base"]
    stale = replace(rows[-1], review_by=date(2026, 3, 31))
    short = replace(facts, parameters={**facts.parameters, "pnc_annual_base": (*rows[:-1], stale)})
    law = law_of(short, date(2026, 4, 1), library())
    assert law.pnc_annual_base.name == "imv.pnc_annual_base"
    assert law_of(short, date(2026, 3, 31), library()).pnc_annual_base == rows[-1].value
