"""OpenACR: the conformance report of the GSA's schema 0.1.0, on the international catalogue (WCAG 2.2, 508, EN 301 549)."""

from typing import Any

from accessibility.model import Run
from accessibility.status import FAILS, INAPPLICABLE, PASSES, PERSON, Status

CATALOGUE = "2.5-edition-wcag-2.2-508-eu-en"


def build(run: Run, statuses: list[Status], clauses: dict[str, str], facts: dict[str, Any]) -> dict[str, Any]:
    """`facts`: product, organisation, mail … of whoever signs (see the README); blanks are said to be blanks."""
    name = facts.get("product") or run.target or "—"
    contact = {"name": facts.get("author", ""), "company_name": facts.get("organisation", ""),
               "email": facts.get("mail", "unknown@example.org"), "website": facts.get("website", "")}  # fmt: skip
    a = [s for s in statuses if s.criterion.level == "A"]
    aa = [s for s in statuses if s.criterion.level == "AA"]
    not_made = {"disabled": True, "notes": "Not a web matter; outside this report.", "criteria": []}
    return {
        "title": f"{contact['company_name'] or name} Accessibility Conformance Report",
        "product": {"name": name, "version": str(facts.get("version", "")), "description": facts.get("description", "")},
        "author": contact,
        "vendor": contact,
        "report_date": (run.finished or run.started)[:10],
        "last_modified_date": (run.finished or run.started)[:10],
        "version": 1,
        "notes": f"{len(run.outcomes)} page states tested. Criteria that a person has still to judge are “not evaluated”.",
        "evaluation_methods_used": " · ".join(f"{k} {v}" for k, v in run.tool.items())
        + "; keyboard, pointer, reflow, text spacing and forms in a real browser; a person's answers in the worklist.",
        "legal_disclaimer": "",
        "license": "CC-BY-4.0",
        "catalog": CATALOGUE,
        "chapters": {
            "success_criteria_level_a": {"notes": "", "criteria": [_criterion(s) for s in a] + [_parsing()]},
            "success_criteria_level_aa": {"notes": "", "criteria": [_criterion(s) for s in aa]},
            "success_criteria_level_aaa": {"disabled": True, "notes": "Not evaluated.", "criteria": []},
            "functional_performance_criteria": not_made,
            "hardware": dict(not_made),
            "software": dict(not_made),
            "support_documentation_and_services": dict(not_made),
            "en_301_549_documentation_and_support_services": {
                "notes": "",
                "criteria": [
                    {"num": number, "components": [{"name": "none", "adherence": {"level": _level_of(clauses.get(number)), "notes": ""}}]}
                    for number in ("12.1.1", "12.1.2", "12.2.2", "12.2.3", "12.2.4")
                ],
            },
        },
    }  # fmt: skip


def _level_of(status: str | None) -> str:
    return {PASSES: "supports", FAILS: "does-not-support", INAPPLICABLE: "not-applicable"}.get(
        status or "", "not-evaluated"
    )


def _criterion(status: Status) -> dict[str, Any]:
    level = {
        FAILS: "partially-supports",
        PASSES: "supports",
        INAPPLICABLE: "not-applicable",
        PERSON: "not-evaluated",
    }.get(status.status, "not-evaluated")
    notes = {
        FAILS: f"{status.errors} errors found.",
        PASSES: "Tests: " + ", ".join(status.tests[:8]) + ".",
        PERSON: "Tests that ran found no error; a person has still to judge: "
        + (", ".join(status.tests[:8]) or "—")
        + ".",
    }.get(status.status, "")
    return {
        "num": status.criterion.number,
        "components": [{"name": "web", "adherence": {"level": level, "notes": notes}}],
    }


def _parsing() -> dict[str, Any]:
    notes = "Obsolete and removed in WCAG 2.2; held to be met."
    return {"num": "4.1.1", "components": [{"name": "web", "adherence": {"level": "supports", "notes": notes}}]}
