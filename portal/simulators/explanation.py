"""Why a result is what it is: as plain entries that the command prints and the pages show.

Each entry is a mapping with a `kind`: verdict, condition, figure, range, unknown, change, parameter, no_figures.
"""

from dataclasses import replace
from fractions import Fraction
from typing import Any

from portal.simulators.engine.conditions import UNKNOWN, Checked
from portal.simulators.engine.run import Outcome, Simulation
from portal.simulators.engine.unknowns import UNDECIDED, Choice, Span, Unpublished, is_exact, options
from portal.simulators.nearest import Change
from portal.simulators.parameters.schema import Row
from portal.simulators.words import sources, words_of

MAY, PROBABLY_NOT, CANNOT_SAY, NO_FIGURES = "may_be_entitled", "probably_not", "cannot_say", "no_figures"
LIKELY = "probably_entitled"

_PARAMETERS: dict[int, tuple[Row, dict[str, Any]]] = {}
_ACCESS = {"yes": True, "no": False}


def verdict(simulation: Simulation) -> str:
    """What Alma says of the case; never a refusal.

    `probably_entitled`: every way the case may really be opens something. `may_be_entitled`: what was told does,
    what was not told may change it. `probably_not`: what was told does not. `cannot_say`: too much is unsaid.
    `no_figures`: no published figures hold on that day.
    """
    if simulation.stated is None or simulation.open is None:
        return NO_FIGURES
    if simulation.stated.granted is UNDECIDED:
        return NO_FIGURES if simulation.without_figures and not _asked(simulation) else CANNOT_SAY
    if simulation.stated.granted is False:
        return PROBABLY_NOT
    return LIKELY if simulation.open.granted is True else MAY


def plain_results(simulation: Simulation) -> dict[str, Any]:
    """The results as told: numbers, labels and truths; None where they rest on something unsaid or unpublished."""
    kinds = simulation.benefit.results
    if simulation.stated is None:
        return {name: None for name in kinds if kinds[name] != "reason"}
    results = simulation.stated.results
    plain: dict[str, Any] = {}
    for name, kind in kinds.items():
        if kind == "reason":
            reason = results.get(name)
            if isinstance(reason, str):
                plain[name] = reason
        elif name in results:
            plain[name] = plain_value(results[name], kind)
        else:
            pair = [plain_value(results[f"{name}_{end}"], kind) for end in ("least", "most")]
            plain[name] = None if None in pair else pair
    return plain


def plain_value(value: Any, kind: str) -> Any:
    """A value for JSON; None when it is not known."""
    if value is None or not is_exact(value):
        return None
    if kind == "access":
        return _ACCESS.get(value, value)
    if kind in ("money", "percent"):
        return float(round(Fraction(value), 2))
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else float(value)
    return value


def explain(simulation: Simulation, changes: tuple[Change, ...] | list[Change] = ()) -> list[dict[str, Any]]:
    """Everything behind a result, in the order in which a person would ask; `changes` would make it open something."""
    entries: list[dict[str, Any]] = [{"kind": "verdict", "verdict": verdict(simulation)}]
    stated, opened = simulation.stated, simulation.open
    if stated is None or opened is None:
        return [*entries, {"kind": "no_figures", "review_by": simulation.benefit.review_by.isoformat()}]
    if simulation.without_figures:
        entries.append({"kind": "no_figures", "parameters": sorted(stated.missing)})
    else:
        entries += ranges(simulation, opened)
    entries += [_condition(simulation, checked) for checked in visible(simulation)]
    entries += [
        {"kind": "figure", "figure": name, **_number(value, "value")}
        for name, value in stated.figures.items()
        if not _unpublished(value)
    ]
    entries += [{"kind": "unknown", "input": name} for name in unsaid(simulation)]
    entries += [{"kind": "change", "input": change.name, "to": _plain(change.value)} for change in changes]
    entries += [_parameter(name, row) for name, row in sorted(stated.used.items())]
    return entries


def visible(simulation: Simulation) -> list[Checked]:
    """The conditions that speak to the case, once each. A circumstance nobody spoke of is unknown, not unmet."""
    if simulation.stated is None or simulation.open is None:
        return []
    unspoken = {
        each.name
        for each in simulation.open.checked
        if each.outcome is UNDECIDED and each.comparison is None and not isinstance(each.value, Fraction)
    }
    return list(
        {
            each.name: replace(each, outcome=UNDECIDED) if each.name in unspoken else each
            for each in simulation.stated.checked
        }.values()
    )


def ranges(simulation: Simulation, opened: Outcome) -> list[dict[str, Any]]:
    """For each result that is open, everything it may be."""
    entries = []
    for name, value in opened.results.items():
        if is_exact(value) or simulation.benefit.results.get(name) == "reason":
            continue
        if isinstance(value, Span):
            if not _unpublished(value):
                low, high = _plain(value.least), _plain(value.most)
                entries.append({"kind": "range", "result": name, "least": low, "most": high})
        else:
            possible = sorted((_ACCESS.get(option, option) for option in options(value)), key=str)
            entries.append({"kind": "range", "result": name, "possible": possible})
    return entries


def unsaid(simulation: Simulation) -> list[str]:
    """The inputs nobody has spoken of."""
    return [
        name
        for name, field in simulation.benefit.inputs.items()
        if name not in simulation.answers and not field.optional
    ]


def _condition(simulation: Simulation, checked: Checked) -> dict[str, Any]:
    words = words_of(simulation.benefit.name)
    entry: dict[str, Any] = {
        "kind": "condition",
        "condition": checked.name,
        "text": words.conditions.get(checked.name, checked.name),
        "state": checked.state,
        "required": checked.required,
    }
    entry |= _number(checked.value, "value")
    # A limit with fractions of a cent is shown as the nearest cent that decides the same way.
    entry |= _number(checked.limit, "limit", upwards=checked.comparison in ("<", ">="))
    if checked.comparison:
        entry["comparison"] = checked.comparison
    if checked.state == UNKNOWN and checked.source.provisional:
        entry["provisional"] = True
    entry["norm"] = sources.name(checked.source.norm)
    if checked.source.article:
        entry["article"] = checked.source.article
    return entry


def _parameter(name: str, row: Row) -> dict[str, Any]:
    """A row in plain values; worked out once, because rows never change."""
    kept = _PARAMETERS.get(id(row))
    if kept is None or kept[0] is not row:
        kept = _PARAMETERS[id(row)] = (row, _plain_row(name, row))
    return dict(kept[1])


def _plain_row(name: str, row: Row) -> dict[str, Any]:
    return {
        "kind": "parameter",
        "parameter": name,
        "value": tabled(row.value),
        "from": row.start.isoformat(),
        "until": row.until.isoformat() if row.until else None,
        "known_from": row.known_from.isoformat(),
        "norm": sources.name(row.norm),
        "article": row.article,
        "source": row.source,
        "confidence": row.confidence,
        "verified_on": row.verified_on.isoformat(),
        "review_by": row.review_by.isoformat(),
    }


def _number(value: Any, key: str, *, upwards: bool = False) -> dict[str, Any]:
    """A number as `key`, an interval as its two ends; nothing for what was never said or published."""
    if isinstance(value, Span):
        if _unpublished(value):
            return {}
        return {f"{key}_least": _plain(value.least, upwards), f"{key}_most": _plain(value.most, upwards)}
    if value is None or isinstance(value, Choice) or value is UNDECIDED:
        return {}
    return {key: _plain(value, upwards)}


def _unpublished(value: Any) -> bool:
    return isinstance(value, Unpublished)


def _plain(value: Any, upwards: bool = False) -> Any:
    if isinstance(value, Fraction):
        over, under = value.numerator, value.denominator
        if under == 1:
            return over
        return (-(-over * 100 // under) if upwards else over * 100 // under) / 100
    return value


def tabled(value: Any) -> Any:
    """A parameter's value, all the way down, as plain numbers."""
    if isinstance(value, dict):
        return {str(key): tabled(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return [tabled(each) for each in value]
    return _plain(value)


def _asked(simulation: Simulation) -> bool:
    return bool(unsaid(simulation))
