"""JUnit XML: a test suite a state, a test case a check that ran; what fails is what the gate counts."""

import re
from xml.sax.saxutils import quoteattr

from accessibility.model import Finding, Run

_UNPRINTABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def build(run: Run, failing: list[Finding]) -> str:
    """`failing`: the errors that count (all, or those new to the baseline)."""
    lines, total, wrong = [], 0, 0
    for outcome in run.outcomes:
        mine = [f for f in failing if f.state == outcome.state.key]
        cases = sorted(set(outcome.tested) | {f.rule for f in mine}) or ["reached"]
        failed = {f.rule for f in mine}
        total, wrong = total + len(cases), wrong + len(failed)
        lines.append(
            f"<testsuite name={_q(outcome.state.key)} tests='{len(cases)}' failures='{len(failed)}'"
            f" errors='{0 if outcome.reached else 1}' time='{outcome.seconds}'>"
        )
        for case in cases:
            lines.append(f"<testcase classname={_q(outcome.state.key)} name={_q(case)}>")
            if not outcome.reached:
                lines.append(f"<error message={_q(outcome.faults[0] if outcome.faults else '')}/>")
            for finding in (f for f in mine if f.rule == case):
                lines.append(
                    f"<failure message={_q(f'{finding.selector} {finding.detail}')} type={_q(' '.join(finding.criteria) or 'practice')}/>"
                )
                break
            lines.append("</testcase>")
        lines.append("</testsuite>")
    return (
        f"<?xml version='1.0' encoding='UTF-8'?>\n<testsuites tests='{total}' failures='{wrong}'>\n"
        + "\n".join(lines)
        + "\n</testsuites>\n"
    )


def _q(text: str) -> str:
    return quoteattr(_UNPRINTABLE.sub("", text))
