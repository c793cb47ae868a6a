"""What may be said of each criterion: fails, passes by which tests, needs a person, does not apply, was not tested."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from accessibility import axe
from accessibility.criteria import CRITERIA, Criterion
from accessibility.model import Outcome, Run
from accessibility.registry import checks

FAILS, PASSES, PERSON, INAPPLICABLE, UNTESTED = "fails", "passes", "person", "inapplicable", "untested"
_BY_HAND = {"keyboard", "layout"}
# What weighs most when pages are joined.
ORDER = (FAILS, UNTESTED, PERSON, PASSES, INAPPLICABLE)


@dataclass
class Status:
    """`tests` are the checks that ran for it; `errors` and `warnings` how many findings; `answer` a person's."""

    criterion: Criterion
    status: str
    tests: list[str] = field(default_factory=list)
    errors: int = 0
    warnings: int = 0
    answered: str = ""


@lru_cache(maxsize=1)
def own_by_criterion() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for check in checks().values():
        for number in check.criteria:
            found.setdefault(number, []).append(check.id)
    return found


def of_page(outcome: Outcome, answers: dict[str, str] | None = None) -> list[Status]:
    """Each criterion at one state. `answers`: a person's by criterion ('passes', 'fails', 'inapplicable')."""
    answers = answers or {}
    has = outcome.facts.get("has") or {}
    result = []
    for criterion in CRITERIA:
        mine = [f for f in outcome.findings if criterion.number in f.criteria]
        tests = [t for t in outcome.tested if t in own_by_criterion().get(criterion.number, ())]
        tests += sorted(
            {t for t in outcome.facts.get("axe_passes", []) if criterion.number in axe_criteria().get(t, ())}
        )
        errors = sum(1 for f in mine if f.certainty == "error")
        doubts = len(mine) - errors
        status = Status(criterion, UNTESTED, tests, errors, doubts, answers.get(criterion.number, ""))
        applies = not criterion.needs or any(has.get(n) for n in criterion.needs) or ("site" in criterion.needs)
        if not outcome.reached:
            status.status = UNTESTED
        elif errors:
            status.status = FAILS
        elif status.answered in {PASSES, FAILS, INAPPLICABLE}:
            status.status = status.answered
        elif has and not applies and not mine:
            status.status = INAPPLICABLE
        elif criterion.decided and tests and not doubts and not _undone(criterion, outcome):
            status.status = PASSES
        elif tests or mine or (criterion.question and outcome.reached):
            status.status = PERSON
        result.append(status)
    return result


def _undone(criterion: Criterion, outcome: Outcome) -> bool:
    """Whether a test by keys or sizes that this criterion hangs on did not run (the fast measure, a step that broke)."""
    mine = (checks()[rule] for rule in own_by_criterion().get(criterion.number, ()))
    return any(check.family in _BY_HAND and check.id not in outcome.tested for check in mine)


def of_run(run: Run, answers: dict[str, dict[str, str]] | None = None) -> list[Status]:
    """Each criterion over all states: the heaviest of the pages'."""
    pages = [of_page(o, (answers or {}).get(o.state.key)) for o in run.outcomes]
    result = []
    for number, criterion in enumerate(CRITERIA):
        mine = [page[number] for page in pages]
        worst = min((s.status for s in mine), key=ORDER.index, default=UNTESTED)
        tests = sorted({t for s in mine for t in s.tests})
        result.append(Status(criterion, worst, tests, sum(s.errors for s in mine), sum(s.warnings for s in mine)))
    return result


def counts(statuses: Iterable[Status]) -> dict[str, int]:
    found = dict.fromkeys(ORDER, 0)
    for status in statuses:
        found[status.status] += 1
    return found


@lru_cache(maxsize=1)
def axe_criteria() -> dict[str, tuple[str, ...]]:
    """The criteria of axe's rules, from its own source."""
    import re

    source = (axe.place() / "axe.min.js").read_text()
    found = {}
    for rule, tags in re.findall(r'\{id:"([a-z0-9-]+)",[^{}]*?tags:\[([^\]]*)\]', source):
        found[rule] = tuple(axe.criteria([t.strip('" ') for t in tags.split(",")]))
    return found
