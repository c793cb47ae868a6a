"""Findings as readers want them: the same fault of the same component over pages is one issue."""

from dataclasses import dataclass, field

from accessibility.languages import guess
from accessibility.model import CERTAINTIES, Finding, Run
from accessibility.registry import checks

# axe's Spanish locale has no words for these.
_MISSING = {"es": {"target-size": "Las zonas de pulsación deben medir 24 px o tener espacio suficiente alrededor"}}


@dataclass
class Issue:
    """One fault. `places` are its findings, in the order of the run."""

    rule: str
    certainty: str
    criteria: list[str]
    title: str
    mend: str
    help: str
    component: str
    language: str = ""
    places: list[Finding] = field(default_factory=list)

    @property
    def states(self) -> list[str]:
        return list(dict.fromkeys(f.state for f in self.places))


def gather(run: Run) -> list[Issue]:
    """Issues, the surest and most spread first."""
    found: dict[tuple[str, str, str], Issue] = {}
    for finding in run.findings:
        key = (finding.rule, finding.component, finding.certainty)
        if key not in found:
            check = checks().get(finding.rule)
            title = (
                check.title(run.language)
                if check
                else _MISSING.get(run.language, {}).get(finding.rule.removeprefix("axe:"), finding.words)
            )
            mend = check.mend(run.language) if check else ""
            found[key] = Issue(
                finding.rule, finding.certainty, finding.criteria, title, mend, finding.help, finding.component
            )
            # axe's newest rules have no words but English ones in some of its locales.
            if not check and run.language != "en" and (told := guess(title)) and told.language == "en":
                found[key].language = "en"
        found[key].places.append(finding)
    return sorted(found.values(), key=lambda i: (CERTAINTIES.index(i.certainty), -len(i.states), i.rule))
