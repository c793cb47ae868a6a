"""EARL in JSON-LD, one assertion a criterion and page, in the form the W3C's WCAG-EM report tool imports."""

import re
from typing import Any

from accessibility.criteria import CRITERIA
from accessibility.model import Outcome, Run
from accessibility.status import FAILS, INAPPLICABLE, ORDER, PASSES, PERSON, Status, of_page

_OUTCOMES = {FAILS: "earl:failed", PASSES: "earl:passed", INAPPLICABLE: "earl:inapplicable", PERSON: "earl:cantTell"}
_CONTEXT = {
    "@vocab": "http://www.w3.org/ns/earl#",
    "earl": "http://www.w3.org/ns/earl#",
    "WCAG2": "http://www.w3.org/TR/WCAG21/#",
    "WCAG22": "https://www.w3.org/TR/WCAG22/#",
    "dct": "http://purl.org/dc/terms/",
    "doap": "http://usefulinc.com/ns/doap#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "reporter": "http://github.com/w3c/wai-wcag-em-report-tool/",
    "title": "dct:title",
    "description": "dct:description",
    "source": "dct:source",
    "date": "dct:date",
    "isPartOf": "dct:isPartOf",
    "assertedBy": {"@type": "@id"},
    "outcome": {"@type": "@id"},
    "mode": {"@type": "@id"},
}


def build(run: Run, answers: dict[str, dict[str, str]]) -> dict[str, Any]:
    """The graph. Criteria that were not tested have the outcome earl:untested."""
    tool = "_:assertor"
    graph: list[dict[str, Any]] = [
        {"@id": tool, "@type": ["Assertor", "earl:Software"], "title": run.tool.get("name", ""),
         "description": " · ".join(f"{k} {v}" for k, v in run.tool.items() if k != "name")}
    ]  # fmt: skip
    for address, members in _pages(run).items():
        subject = {
            "@id": address,
            "@type": ["TestSubject", "earl:TestSubject"],
            "title": members[0].title or members[0].state.name,
            "description": address,
            "source": address,
        }
        said = [of_page(outcome, answers.get(outcome.state.key)) for outcome in members]
        for number, criterion in enumerate(CRITERIA):
            # A page in several states and dresses fails where one of them does.
            mine = [statuses[number] for statuses in said]
            worst = min(mine, key=lambda status: ORDER.index(status.status))
            words = [
                _words(s, o.findings, o.state.key)
                for s, o in zip(mine, members, strict=True)
                if s.status == worst.status
            ]
            graph.append(
                {
                    "@type": "Assertion",
                    "date": run.finished or run.started,
                    "assertedBy": tool,
                    "mode": "earl:semiAuto" if worst.answered else "earl:automatic",
                    "subject": subject,
                    "test": {
                        "@id": f"WCAG22:{criterion.slug}",
                        "@type": ["TestCriterion", "TestRequirement"],
                        "title": f"{criterion.number} {criterion.name(run.language)}",
                        "isPartOf": {"@id": f"WCAG2x:{criterion.slug}", "@type": "TestRequirement"},
                    },
                    "result": {
                        "@type": "TestResult",
                        "outcome": {"@id": _OUTCOMES.get(worst.status, "earl:untested")},
                        "date": run.finished or run.started,
                        "description": "\n".join(words[:6]),
                    },
                }
            )
    return {"@context": _CONTEXT, "@graph": graph}


def _pages(run: Run) -> dict[str, list[Outcome]]:
    """The states by the page they show: its address without what only sets language and colours."""
    found: dict[str, list[Outcome]] = {}
    for outcome in run.outcomes:
        address = re.sub(r"([?&])(?:lang|theme)=[^&]*&?", r"\1", outcome.url or outcome.state.url).rstrip("?&")
        found.setdefault(address, []).append(outcome)
    return found


def _words(status: Status, findings: list[Any], state: str) -> str:
    mine = [f for f in findings if status.criterion.number in f.criteria and f.certainty == "error"]
    if mine:
        return f"{state}: " + "; ".join(f"{f.rule} ({f.selector})" for f in mine[:10])
    return f"{state}: " + (", ".join(status.tests[:12]) if status.tests else "—")
