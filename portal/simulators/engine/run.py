"""Running a rule: on what a case states, on everything it leaves open, and on the columns of a city."""

from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

from portal.simulators.engine.conditions import Checked, Conditions
from portal.simulators.engine.inputs import InputError, Problem, stated_values, unknown_values
from portal.simulators.engine.unknowns import UNDECIDED, holds, is_exact, options
from portal.simulators.parameters.law import Law
from portal.simulators.parameters.library import Library, library
from portal.simulators.parameters.schema import Benefit, Row
from portal.simulators.rules import RESTATED, RULES

NOTHING = {"type": "none", "category": "none", "grade": "none", "product": "none"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule gave for some values, with everything it checked and read."""

    results: dict[str, Any]
    checked: list[Checked]
    figures: dict[str, Any]
    used: dict[str, Row]
    missing: frozenset[str]

    @property
    def granted(self) -> Any:
        """Whether the results open anything: True, False or UNDECIDED."""
        return granted(self.results)


@dataclass(frozen=True, slots=True)
class Simulation:
    """One benefit for one case. `stated` takes the case as told; `open` holds for every way it may really be."""

    benefit: Benefit
    day: date
    answers: dict[str, Any]
    stated: Outcome | None
    open: Outcome | None

    @property
    def out_of_date(self) -> bool:
        """Whether the day lies past the parameters' review: no amount, and staff are told."""
        return self.stated is None

    @property
    def without_figures(self) -> bool:
        """Whether a figure that matters was never published for the day."""
        if self.stated is None:
            return True
        return bool(self.stated.missing) and not all(map(is_exact, self.stated.results.values()))


def simulate_answers(
    benefit: str, day: date, answers: dict[str, Any], *, shelf: Library | None = None, known_on: date | None = None
) -> Simulation:
    """A benefit for answers already read. Raises KeyError for a benefit nobody knows, InputError."""
    shelf = shelf or library()
    facts = shelf.benefits[benefit]
    if day > facts.review_by:
        return Simulation(facts, day, answers, None, None)
    law = law_of(facts, day, shelf, known_on)
    said = restated(facts, answers, law)
    stated = run(facts, law, stated_values(facts, said), provisional=True)
    opened = run(facts, law, unknown_values(facts, said))
    return Simulation(facts, day, answers, stated, opened)


def run(
    facts: Benefit, law: Law, values: dict[str, Any], *, provisional: bool = False, reasons: bool = True
) -> Outcome:
    """A rule on values of any of the three sorts (numbers, unknowns, columns).

    A city that sums amounts does without `reasons`, which cost a pass over it for each condition.
    """
    check = Conditions(facts.conditions, provisional, reasons)
    results = RULES[facts.name](SimpleNamespace(**values), law, check)
    return Outcome(results, check.checked, check.figures, law.used, frozenset(law.missing))


def law_of(facts: Benefit, day: date, shelf: Library, known_on: date | None = None) -> Law:
    """The parameters of a benefit on a day, as known on another (default: as known now)."""
    return Law(facts, day, library=shelf.benefits, indices=shelf.indices, known_on=known_on)


def restated(facts: Benefit, answers: dict[str, Any], law: Law) -> dict[str, Any]:
    """Answers in people's words (a grade) as what the rule asks (points). Raises InputError."""
    name, restate = RESTATED.get(facts.name, (None, None))
    if name is None or name not in answers or restate is None:
        return answers
    try:
        return {**answers, **restate(answers, law)}
    except ValueError as error:
        raise InputError([Problem(str(error), "contradiction", {})]) from None


def granted(results: dict[str, Any]) -> Any:
    """Whether results open anything to the person: True, False or UNDECIDED."""
    for name, nothing in NOTHING.items():
        if name in results:
            if not holds(results[name], nothing):
                return True
            return UNDECIDED if len(options(results[name])) > 1 else False
    if "access" in results:
        possible = {option in (True, "yes", "assess") for option in options(results["access"])}
        return UNDECIDED if len(possible) == 2 else possible.pop()
    if "recognised" in results:
        return results["recognised"]
    return results["annual" if "annual" in results else "amount"] > 0
