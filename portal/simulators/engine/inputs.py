"""Reading what somebody said into values: strictly, never guessing, never taking silence for zero."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

from portal.simulators.engine.unknowns import UNDECIDED, Ages, choice, span
from portal.simulators.parameters.schema import Benefit, Input

_TRUTHS = {"true": True, "yes": True, "si": True, "sí": True, "false": False, "no": False}
_LINE = 60
_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?\Z")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with what was said: the field, a code for the words, and what the words need."""

    field: str
    code: str
    details: dict[str, Any]

    def __str__(self) -> str:
        shown = {key: _shown(value) if key == "given" else value for key, value in self.details.items()}
        return _PLAIN[self.code].format(field=self.field, **shown)


def _shown(given: Any) -> str:
    """What was given as its writer knows it, and no longer than a line."""
    if isinstance(given, (list, tuple)):
        text = "[" + ", ".join(map(_shown, given)) + "]"
    else:
        text = str(given) if isinstance(given, (Decimal, Fraction)) else repr(given)
    return text if len(text) <= _LINE else text[: _LINE - 1] + "…"


class InputError(ValueError):
    """What was said cannot be used; `problems` says field by field why and how to mend it."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


_PLAIN = {
    "unknown_name": "{field}: this benefit asks nothing of that name{hint}",
    "twice": "{field}: said twice, also as {other}",
    "not_a_mapping": "the input must be a mapping of names and values",
    "not_a_number": "{field}: a number is needed, such as 650 or 650.50, not {given}",
    "not_whole": "{field}: a whole number is needed, not {given}",
    "not_cents": "{field}: an amount has at most two decimals, not {given}",
    "too_small": "{field}: at least {least} is needed, not {given}",
    "too_big": "{field}: at most {most} is possible, not {given}",
    "not_a_truth": "{field}: true or false is needed, not {given}",
    "not_an_option": "{field}: one of {options} is needed, not {given}",
    "not_ages": "{field}: a list of whole ages is needed, each from 0 to 17, not {given}",
    "too_many_ages": "{field}: at most {most} ages are possible, not {count}",
    "contradiction": "{field}: it contradicts another answer",
}


def read_answers(benefit: Benefit, said: Any) -> dict[str, Any]:
    """Values by input name; what was not said (or said as null) is absent.

    Names as in the data file, or their aliases. Raises InputError with every problem at once.
    """
    if not isinstance(said, dict):
        raise InputError([Problem("", "not_a_mapping", {})])
    names = {alias: each.name for each in benefit.inputs.values() for alias in (each.name, *each.aliases)}
    answers: dict[str, Any] = {}
    problems: list[Problem] = []
    for key, given in said.items():
        name = names.get(key)
        if name is None:
            close = get_close_matches(str(key), names, n=1)
            hint = f" (did you mean {close[0]}?)" if close else f" (it asks: {', '.join(benefit.inputs)})"
            problems.append(Problem(str(key), "unknown_name", {"hint": hint}))
        elif name in answers:
            problems.append(Problem(str(key), "twice", {"other": name}))
        elif given is not None:
            try:
                answers[name] = read_value(benefit.inputs[name], given)
            except InputError as error:
                problems += error.problems
    if problems:
        raise InputError(problems)
    return answers


def read_value(field: Input, given: Any) -> Any:
    """One value of the field's kind. Raises InputError."""
    if field.kind == "flag":
        return _truth(field, given)
    if field.kind == "choice":
        given = field.same.get(given, given) if isinstance(given, str) else given
        if given not in field.options:
            raise _error(field, "not_an_option", given, options=", ".join(field.options))
        return given
    if field.kind == "ages":
        return _ages(field, given)
    number = _number(field, given)
    if field.kind == "count" and number.denominator != 1:
        raise _error(field, "not_whole", given)
    if field.kind in ("money", "number") and (number * 100).denominator != 1:
        raise _error(field, "not_cents", given)
    if field.least is not None and number < field.least:
        raise _error(field, "too_small", given, least=_plain(field.least))
    if field.most is not None and number > field.most:
        raise _error(field, "too_big", given, most=_plain(field.most))
    return number


def anything(field: Input) -> Any:
    """Every value that the field may have: the value of a missing answer."""
    if field.kind == "flag":
        return UNDECIDED
    if field.kind == "choice":
        return choice(frozenset(field.options))
    if field.kind == "ages":
        return Ages((), (0, int(field.most or 0)))
    return span(field.least, field.most)


def unknown_values(benefit: Benefit, answers: dict[str, Any]) -> dict[str, Any]:
    """What was said, and everything possible where nothing was."""
    return {
        name: answers[name] if name in answers else anything(field)
        for name, field in benefit.inputs.items()
        if not field.optional
    }


def stated_values(benefit: Benefit, answers: dict[str, Any]) -> dict[str, Any]:
    """What was said; circumstances that nobody claimed are not claimed; the rest stays unknown."""
    unclaimed = {
        name: Fraction(field.unsaid) if field.kind == "count" else field.unsaid
        for name, field in benefit.inputs.items()
        if field.unsaid is not None and name not in answers
    }
    return unknown_values(benefit, {**unclaimed, **answers})


def _truth(field: Input, given: Any) -> bool:
    if isinstance(given, bool):
        return given
    if isinstance(given, str) and given.strip().lower() in _TRUTHS:
        return _TRUTHS[given.strip().lower()]
    raise _error(field, "not_a_truth", given)


def _number(field: Input, given: Any) -> Fraction:
    if isinstance(given, bool):
        raise _error(field, "not_a_number", given)
    if isinstance(given, (int, Decimal, Fraction)):
        pass
    elif isinstance(given, float) or (isinstance(given, str) and _NUMBER.match(given.strip())):
        given = str(given).strip()
    else:
        raise _error(field, "not_a_number", given)
    try:
        return Fraction(Decimal(given) if isinstance(given, str) else given)
    except (InvalidOperation, ValueError, OverflowError):
        raise _error(field, "not_a_number", given) from None


def _ages(field: Input, given: Any) -> Ages:
    whole = isinstance(given, (list, tuple)) and all(
        age is None or (isinstance(age, int) and not isinstance(age, bool) and 0 <= age <= 17) for age in given
    )
    if not whole:
        raise _error(field, "not_ages", given)
    if len(given) > int(field.most or 0):
        raise _error(field, "too_many_ages", given, most=_plain(field.most or Fraction(0)), count=len(given))
    unsaid = sum(1 for age in given if age is None)
    return Ages(tuple(age for age in given if age is not None), (unsaid, unsaid))


def _error(field: Input, code: str, given: Any, **details: Any) -> InputError:
    return InputError([Problem(field.name, code, {"given": given, **details})])


def _plain(number: Fraction) -> str:
    return str(int(number)) if number.denominator == 1 else f"{float(number):.2f}"
