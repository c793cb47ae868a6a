"""Every check of our own: what it tests, how sure it can be, and its words. One list, read by the run and the reports."""

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from accessibility.model import Certainty

FOLDER = Path(__file__).parent / "checks"
FAMILIES = (
    "links", "names", "structure", "tables", "images", "media", "forms", "markup", "typography", "colour", "language",
    "readability", "senses", "motion", "keyboard", "dialogs", "hover", "layout", "sending", "site",
)  # fmt: skip


@dataclass(frozen=True)
class Check:
    """A check. `criteria` are WCAG 2.2 numbers (A and AA count for conformance; AAA and none are good practice).

    `certainty` is what its finding usually is; a script may lower it for one place, never raise it. `es` and `en` are
    (what is wrong, how to mend it).
    """

    id: str
    criteria: tuple[str, ...]
    certainty: Certainty
    es: tuple[str, str]
    en: tuple[str, str]
    family: str = ""

    def title(self, language: str) -> str:
        return (self.en if language == "en" else self.es)[0]

    def mend(self, language: str) -> str:
        return (self.en if language == "en" else self.es)[1]


def _gather() -> dict[str, Check]:
    found: dict[str, Check] = {}
    for family in FAMILIES:
        for check in import_module(f"accessibility.checks.{family}").CHECKS:
            assert check.id not in found, f"two checks are called {check.id}"
            found[check.id] = Check(**{**check.__dict__, "family": family})
    return found


_CHECKS: dict[str, Check] = {}


def checks() -> dict[str, Check]:
    """All checks by id."""
    if not _CHECKS:
        _CHECKS.update(_gather())
    return _CHECKS
