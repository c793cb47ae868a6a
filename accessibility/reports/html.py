"""The report for people, itself accessible: one file, its pictures beside it."""

from collections import Counter
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from accessibility.compare import Difference
from accessibility.criteria import CLAUSES
from accessibility.issues import gather
from accessibility.model import Run
from accessibility.reports.words import words
from accessibility.status import Status, counts
from accessibility.worklist import Item


@lru_cache(maxsize=1)
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["ident"] = id
    return made


def build(run: Run, statuses: list[Status], items: list[Item], difference: Difference | None) -> str:
    """The whole page."""
    issues = gather(run)
    numbers = {}
    marks: dict[str, list[tuple[int, list[float]]]] = {}
    for number, issue in enumerate(issues, 1):
        numbers[id(issue)] = number
        if issue.certainty == "person":
            continue
        for place in issue.places:
            if place.box and place.box[2] > 0 and place.box[3] > 0:
                marks.setdefault(place.state, []).append((number, place.box))
    by_state = {o.state.key: Counter(f.certainty for f in o.findings) for o in run.outcomes}
    return environment().get_template("report.html").render(
        run=run, issues=issues, numbers=numbers, marks=marks, by_state=by_state, statuses=statuses, counts=counts(statuses),
        items=items, difference=difference, clauses=CLAUSES, w=words(run.language), total={c: run.count(c) for c in ("error", "warning", "person")},
        distinct=Counter(i.certainty for i in issues),
    )  # fmt: skip
