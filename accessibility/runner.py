"""A run over many states: browsers side by side, progress told, each outcome kept at once so that a stopped run goes on."""

import json
import os
import queue
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from selenium.common.exceptions import WebDriverException

from accessibility import axe, inject, site
from accessibility.browser import Browser, chromium, is_here
from accessibility.journeys import Login, NotReached, Speak, reach, safe_to_repeat
from accessibility.model import Outcome, Run, State
from accessibility.targets import page, same_site
from accessibility.visit import Options, Visit, look


@dataclass
class Plan:
    """How to run. `jobs` browsers at once; `login` and `speak` are the audited product's own (see journeys)."""

    options: Options = field(default_factory=Options)
    jobs: int = 1
    login: Login | None = None
    speak: Speak | None = None
    folder: Path | None = None
    resume: bool = False
    crawl: int = 0
    progress: Callable[[Outcome, int, int], None] | None = None


def run(target: str, states: list[State], plan: Plan) -> Run:
    """Visit every state. A state that was not reached is a fault of the run, never a silence.

    Raises Stopped when SIGTERM or SIGINT ended it: what was done is kept in the plan's folder.
    """
    started = datetime.now(UTC).isoformat(timespec="seconds")
    kept = _kept(plan, states)
    work = _Work(plan, states, kept)
    # One browser serves one person at a time: states of one person stay together, so that log-ins are few.
    with _until_told(work), ThreadPoolExecutor(max_workers=max(1, plan.jobs)) as pool:
        for future in [pool.submit(work.serve) for _ in range(max(1, min(plan.jobs, len(states) or 1)))]:
            future.result()
    if work.stop.is_set():
        raise Stopped(f"parada a las {len(work.outcomes)} de {len(work.states)} pantallas: siga con --resume")
    order = {state.key: n for n, state in enumerate(work.states)}
    outcomes = sorted(work.outcomes, key=lambda o: order.get(o.state.key, 0))
    done = Run(
        target=target, started=started, language=plan.options.language, outcomes=outcomes, faults=list(work.faults)
    )
    done.tool = {"name": "Alma accessibility audit", "version": "1", "axe-core": axe.version(), **work.versions}
    done.faults += [f"{o.state.key}: {fault}" for o in outcomes for fault in o.faults[:1] if not o.reached]
    # A page of which nothing could be tested is no page without faults.
    done.faults += [f"{o.state.key}: {fault}" for o in outcomes if o.reached for fault in o.faults if _whole(fault)]
    site.compare(done)
    done.finished = datetime.now(UTC).isoformat(timespec="seconds")
    return done


def _whole(fault: str) -> bool:
    """Whether a fault left a page without its tests, and not one step, frame or family alone."""
    return fault.startswith(("page: ", "not a page")) or bool(re.match(r"axe: (?!frame \d)", fault))


def _measure(plan: Plan) -> dict[str, Any]:
    """What an outcome depends on besides its state: one that was made by another measure is made again."""
    asked = {k: v for k, v in vars(plan.options).items() if k != "pictures"}
    return json.loads(json.dumps({"measure": {**asked, "pictures": bool(plan.options.pictures), "axe": axe.version()}}))


def _kept(plan: Plan, states: list[State]) -> dict[str, Outcome]:
    """Outcomes of the run that was stopped, by state: of the same states, reached, by the same measure."""
    found: dict[str, Outcome] = {}
    path = plan.folder / "progress.jsonl" if plan.folder else None
    if path and path.exists() and plan.resume:
        asked = {state.key: state for state in states}
        same = False
        for line in path.read_text().splitlines():
            try:
                plain = json.loads(line)
                if "measure" in plain:
                    same = plain == _measure(plan)
                    continue
                outcome = Outcome.from_dict(plain)
            except (ValueError, KeyError, TypeError):
                continue  # the line that was being written when the run was stopped
            if same and outcome.reached and asked.get(outcome.state.key) in (None, outcome.state):
                found[outcome.state.key] = outcome
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [_measure(plan), *(outcome.as_dict() for outcome in found.values())]
        path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
    return found


class Stopped(RuntimeError):
    """Somebody ended the run; what was done is kept, and the browsers are closed."""


@contextmanager
def _until_told(work: "_Work") -> Iterator[None]:
    """While this holds, SIGTERM and SIGINT end the run after the states in hand: no browser is left behind."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are the main thread's; who runs us in another ends us otherwise
        return
    before = {number: signal.signal(number, lambda *_: work.stop.set()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Work:
    """What the browsers share."""

    def __init__(self, plan: Plan, states: list[State], kept: dict[str, Outcome]):
        self.plan, self.states = plan, list(states)
        self.outcomes = [kept[s.key] for s in states if s.key in kept]
        self.faults: list[str] = []
        self.versions: dict[str, str] = {}
        self.todo: queue.Queue[list[State]] = queue.Queue()
        self.lock = threading.Lock()
        self.stop = threading.Event()
        self.known = {s.url for s in states}
        self.busy = 0
        # The looks of focus, and the words over pictures, that were measured, for every browser.
        self.seen_focus: dict[str, dict[str, Any]] = {}
        self.seen_texts: dict[str, list[dict[str, float] | None]] = {}
        groups: dict[tuple[Any, ...], list[State]] = {}
        for state in states:
            if state.key not in kept:
                groups.setdefault((state.who, state.level, state.language), []).append(state)
        for (who, _, _), members in groups.items():
            size = 6 if who is None else max(6, len(members))
            for at in range(0, len(members), size):
                self.todo.put(members[at : at + size])

    def serve(self) -> None:
        """One browser after another, until nothing is left: a new one for each person, so that no session is shared."""
        here = all(is_here(s.url) for s in self.states)
        with ExitStack() as stack:
            browser: Browser | None = None
            for_whom: tuple[Any, ...] = ()
            while not self.stop.is_set():
                try:
                    group = self.todo.get(timeout=0.2)
                    with self.lock:
                        self.busy += 1
                except queue.Empty:
                    if not self.busy:
                        return
                    continue
                try:
                    whom = (group[0].who, group[0].level, group[0].language)
                    if browser is None or whom != for_whom or group[0].who is not None:
                        stack.close()
                        browser, for_whom = None, whom
                        language = group[0].language or self.plan.options.language
                        browser = stack.enter_context(chromium(only_here=here, accept_language=language))
                        inject.arm(browser, self.plan.options.language)
                        self.versions["chromium"] = browser.driver.capabilities.get("browserVersion", "")
                        if not self._begin(browser, group):
                            continue
                    for state in group:
                        if self.stop.is_set():
                            return
                        self._one(browser, state)
                except (WebDriverException, RuntimeError) as fault:
                    browser = None
                    self._broken(group, fault)
                finally:
                    with self.lock:
                        self.busy -= 1

    def _begin(self, browser: Browser, group: list[State]) -> bool:
        first = group[0]
        if first.who is not None and not self._log_in(browser, group):
            return False
        if first.language and self.plan.speak:
            browser.open(first.url)
            self.plan.speak(browser.driver, first.language, first.url)
        return True

    def _broken(self, group: list[State], fault: Exception) -> None:
        text = (getattr(fault, "msg", None) or str(fault)).splitlines()[0][:200]
        done = {o.state.key for o in self.outcomes}
        for state in group:
            if state.key not in done:
                self._keep(Outcome(state=state, reached=False, faults=[f"navegador: {text}"]))

    def _log_in(self, browser: Browser, group: list[State]) -> bool:
        first = group[0]
        try:
            if self.plan.login is None:
                raise NotReached("hace falta entrar y no se ha dado cómo (login)")
            self.plan.login(browser.driver, first.who, first.level)
            return True
        except Exception as fault:  # whatever the product's own log-in raises, it did not happen
            text = f"no se entró como {first.who}: {str(fault).splitlines()[0][:200] if str(fault) else type(fault).__name__}"
            for state in group:
                self._keep(Outcome(state=state, reached=False, faults=[text]))
            return False

    def _one(self, browser: Browser, state: State) -> None:
        outcome = Outcome(state=state)
        began = time.monotonic()
        browser.device(width=state.width, theme=state.theme)
        try:
            reach(browser, state)
        except NotReached as fault:
            outcome.reached, outcome.faults = False, [str(fault)]
            self._keep(outcome)
            return
        repeatable = safe_to_repeat(state)
        options = self.plan.options
        if not repeatable:
            # Coming here sent something: it is not done again, so nothing is pressed that might leave.
            options = replace(options, press=False, send=False)

        def restore() -> None:
            if repeatable:
                browser.device(width=state.width, theme=state.theme)
                reach(browser, state)

        look(Visit(browser, outcome, options, restore, self.seen_focus, self.seen_texts))
        outcome.seconds = round(time.monotonic() - began, 3)
        self._keep(outcome)
        if self.plan.crawl:
            self._crawl(browser, state)

    def _crawl(self, browser: Browser, state: State) -> None:
        try:
            browser.open(state.url)
            links = browser.js("return Array.from(document.links).map(a => a.href)")
        except WebDriverException:
            return
        with self.lock:
            for link in same_site(links, state.url):
                if link not in self.known and len(self.known) < self.plan.crawl:
                    self.known.add(link)
                    found = replace(page(link), theme=state.theme, width=state.width)
                    self.states.append(found)
                    self.todo.put([found])

    def _keep(self, outcome: Outcome) -> None:
        with self.lock:
            self.outcomes.append(outcome)
            if self.plan.folder:
                self.plan.folder.mkdir(parents=True, exist_ok=True)
                with (self.plan.folder / "progress.jsonl").open("a") as out:
                    out.write(json.dumps(outcome.as_dict(), ensure_ascii=False) + "\n")
                    out.flush()
                    os.fsync(out.fileno())
            if self.plan.progress:
                self.plan.progress(outcome, len(self.outcomes), len(self.states))
