"""Plants each fault, audits its page with and without it, and says which rules found it."""

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import yaml

from accessibility import inject, site
from accessibility.browser import Browser, chromium
from accessibility.fingerprints import number
from accessibility.journeys import reach, safe_to_repeat
from accessibility.model import Outcome, Run, State
from accessibility.visit import Options, Visit, look
from portal.cli.audit import Entrance, states
from tests.journeys.running import ROOT, Alma, free_ports, wait_for

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Fault:
    """One fault. `pages` are names of `alma pages`; `rules` those that may find it; `send` lets forms be sent wrong."""

    name: str
    kind: str
    plant: tuple[dict[str, str], ...]
    pages: tuple[str, ...]
    rules: frozenset[str]
    language: str = "es"
    theme: str = "light"
    width: int = 1280
    send: bool = False


@dataclass
class Hit:
    """What became of a fault. `by`: the rules that found it, with how sure they were. `fault`: why it was not tried."""

    fault: Fault
    by: dict[str, str] = field(default_factory=dict)
    besides: list[str] = field(default_factory=list)
    trouble: str = ""

    @property
    def found(self) -> bool:
        return bool(self.by)

    @property
    def certainly(self) -> bool:
        return "error" in self.by.values()


def faults(only: str = "") -> list[Fault]:
    """All faults of the data, or those whose name contains `only`."""
    found = []
    for path in sorted(FOLDER.glob("faults*.yaml")):
        for plain in yaml.safe_load(path.read_text()):
            plant = plain["plant"] if isinstance(plain["plant"], list) else [plain["plant"]]
            pages = plain["page"] if isinstance(plain["page"], list) else [plain["page"]]
            dress = {k: plain[k] for k in ("language", "theme", "width", "send") if k in plain}
            found.append(
                Fault(plain["name"], plain["kind"], tuple(plant), tuple(pages), frozenset(plain["rules"]), **dress)
            )
    names = [one.name for one in found]
    assert len(names) == len(set(names)), "two faults bear one name"
    return [one for one in found if only in one.name]


@contextmanager
def planted(alma: Alma) -> Iterator[str]:
    """A server of Alma's pages in which faults can be planted; its address."""
    (port,) = free_ports(1)
    base = f"http://localhost:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.mutations.web", str(port)],
        cwd=ROOT, env=alma.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(lambda: _answers(base, process), 60, "the pages with faults")
        yield base
    finally:
        process.terminate()
        process.wait(timeout=20)


def _answers(base: str, process: subprocess.Popen) -> bool:
    assert process.poll() is None, "the pages with faults could not be served"
    try:
        return httpx.get(base + "/", timeout=10).status_code == 200
    except httpx.HTTPError:
        return False


class Hunt:
    """One running Alma, one server of faults, one browser a person."""

    def __init__(self, alma: Alma, base: str) -> None:
        self.base = base
        self.entrance = Entrance(
            alma.base, staff_code=lambda login: alma.staff_code(), staff_password=alma.secrets["STAFF_PASSWORD"]
        )
        self.states = {state.name: state for state in states(base)}
        self.clean: dict[tuple[Any, ...], list[Outcome]] = {}
        self.seen_focus: dict[str, dict[str, Any]] = {}

    def run(self, wanted: list[Fault], tell: Callable[[Hit], None] = lambda hit: None) -> list[Hit]:
        """Every fault, by person, so that log-ins are few."""
        groups: dict[tuple[str | None, str | None], list[Fault]] = defaultdict(list)
        for fault in wanted:
            first = self.states[fault.pages[0]]
            groups[first.who, first.level].append(fault)
        hits = []
        for (who, level), members in groups.items():
            with chromium() as browser:
                inject.arm(browser, "es")
                if who:
                    self.entrance.login(browser.driver, who, level)
                spoken = ""
                for fault in sorted(members, key=lambda one: one.language):
                    if fault.language != spoken:
                        self._plant([])
                        browser.open(f"{self.base}/preferencias?lang={fault.language}")
                        spoken = fault.language
                    hits.append(self._one(browser, fault))
                    tell(hits[-1])
        return hits

    def _one(self, browser: Browser, fault: Fault) -> Hit:
        hit = Hit(fault)
        try:
            key = (fault.pages, fault.language, fault.theme, fault.width, fault.send)
            if key not in self.clean:
                self._plant([])
                self.clean[key] = self._audit(browser, fault)
            self._plant(list(fault.plant))
            new = self._new(self.clean[key], self._audit(browser, fault))
        except Exception as trouble:  # one fault that cannot be tried must not hide the others
            hit.trouble = f"{type(trouble).__name__}: {str(trouble)[:200]}"
            return hit
        for rule, certainty in new:
            if rule in fault.rules:
                hit.by[rule] = "error" if "error" in (certainty, hit.by.get(rule)) else certainty
            elif rule not in hit.besides:
                hit.besides.append(rule)
        return hit

    def _plant(self, changes: list[dict[str, str]]) -> None:
        answer = httpx.post(self.base + "/__plant", json=changes, timeout=30)
        if answer.status_code != 200:
            raise ValueError(f"not planted: {answer.text[:200]}")

    def _audit(self, browser: Browser, fault: Fault) -> list[Outcome]:
        outcomes = []
        for page in fault.pages:
            state = replace(self.states[page], language=fault.language, theme=fault.theme, width=fault.width)
            outcomes.append(self._look(browser, state, fault.send))
        if len(outcomes) > 1:
            run = Run(target=self.base, started="", outcomes=outcomes)
            site.compare(run)
        return outcomes

    def _look(self, browser: Browser, state: State, send: bool) -> Outcome:
        outcome = Outcome(state=state)
        once = safe_to_repeat(state)

        def restore() -> None:
            if once:
                browser.device(width=state.width, theme=state.theme)
                reach(browser, state)

        browser.device(width=state.width, theme=state.theme)
        # What a fault takes away may be what the journey arrives by: the status is enough.
        reach(browser, replace(state, title=""))
        # The looks of focus are remembered from page to page: not here, where style sheets change.
        look(Visit(browser, outcome, Options(press=once, send=send and once), restore))
        return outcome

    @staticmethod
    def _new(before: list[Outcome], after: list[Outcome]) -> list[tuple[str, str]]:
        known = {key for outcome in before for key, _ in number(outcome.findings)}
        return [
            (finding.rule, finding.certainty)
            for outcome in after
            for key, finding in number(outcome.findings)
            if finding.certainty != "person" and key not in known
        ]


def table(hits: list[Hit]) -> str:
    """A line a fault, and the sum."""
    lines = []
    for hit in hits:
        how = "error" if hit.certainly else "warning" if hit.found else "MISSED"
        by = ", ".join(sorted(hit.by)) or hit.trouble or ("besides: " + ", ".join(hit.besides) if hit.besides else "")
        lines.append(f"{how:<8} {hit.fault.kind:<10} {hit.fault.name:<34} {' + '.join(hit.fault.pages):<26} {by}")
    found = sum(hit.found for hit in hits)
    certain = sum(hit.certainly for hit in hits)
    lines.append(f"{found} of {len(hits)} found, {certain} of them as errors")
    return "\n".join(lines)


def plain(hits: list[Hit]) -> str:
    """The same as JSON."""
    return json.dumps(
        [{"name": h.fault.name, "kind": h.fault.kind, "pages": h.fault.pages, "found": h.found, "by": h.by,
          "besides": h.besides, "trouble": h.trouble} for h in hits], ensure_ascii=False, indent=1,
    )  # fmt: skip
