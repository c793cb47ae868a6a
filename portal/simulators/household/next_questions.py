"""Which questions still matter: those whose answer can change what any chosen benefit comes to."""

from datetime import date
from fractions import Fraction
from typing import Any

from portal.simulators.engine.run import Outcome, law_of, run
from portal.simulators.engine.unknowns import is_exact
from portal.simulators.household.home import (
    Question,
    applies,
    asked_by,
    benefit_values,
    open_home,
    questions,
    stated_home,
)
from portal.simulators.parameters.library import library
from portal.simulators.parameters.schema import Benefit, Input


def still_matter(chosen: list[str], day: date, answers: dict[str, Any]) -> dict[str, list[str]]:
    """Questions not answered yet that can still change something, with the benefits that each would change.

    A question matters to a benefit when one of its answers, alone, changes the interval or the outcome as told.
    In the order of asking; a benefit whose results are all certain needs none.
    """
    shelf = library()
    current = {name: shelf.benefits[name] for name in chosen if day <= shelf.benefits[name].review_by}
    before = {name: _both(facts, day, answers) for name, facts in current.items()}
    undecided = [name for name, (opened, _) in before.items() if not _certain(opened)]
    found: dict[str, list[str]] = {}
    for name, question in questions().questions.items():
        if name in answers or applies(name, answers) is False:
            continue
        for benefit in undecided:
            if name in asked_by(benefit) and _changes(current[benefit], day, answers, name, question, before[benefit]):
                found.setdefault(name, []).append(benefit)
    return found


def candidates(field: Input) -> list[Any]:
    """Answers that show whether a question matters: its extremes and some in between."""
    if field.kind == "flag":
        return [True, False]
    if field.kind == "choice":
        return list(field.options)
    least, most = field.least or Fraction(0), field.most or Fraction(0)
    between = [Fraction(number) for number in (1, 20, 40, 67, 1000) if least < number < most]
    return [least, *between, most]


def _changes(
    facts: Benefit, day: date, answers: dict[str, Any], name: str, question: Question, before: tuple[Outcome, Outcome]
) -> bool:
    for candidate in candidates(question.field):
        after = _both(facts, day, {**answers, name: candidate})
        if any(_gist(new) != _gist(old) for new, old in zip(after, before, strict=True)):
            return True
    return False


def _gist(outcome: Outcome) -> dict[str, Any]:
    """What a person is told; which of several conditions fails first is no news."""
    return {name: value for name, value in outcome.results.items() if name != "reason"}


def _both(facts: Benefit, day: date, answers: dict[str, Any]) -> tuple[Outcome, Outcome]:
    law = law_of(facts, day, library())
    opened = run(facts, law, benefit_values(facts, open_home(answers)))
    stated = run(facts, law, benefit_values(facts, stated_home(answers)), provisional=True)
    return opened, stated


def _certain(outcome: Outcome) -> bool:
    return all(map(is_exact, _gist(outcome).values()))
