"""The shape of a benefit's data file, checked to the last key."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from portal.simulators.parameters.strict_yaml import DataError, Mapping

SHIP_LEVELS = {"calculate": "calculated", "indicate": "indicative", "inform": "information"}
CONFIDENCES = ("A", "B", "C", "U")
INPUT_KINDS = ("count", "money", "number", "flag", "choice", "ages")


@dataclass(frozen=True, slots=True)
class Row:
    """A parameter's value over some time: applies from `start` to `until`, known since `known_from`."""

    start: date
    until: date | None
    known_from: date
    value: Any
    norm: str
    article: str | None
    source: str
    confidence: str
    verified_on: date
    review_by: date
    note: str | None


@dataclass(frozen=True, slots=True)
class ConditionText:
    """Where a condition comes from; `provisional` ones may be checked later by the office."""

    name: str
    norm: str
    article: str | None
    provisional: bool


@dataclass(frozen=True, slots=True)
class Input:
    """What a rule asks. `unsaid` is what a case that does not mention it claims (never used for the interval).

    `aliases` are other names of it, `same` other words for one of its options.
    """

    name: str
    kind: str
    least: Fraction | None
    most: Fraction | None
    options: tuple[str, ...]
    aliases: tuple[str, ...]
    unsaid: Any
    optional: bool
    same: dict[str, str]


@dataclass(frozen=True, slots=True)
class Benefit:
    """One benefit: what its rule needs besides its text."""

    name: str
    level: str
    manager: str
    ship: str
    confidence: dict[str, str]
    review_by: date
    rounding: dict[str, tuple[str, int]]
    inputs: dict[str, Input]
    conditions: dict[str, ConditionText]
    results: dict[str, str]
    parameters: dict[str, tuple[Row, ...]]
    documents: tuple[str, ...]
    unknowns: tuple[str, ...]

    @property
    def shown_as(self) -> str:
        """`calculated`, `indicative` or `information`: the level that stands on every result."""
        return SHIP_LEVELS[self.ship]


def benefit(name: str, data: Any) -> Benefit:
    """A benefit from what its file holds. Raises DataError with file and line for anything amiss."""
    if not isinstance(data, Mapping):
        raise DataError(f"{name}.yaml:1", "a data file is a mapping of keys and values")
    keys(
        data,
        needed=(
            "benefit",
            "level",
            "manager",
            "ship",
            "confidence",
            "verified_on",
            "review_by",
            "norm",
            "inputs",
            "conditions",
            "results",
            "parameters",
        ),
        allowed=("rounding", "documents", "unknowns"),
    )
    if data["benefit"] != name:
        raise DataError(
            data.line("benefit"), "the file is named {name} but says {said!r}", name=name, said=data["benefit"]
        )
    if data["ship"] not in list(SHIP_LEVELS):
        raise DataError(data.line("ship"), "one of {known} is needed", known=", ".join(SHIP_LEVELS))
    for key in ("norm", "manager", "level"):
        typed(data, key, str)
    for key in ("verified_on", "review_by"):
        typed(data, key, date)
    confidence = typed(data, "confidence", Mapping)
    keys(confidence, needed=("rule", "amounts"))
    for each in confidence:
        if confidence[each] not in CONFIDENCES:
            raise DataError(confidence.line(each), "one of {known} is needed", known=", ".join(CONFIDENCES))
    return Benefit(
        name=name,
        level=typed(data, "level", str),
        manager=typed(data, "manager", str),
        ship=data["ship"],
        confidence=dict(confidence),
        review_by=typed(data, "review_by", date),
        rounding=_rounding(data),
        inputs={each: input_of(each, body) for each, body in _bodies(data, "inputs")},
        conditions={each: _condition(each, body, data["norm"]) for each, body in _bodies(data, "conditions")},
        results=_results(data),
        parameters=_parameters(data),
        documents=tuple(typed(data, "documents", list) if "documents" in data else ()),
        unknowns=tuple(typed(data, "unknowns", list) if "unknowns" in data else ()),
    )


def indices(name: str, data: Any) -> dict[str, tuple[Row, ...]]:
    """The public indices that several benefits use. Raises DataError with file and line."""
    if not isinstance(data, Mapping):
        raise DataError(f"{name}.yaml:1", "a data file is a mapping of keys and values")
    keys(data, needed=("benefit", "verified_on", "review_by", "parameters", "norm"))
    typed(data, "norm", str)
    for key in ("verified_on", "review_by"):
        typed(data, key, date)
    return _parameters(data)


def keys(data: Mapping, *, needed: tuple[str, ...] = (), allowed: tuple[str, ...] = ()) -> None:
    """Refuse keys nobody knows and name those that are missing. Raises DataError."""
    for key in data:
        if key not in needed and key not in allowed:
            known = ", ".join(sorted((*needed, *allowed)))
            raise DataError(data.line(key), "the key {key!r} means nothing here (known: {known})", key=key, known=known)
    for key in needed:
        if key not in data:
            raise DataError(data.where, "the key {key!r} is missing", key=key)


def typed(data: Mapping, key: str, kind: type) -> Any:
    """The value of a key, of the right kind. Raises DataError."""
    value = data[key]
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        needed = _KIND_WORDS.get(kind, kind.__name__)
        raise DataError(data.line(key), "{key} must be a {kind}, not {given!r}", key=key, kind=needed, given=value)
    return value


_KIND_WORDS = {
    str: "text",
    date: "day (2026-12-31)",
    list: "list",
    Mapping: "mapping",
    bool: "true or false",
    int: "whole number",
}


def _bodies(data: Mapping, key: str) -> Any:
    section = typed(data, key, Mapping)
    for name in section:
        yield name, typed(section, name, Mapping)


def input_of(name: str, body: Mapping) -> Input:
    """A field from its few keys. Raises DataError."""
    keys(body, needed=("kind",), allowed=("least", "most", "of", "same", "aliases", "unsaid", "optional"))
    if body["kind"] not in INPUT_KINDS:
        raise DataError(body.line("kind"), "one of {known} is needed", known=", ".join(INPUT_KINDS))
    if body["kind"] in ("count", "money", "number") and not {"least", "most"} <= set(body):
        raise DataError(body.where, "a number needs its least and its most")
    if body["kind"] == "choice" and "of" not in body:
        raise DataError(body.where, "a choice needs `of`, the list to choose from")
    return Input(
        name=name,
        kind=body["kind"],
        least=_number(body, "least"),
        most=_number(body, "most"),
        options=tuple(body.get("of", ())),
        aliases=tuple(body.get("aliases", ())),
        unsaid=body.get("unsaid"),
        optional=bool(body.get("optional", False)),
        same=dict(body.get("same", {})),
    )


def _number(body: Mapping, key: str) -> Fraction | None:
    if key not in body:
        return None
    if not isinstance(body[key], (int, Decimal)) or isinstance(body[key], bool):
        raise DataError(
            body.line(key), "{key} must be a {kind}, not {given!r}", key=key, kind="number", given=body[key]
        )
    return Fraction(body[key])


def _condition(name: str, body: Mapping, norm: str) -> ConditionText:
    keys(body, allowed=("norm", "article", "provisional"))
    article = body.get("article")
    return ConditionText(
        name, body.get("norm", norm), None if article is None else str(article), bool(body.get("provisional", False))
    )


def _results(data: Mapping) -> dict[str, str]:
    section = typed(data, "results", Mapping)
    for name, kind in section.items():
        if kind not in ("money", "percent", "number", "label", "truth", "access", "reason"):
            raise DataError(section.line(name), "{kind!r} is no kind of result", kind=kind)
    return dict(section)


def _rounding(data: Mapping) -> dict[str, tuple[str, int]]:
    section = typed(data, "rounding", Mapping) if "rounding" in data else Mapping("")
    rounding = {}
    for name, body in section.items():
        if not isinstance(body, Mapping):
            raise DataError(section.line(name), "rounding says `how` and `places`")
        keys(body, needed=("how", "places"))
        if body["how"] not in ("truncate", "half_up"):
            raise DataError(body.line("how"), "rounding is truncate or half_up")
        rounding[name] = (body["how"], typed(body, "places", int))
    return rounding


def _parameters(data: Mapping) -> dict[str, tuple[Row, ...]]:
    section = typed(data, "parameters", Mapping)
    return {name: _rows(name, typed(section, name, list), data, section.line(name)) for name in section}


def _rows(name: str, bodies: list, data: Mapping, where: str) -> tuple[Row, ...]:
    rows: list[Row] = []
    if not bodies:
        raise DataError(where, "{name} has no rows", name=name)
    for body in bodies:
        if not isinstance(body, Mapping):
            raise DataError(where, "each row of {name} is a mapping with from, value and confidence", name=name)
        row = _row(body, data)
        if row.until is not None and row.until < row.start:
            raise DataError(
                body.line("until"), "until {until} lies before from {start}", until=row.until, start=row.start
            )
        if rows and row.start <= rows[-1].start:
            raise DataError(
                body.line("from"),
                "{name} must rise by date: {start} follows {before}",
                name=name,
                start=row.start,
                before=rows[-1].start,
            )
        if rows and rows[-1].until is not None and row.start <= rows[-1].until:
            raise DataError(
                body.line("from"),
                "{start} falls before the row above ends ({until})",
                start=row.start,
                until=rows[-1].until,
            )
        rows.append(row)
    return tuple(rows)


def _row(body: Mapping, data: Mapping) -> Row:
    keys(
        body,
        needed=("from", "value", "confidence"),
        allowed=("until", "known_from", "norm", "article", "source", "verified_on", "review_by", "note"),
    )
    if body["confidence"] not in CONFIDENCES:
        raise DataError(body.line("confidence"), "one of {known} is needed", known=", ".join(CONFIDENCES))
    for key in ("until", "known_from", "verified_on", "review_by"):
        if key in body:
            typed(body, key, date)
    start = typed(body, "from", date)
    for key in ("norm", "source", "note"):
        if key in body:
            typed(body, key, str)
    norm = body.get("norm", data["norm"])
    article = body.get("article")
    if isinstance(article, (dict, list)):
        raise DataError(
            body.line("article"), "{key} must be a {kind}, not {given!r}", key="article", kind="text", given=article
        )
    return Row(
        start=start,
        until=body.get("until"),
        known_from=body.get("known_from", start),
        value=_exact(body["value"], body),
        norm=norm,
        article=None if article is None else str(article),
        source=body.get("source", norm),
        confidence=body["confidence"],
        verified_on=body.get("verified_on", data["verified_on"]),
        review_by=body.get("review_by", data["review_by"]),
        note=body.get("note"),
    )


def _exact(value: Any, body: Mapping) -> Any:
    if isinstance(value, Mapping):
        return {key: _exact(each, value) for key, each in value.items()}
    if isinstance(value, list):
        return tuple(_exact(each, body) for each in value)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise DataError(body.line("value"), "a parameter is a number or a table of numbers, not {given!r}", given=value)
    return Fraction(value)
