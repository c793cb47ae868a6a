"""The questions about a home, and each benefit's inputs from their answers."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from portal.simulators.engine.inputs import anything
from portal.simulators.engine.run import Simulation, law_of, run
from portal.simulators.household.quantities import QUANTITIES, TESTS
from portal.simulators.parameters.library import DATA, Library, library
from portal.simulators.parameters.schema import Benefit, Input, keys, typed
from portal.simulators.parameters.schema import input_of as read_input
from portal.simulators.parameters.strict_yaml import DataError, Mapping, load_file

OFFICE = "office"


@dataclass(frozen=True, slots=True)
class Question:
    """One question: the field it fills, the topic it belongs to, when it is asked at all."""

    field: Input
    topic: str
    only_if: str | None


@dataclass(frozen=True, slots=True)
class Questions:
    """All questions in the order of asking, and where each benefit's inputs come from."""

    topics: tuple[str, ...]
    questions: dict[str, Question]
    sources: dict[str, dict[str, str]]


class Home:
    """Answers and what follows from them, by name; remembers which questions were read."""

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = values
        self._derived: dict[str, tuple[Any, frozenset[str]]] = {}
        self.read: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        if name in self._values:
            self.read.add(name)
            return self._values[name]
        if name not in QUANTITIES:
            raise AttributeError(f"a home has no {name!r}")
        if name not in self._derived:
            before, self.read = self.read, set()
            value = QUANTITIES[name](self)
            self._derived[name] = (value, frozenset(self.read))
            self.read = before
        value, read = self._derived[name]
        self.read |= read
        return value


@cache
def questions() -> Questions:
    """The questions of the data folder. Raises DataError with file and line."""
    data = load_file(DATA / "household.yaml")
    keys(data, needed=("topics", "questions", "benefits"))
    found = {}
    for name, body in typed(data, "questions", Mapping).items():
        topic, only_if = body.pop("topic", None), body.pop("only_if", None)
        if topic not in data["topics"]:
            raise DataError(body.where, f"{name} needs a topic of the list")
        if only_if is not None and only_if not in TESTS:
            raise DataError(body.where, f"{only_if!r} is no test of quantities.py")
        found[name] = Question(read_input(name, body), topic, only_if)
    sources = {}
    for benefit, mapped in typed(data, "benefits", Mapping).items():
        for name, source in mapped.items():
            if source != OFFICE and source not in found and source not in QUANTITIES:
                raise DataError(mapped.line(name), f"{source!r} is neither a question nor a quantity")
        sources[benefit] = dict(mapped)
    return Questions(tuple(data["topics"]), found, sources)


def open_home(answers: dict[str, Any]) -> Home:
    """The home with everything unsaid left open."""
    return Home(
        {
            name: answers[name] if name in answers else anything(each.field)
            for name, each in questions().questions.items()
        }
    )


def stated_home(answers: dict[str, Any]) -> Home:
    """The home as told: circumstances that nobody claimed are not claimed, the rest stays open."""
    unclaimed = {
        name: each.field.unsaid
        for name, each in questions().questions.items()
        if each.field.unsaid is not None and name not in answers
    }
    return open_home({**unclaimed, **answers})


def benefit_values(facts: Benefit, home: Any) -> dict[str, Any]:
    """The inputs of a benefit's rule from a home; what only the office can tell stays open."""
    sources = questions().sources.get(facts.name, {})
    values = {}
    for name, field in facts.inputs.items():
        if not field.optional:
            source = sources.get(name, name)
            values[name] = anything(field) if source == OFFICE else getattr(home, source)
    return values


def simulate_home(benefit: str, day: date, answers: dict[str, Any], *, shelf: Library | None = None) -> Simulation:
    """One benefit for what a home has answered."""
    shelf = shelf or library()
    facts = shelf.benefits[benefit]
    if day > facts.review_by:
        return Simulation(facts, day, answers, None, None)
    law = law_of(facts, day, shelf)
    stated = run(facts, law, benefit_values(facts, stated_home(answers)), provisional=True)
    opened = run(facts, law, benefit_values(facts, open_home(answers)))
    return Simulation(facts, day, answers, stated, opened)


def opens(benefit: str, day: date, answers: dict[str, Any]) -> Any:
    """Whether a benefit opens anything for what a home has answered, taken as told: True, False or UNDECIDED."""
    facts = library().benefits[benefit]
    if day > facts.review_by:
        return False
    law = law_of(facts, day, library())
    return run(facts, law, benefit_values(facts, stated_home(answers)), provisional=True, reasons=False).granted


@cache
def asked_by(benefit: str) -> frozenset[str]:
    """The questions that a benefit's rule may need."""
    home = open_home({})
    benefit_values(library().benefits[benefit], home)
    return frozenset(home.read)


def applies(name: str, answers: dict[str, Any]) -> Any:
    """Whether a question makes sense after the answers so far: True, False or UNDECIDED."""
    only_if = questions().questions[name].only_if
    return True if only_if is None else TESTS[only_if](open_home(answers))
