"""New parameters before they hold: whether they can be, which rows and worked examples change, who wins or loses."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from portal.simulators.engine.inputs import read_answers
from portal.simulators.engine.run import simulate_answers
from portal.simulators.explanation import explain, plain_results, tabled
from portal.simulators.parameters.library import DATA, INDICES, Library, library
from portal.simulators.parameters.schema import Benefit, Row
from portal.simulators.parameters.strict_yaml import DataError, load_file
from portal.simulators.population.report import LARGEST, PEOPLE, simulate_population
from portal.simulators.words.questions import DOCUMENTS

# What belongs to the rule and not to its parameters: a draft leaves it as it is.
FIXED = ("inputs", "conditions", "results", "rounding")


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row of a parameter that a draft adds, takes away or gives another value; `past` when it began before today."""

    parameter: str
    start: date
    before: Row | None
    after: Row | None
    past: bool


def draft_shelf(drafts: dict[str, str], base: Library | None = None) -> Library:
    """The parameters in force with drafts (the YAML text of a file by its name) in their place.

    Raises ValueError for a file nobody knows; DataError with file and line for a draft out of shape, or one that
    touches what belongs to the rule; DataError when a rule cannot be run on it.
    """
    base = base or library()
    for name in drafts:
        if name not in base.texts:
            raise ValueError(f"there is no benefit {name!r}")
    shelf = base.with_texts(drafts)
    for name in drafts:
        if name != INDICES:
            _same_rule(base.benefits[name], shelf.benefits[name])
            _known_documents(shelf.benefits[name])
        _same_parameters(name, base.rows(name), shelf.rows(name))
    starts = {change.start for name in drafts for change in changed_rows(name, shelf, date.max, base) if change.after}
    _examples_run(shelf, sorted(starts))
    return shelf


def compare(
    drafts: dict[str, str], *, day: date, take_up: float, people: int = PEOPLE, seed: int = 1
) -> dict[str, Any]:
    """What drafts change against the parameters in force, as plain values.

    `rows`: what changes. `examples`: the worked examples that come out otherwise, before and after. `benefits`: the
    city's table with winners and losers, today on `day` and the draft on the first day its new rows apply (`from`).
    Raises what `draft_shelf` raises.
    """
    shelf = draft_shelf(drafts)
    rows = [change for name in drafts for change in changed_rows(name, shelf, day)]
    begins = max([day, *(change.start for change in rows if change.after is not None)])
    found = simulate_population(day=day, take_up=take_up, people=people, seed=seed, shelf=shelf, shelf_day=begins)
    return {
        "date": day.isoformat(),
        "from": begins.isoformat(),
        "drafts": sorted(drafts),
        "take_up": take_up,
        "people": found["people"],
        "rows": [_plain_change(change) for change in rows],
        "examples": changed_examples(shelf),
        "benefits": found["benefits"],
    }


def changed_rows(name: str, shelf: Library, today: date, base: Library | None = None) -> list[RowChange]:
    """The rows of a file in which another shelf differs from the one in force, by parameter and date."""
    mine, other = (base or library()).rows(name), shelf.rows(name)
    found = []
    for parameter in mine:
        before, after = ({row.start: row for row in rows[parameter]} for rows in (mine, other))
        found += [
            RowChange(parameter, start, before.get(start), after.get(start), start <= today)
            for start in sorted({*before, *after})
            if before.get(start) != after.get(start)
        ]
    return found


def changed_examples(shelf: Library) -> list[dict[str, Any]]:
    """The worked examples that come out otherwise with other parameters."""
    changed = []
    for benefit, example in worked_examples():
        before, after = (_outcome(benefit, example, each) for each in (library(), shelf))
        if before != after:
            changed.append(
                {
                    "id": example["id"],
                    "benefit": benefit,
                    "date": example["date"].isoformat(),
                    "before": before,
                    "after": after,
                }
            )
    return changed


@cache
def worked_examples() -> list[tuple[str, Any]]:
    """Every worked example of the data folder with its benefit."""
    return [
        (path.stem, example)
        for path in sorted((DATA / "examples").glob("*.yaml"))
        if path.stem in library().benefits
        for example in load_file(path)
    ]


def due(day: date, *, notice_days: int = 60) -> list[dict[str, Any]]:
    """The alert to staff: what is past its review or its end on a day, or will be soon; the most urgent first.

    `parameter` is None for a whole benefit (past `review_by` it shows no amount), else the name of one whose last
    row ends (`until`) or asks for review by itself. `state` is `overdue` (no amount any more) or `soon`.
    """
    found = []
    for name in library().texts:
        parameters = library().rows(name)
        whole = min(map(_end, parameters.values())) if name == INDICES else (library().benefits[name].review_by, "")
        ends: dict[str | None, tuple[date, str]] = {None: (whole[0], "review_by")}
        for parameter, rows in parameters.items():
            end, why = _end(rows)
            if name != INDICES and (end < whole[0] or (why == "until" and end == whole[0])):
                ends[parameter] = (end, why)
        found += [_due(name, parameter, end, why, day) for parameter, (end, why) in ends.items()]
    near = [row for row in found if row["days_left"] < notice_days]
    return sorted(near, key=lambda row: (row["days_left"], row["benefit"], row["parameter"] or ""))


def _end(rows: tuple[Row, ...]) -> tuple[date, str]:
    """When a parameter runs out, and why; what another row follows has no end of its own."""
    last = rows[-1]
    if len(rows) > 1 and last.confidence in "CU" and rows[-2].until is not None:
        last = rows[-2]  # the row after it is not given for certain
    if last.until is not None and last.until <= last.review_by:
        return last.until, "until"
    return last.review_by, "review_by"


def _due(name: str, parameter: str | None, end: date, why: str, day: date) -> dict[str, Any]:
    left = (end - day).days
    return {
        "benefit": name,
        "parameter": parameter,
        "why": why,
        "review_by": end.isoformat(),
        "days_left": left,
        "state": "overdue" if left < 0 else "soon",
    }


def _outcome(benefit: str, example: Any, shelf: Library) -> dict[str, Any]:
    answers = read_answers(shelf.benefits[benefit], example["inputs"])
    simulation = simulate_answers(benefit, example["date"], answers, shelf=shelf)
    explain(simulation)
    return plain_results(simulation)


def _same_rule(before: Benefit, after: Benefit) -> None:
    for section in FIXED:
        if getattr(before, section) != getattr(after, section):
            raise DataError(
                f"{before.name}.yaml",
                "{section} belong to the rule: a draft of parameters leaves them as they are",
                section=section,
            )


def _known_documents(facts: Benefit) -> None:
    for name in facts.documents:
        if name not in list(DOCUMENTS):
            raise DataError(f"{facts.name}.yaml", "no document is called {name!r}", name=name)


def _same_parameters(name: str, before: dict[str, tuple[Row, ...]], after: dict[str, tuple[Row, ...]]) -> None:
    """The rule reads these names and these tables, no other."""
    for parameter in (*before, *after):
        if parameter not in after:
            raise DataError(f"{name}.yaml", "the parameter {parameter!r} is missing", parameter=parameter)
        if parameter not in before:
            raise DataError(f"{name}.yaml", "no rule reads the parameter {parameter!r}", parameter=parameter)
    for parameter, rows in after.items():
        shape = _shape(before[parameter][-1].value)
        for row in rows:
            if not all(0 <= number <= LARGEST for number in _numbers(row.value)):
                raise DataError(
                    f"{name}.yaml",
                    "{parameter}, from {start}: a figure is from 0 to {most}, never negative",
                    parameter=parameter,
                    start=row.start,
                    most=LARGEST,
                )
            if _shape(row.value) != shape:
                raise DataError(
                    f"{name}.yaml",
                    "{parameter}, from {start}: the value must look like those before it",
                    parameter=parameter,
                    start=row.start,
                )


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shape(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return "list" if any(isinstance(each, tuple) for each in value) else len(value)
    return "number"


def _numbers(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [number for each in value.values() for number in _numbers(each)]
    if isinstance(value, tuple):
        return [number for each in value for number in _numbers(each)]
    return [] if value is None else [value]


def _examples_run(shelf: Library, days: list[date]) -> None:
    """Whatever a rule stumbles over, on its own day or on the first day of a new row, is found here."""
    for benefit, example in worked_examples():
        for day in (example["date"], *days):
            try:
                _outcome(benefit, {**example, "date": day}, shelf)
            except (LookupError, ArithmeticError, TypeError, ValueError, AttributeError) as error:
                raise DataError(
                    f"{benefit}.yaml",
                    "the rule cannot be run on the example {example}: {error}",
                    example=example["id"],
                    error=str(error),
                ) from error


def _plain_change(change: RowChange) -> dict[str, Any]:
    return {
        "parameter": change.parameter,
        "from": change.start.isoformat(),
        "before": None if change.before is None else tabled(change.before.value),
        "after": None if change.after is None else tabled(change.after.value),
        "past": change.past,
    }
