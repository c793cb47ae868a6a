"""Which questions still matter: those whose answer can change what any chosen benefit comes to."""

from collections.abc import Iterator
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
    case = Case(chosen, day, answers)
    found = {name: list(case.changed_by(name)) for name in questions().questions}
    return {name: benefits for name, benefits in found.items() if benefits}


class Case:
    """The benefits chosen and the answers so far; asks the rules about one question at a time."""

    def __init__(self, chosen: list[str], day: date, answers: dict[str, Any]) -> None:
        shelf = library()
        self._day = day
        self._answers = answers
        self._undecided: dict[str, tuple[Benefit, tuple[Outcome, Outcome]]] = {}
        for facts in (shelf.benefits[name] for name in chosen):
            if day <= facts.review_by:
                before = _both(facts, day, answers)
                if not _certain(before[0]):
                    self._undecided[facts.name] = facts, before

    def changed_by(self, name: str) -> Iterator[str]:
        """The benefits that an answer to the question could change."""
        if name in self._answers or applies(name, self._answers) is False:
            return
        question = questions().questions[name]
        for benefit, (facts, before) in self._undecided.items():
            if name in asked_by(benefit) and _changes(facts, self._day, self._answers, name, question, before):
                yield benefit

    def matters(self, name: str) -> bool:
        """Whether an answer to the question could change any of the benefits."""
        return next(self.changed_by(name), None) is not None


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
