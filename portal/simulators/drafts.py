"""New parameters before they hold: which worked examples they change, who in the city wins or loses, what is due."""

from datetime import date
from typing import Any

from portal.simulators.engine.inputs import read_answers
from portal.simulators.engine.run import simulate_answers
from portal.simulators.explanation import plain_results
from portal.simulators.parameters.library import DATA, Library, library
from portal.simulators.parameters.strict_yaml import load_file
from portal.simulators.population.report import simulate_population


def compare(drafts: dict[str, str], *, day: date, take_up: float, people: int = 50_000) -> dict[str, Any]:
    """What drafts (the YAML text of a benefit by its name) change against today's parameters, as plain values.

    `examples`: those whose results differ, before and after. `benefits`: the city's table with winners and losers.
    Raises DataError with file and line for a draft out of shape, ValueError for a benefit nobody knows.
    """
    for name in drafts:
        if name not in library().benefits and name != "indices":
            raise ValueError(f"there is no benefit {name!r}")
    shelf = Library(DATA, drafts)
    return {
        "date": day.isoformat(),
        "drafts": sorted(drafts),
        "examples": changed_examples(shelf),
        "benefits": simulate_population(day=day, take_up=take_up, people=people, shelf=shelf)["benefits"],
    }


def changed_examples(shelf: Library) -> list[dict[str, Any]]:
    """The worked examples that come out otherwise with other parameters."""
    changed = []
    for benefit, example in worked_examples():
        before, after = (
            plain_results(
                simulate_answers(
                    benefit, example["date"], read_answers(each.benefits[benefit], example["inputs"]), shelf=each
                )
            )
            for each in (library(), shelf)
        )
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


def worked_examples() -> list[tuple[str, Any]]:
    """Every worked example of the data folder with its benefit."""
    return [
        (path.stem, example)
        for path in sorted((DATA / "examples").glob("*.yaml"))
        if path.stem in library().benefits
        for example in load_file(path)
    ]


def due(day: date, *, notice_days: int = 60) -> list[dict[str, Any]]:
    """The alert to staff: benefits whose parameters are past their review on a day, or will be soon.

    `state` is `overdue` (no amount is shown any more) or `soon`.
    """
    found = []
    for name, facts in library().benefits.items():
        left = (facts.review_by - day).days
        if left < notice_days:
            found.append(
                {
                    "benefit": name,
                    "review_by": facts.review_by.isoformat(),
                    "days_left": left,
                    "state": "overdue" if left < 0 else "soon",
                }
            )
    return sorted(found, key=lambda row: (row["days_left"], row["benefit"]))
