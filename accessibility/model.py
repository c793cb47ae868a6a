"""What a run is made of: states of pages, findings at places, faults of the run itself. All plain values, for JSON."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Certainty = Literal["error", "warning", "person"]
# The order in which a reader wants them.
CERTAINTIES: tuple[Certainty, ...] = ("error", "warning", "person")


@dataclass
class State:
    """One page in one state: an address, the steps that lead there, and how the reader's device is set."""

    name: str
    url: str
    steps: list[dict[str, Any]] = field(default_factory=list)
    who: str | None = None
    level: str | None = None
    title: str = ""
    status: int = 200
    language: str = ""
    theme: str = "light"
    width: int = 1280

    @property
    def key(self) -> str:
        """Names the state in one run and from run to run."""
        parts = [self.name, self.language, "" if self.theme == "light" else self.theme, str(self.width)]
        return " · ".join(part for part in parts if part)


@dataclass
class Finding:
    """One fault (or question) at one place. `criteria` are WCAG numbers; empty for good practice and HTML's own rules."""

    rule: str
    certainty: Certainty
    criteria: list[str]
    state: str
    selector: str
    snippet: str = ""
    name: str = ""
    detail: str = ""
    keys: str = ""
    box: list[float] | None = None
    component: str = ""
    fingerprint: str = ""
    source: str = "own"
    words: str = ""
    help: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class Outcome:
    """What was done at one state. `tested` names every check that ran to its end, `silent` those that met nothing to test."""

    state: State
    url: str = ""
    title: str = ""
    language: str = ""
    seconds: float = 0.0
    findings: list[Finding] = field(default_factory=list)
    tested: list[str] = field(default_factory=list)
    inapplicable: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    screenshot: str = ""
    content_hash: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    timings: dict[str, float] = field(default_factory=dict)
    reached: bool = True

    def as_dict(self) -> dict[str, Any]:
        plain = asdict(self)
        plain["state"]["key"] = self.state.key
        return plain

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> "Outcome":
        state = {k: v for k, v in plain["state"].items() if k != "key"}
        rest = {k: v for k, v in plain.items() if k not in {"state", "findings"}}
        return cls(state=State(**state), findings=[Finding(**f) for f in plain["findings"]], **rest)


@dataclass
class Run:
    """A whole run: what was asked, what was done, when (ISO 8601, UTC).

    `by_turns`: each page stands in it in two of its dresses only (see `targets.by_turns`).
    """

    target: str
    started: str
    finished: str = ""
    language: str = "es"
    tool: dict[str, str] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    by_turns: bool = False

    @property
    def pages(self) -> int:
        """How many pages, in however many languages, themes and widths."""
        return len({outcome.state.name for outcome in self.outcomes})

    @property
    def findings(self) -> list[Finding]:
        return [finding for outcome in self.outcomes for finding in outcome.findings]

    def count(self, certainty: Certainty) -> int:
        return sum(1 for finding in self.findings if finding.certainty == certainty)

    def as_dict(self) -> dict[str, Any]:
        return {
            "format": "accessibility-run/1",
            "target": self.target,
            "started": self.started,
            "finished": self.finished,
            "language": self.language,
            "tool": self.tool,
            "by_turns": self.by_turns,
            "faults": self.faults,
            "counts": {c: self.count(c) for c in CERTAINTIES},
            "outcomes": [outcome.as_dict() for outcome in self.outcomes],
        }

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> "Run":
        return cls(
            target=plain["target"],
            started=plain["started"],
            finished=plain["finished"],
            language=plain["language"],
            tool=plain["tool"],
            faults=plain["faults"],
            by_turns=plain.get("by_turns", False),
            outcomes=[Outcome.from_dict(each) for each in plain["outcomes"]],
        )
