"""`alma simulate`: one case of one benefit, read from a file, as plain values for JSON."""

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from portal.simulators.engine.inputs import InputError, Problem, read_answers, stated_values
from portal.simulators.engine.run import law_of, restated, run, simulate_answers
from portal.simulators.explanation import PROBABLY_NOT, explain, plain_results, verdict
from portal.simulators.nearest import Change, nearest
from portal.simulators.parameters.library import library
from portal.simulators.parameters.strict_yaml import load_text


class UnknownBenefit(ValueError):
    """Nobody knows a benefit of that name; the text lists those there are."""


def simulate(benefit: str, day: date | str, inputs: dict[str, Any]) -> dict[str, Any]:
    """A case with its explanation: `benefit`, `date`, `level`, `result`, `explanation`; plain values only.

    Inputs are named as in the data file. An amount that rests on something unsaid is None; the explanation then
    has its range. Raises UnknownBenefit, ValueError for a day that is none, InputError (a ValueError).
    """
    if benefit not in library().benefits:
        raise UnknownBenefit(f"there is no benefit {benefit!r}; there are: {', '.join(sorted(library().benefits))}")
    day = read_day(day)
    facts = library().benefits[benefit]
    simulation = simulate_answers(benefit, day, read_answers(facts, inputs))
    changes: list[Change] = []
    if verdict(simulation) == PROBABLY_NOT:
        changes = nearest(facts.inputs.values(), simulation.answers, lambda answers: _opens(benefit, day, answers))
    return {
        "benefit": benefit,
        "date": day.isoformat(),
        "level": facts.shown_as,
        "result": plain_results(simulation),
        "explanation": explain(simulation, changes),
    }


def _opens(benefit: str, day: date, answers: dict[str, Any]) -> Any:
    try:
        facts = library().benefits[benefit]
        law = law_of(facts, day, library())
        return run(facts, law, stated_values(facts, restated(facts, answers, law)), provisional=True).granted
    except InputError:
        return False


def read_day(day: date | str) -> date:
    """A day, from ISO text. Raises ValueError with words that say how to write it."""
    if isinstance(day, date):
        return day
    try:
        return date.fromisoformat(day)
    except ValueError:
        raise ValueError(f"{day!r} is no day; write it as 2026-06-01") from None


def read_inputs(path: str | Path) -> dict[str, Any]:
    """The inputs in a JSON or YAML file, with exact decimals. Raises ValueError with file and line."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise ValueError(f"{path.name} is no UTF-8 text") from None
    except OSError as error:
        raise ValueError(f"{path.name} cannot be read: {error.strerror}") from None
    return parse_inputs(text, path.name)


def parse_inputs(text: str, name: str) -> dict[str, Any]:
    """The inputs in JSON or YAML text. Raises ValueError with file and line."""
    if text.lstrip().startswith("{"):
        try:
            said = json.loads(text, parse_float=Decimal, object_pairs_hook=lambda pairs: _once(pairs, name))
        except json.JSONDecodeError:
            said = load_text(text, name)  # perhaps YAML in braces
        except RecursionError:
            raise ValueError(f"{name}: this is nested too deep") from None
    else:
        said = load_text(text, name)
    if said is None:
        said = {}
    if not isinstance(said, dict):
        raise InputError([Problem("", "not_a_mapping", {})])
    return dict(said)


def dumps(answer: Any, *, indent: int | None = 2) -> str:
    """JSON in which every amount is a number with its cents: 658.80, not 658.8."""
    amounts: list[str] = []

    def marked(value: Any) -> Any:
        if isinstance(value, float):
            amounts.append(f"{value:.2f}")
            return f"\x00{len(amounts) - 1}\x00"
        if isinstance(value, dict):
            return {key: marked(each) for key, each in value.items()}
        if isinstance(value, (list, tuple)):
            return [marked(each) for each in value]
        return value

    text = json.dumps(marked(answer), ensure_ascii=False, indent=indent)
    return re.sub(r'"\\u0000(\d+)\\u0000"', lambda found: amounts[int(found[1])], text)


def _once(pairs: list[tuple[str, Any]], name: str) -> dict[str, Any]:
    outcome: dict[str, Any] = {}
    for key, value in pairs:
        if key in outcome:
            raise ValueError(f"{name}: the key {key!r} is there twice")
        outcome[key] = value
    return outcome
