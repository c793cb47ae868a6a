"""One look at one page state: axe, the families of checks in the page, and what needs keys, pointer, sizes and time."""

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from selenium.common.exceptions import UnexpectedAlertPresentException, WebDriverException

from accessibility import axe, inject
from accessibility.browser import Browser
from accessibility.checks import language, markup, readability
from accessibility.fingerprints import content_hash, sign
from accessibility.live import STEPS
from accessibility.model import Finding, Outcome
from accessibility.registry import checks


@dataclass
class Options:
    """What a visit does. `press` works controls that send nothing; `send` sends forms empty and wrong."""

    language: str = "es"
    axe: bool = True
    own: bool = True
    live: bool = True
    press: bool = True
    send: bool = False
    only: tuple[str, ...] = ()
    pictures: Path | None = None


@dataclass
class Visit:
    """The page that is open, and where its findings go. `seen_focus` and `seen_texts`: what pictures showed before."""

    browser: Browser
    outcome: Outcome
    options: Options
    restore: Callable[[], None]
    seen_focus: dict[str, dict[str, Any]] = field(default_factory=dict)
    seen_texts: dict[str, list[dict[str, float] | None]] = field(default_factory=dict)
    _marked: set[tuple[str, str]] = field(default_factory=set)

    def met(self, *rules: str) -> None:
        """These checks found something to look at here."""
        for rule in rules:
            if rule not in self.outcome.tested:
                self.outcome.tested.append(rule)

    def add(
        self, rule: str, where: dict[str, Any], *, detail: str = "", keys: str = "", frame: str = "", **less: Any
    ) -> None:
        """A finding of a check of ours. `less` may lower its certainty or name other criteria for this place."""
        check = checks()[rule]
        self.met(rule)
        selector = (frame + " → " if frame else "") + where.get("selector", "")
        if (rule, selector) in self._marked:
            return
        self._marked.add((rule, selector))
        certainty = less.get("certainty") or check.certainty
        self.outcome.findings.append(
            Finding(
                rule=rule,
                certainty=certainty,
                criteria=list(less["criteria"]) if less.get("criteria") is not None else list(check.criteria),
                state=self.outcome.state.key,
                selector=selector,
                snippet=where.get("snippet", ""),
                name=where.get("name", ""),
                detail=str(detail or ""),
                keys=keys,
                box=None if frame else where.get("box"),
                component=where.get("component", ""),
            )
        )

    def fault(self, text: str) -> None:
        self.outcome.faults.append(text)

    def describe(self, selector: str) -> dict[str, Any]:
        """Where a selector points, as the page's own script tells it."""
        try:
            found = self.browser.js(
                "try { var e = document.querySelector(arguments[0].split(' >>> ')[0]);"
                "return e ? JSON.stringify(window.__audit.describe(e)) : null; } catch (x) { return null; }",
                selector,
            )
        except WebDriverException:
            found = None
        return json.loads(found) if found else {"selector": selector}


def look(visit: Visit) -> None:
    """Everything at the state that is open; faults of one part do not hide the others. Fills the outcome."""
    outcome, browser = visit.outcome, visit.browser
    began = time.monotonic()
    outcome.url, outcome.title, outcome.language, text, shown = browser.js(_OPENED)
    outcome.content_hash = content_hash(text)
    if shown:
        # What is seen is the browser's own page around a file: nothing of it is the author's, nothing was tested.
        visit.fault(f"not a page: {shown}, shown by the browser's own viewer")
    else:
        _steps(visit)
    for finding in outcome.findings:
        sign(finding)
    outcome.seconds = round(time.monotonic() - began, 3)


def _steps(visit: Visit) -> None:
    options = visit.options
    _timed(visit, "axe", _axe)
    if options.own:
        _timed(visit, "page", _families)
    # The picture shows the page as it was found, and is taken where there is something to mark.
    _picture(visit)
    if options.own and options.live:
        for name, step in STEPS:
            if options.only and name not in options.only:
                continue
            _timed(visit, name, step)
    _picture(visit)


# Address, title, language, words, and the kind of file where the browser's own viewer stands around one.
_OPENED = r"""
var kind = document.contentType;
var shown = document.getElementById('webkit-xml-viewer-source-xml') || /^(application\/(json|pdf)$|text\/(plain|csv)$|image\/(?!svg)|audio\/|video\/)/.test(kind) ? kind : '';
return [location.href, document.title, document.documentElement.lang || '', document.body ? document.body.innerText || '' : '', shown];
"""


def _timed(visit: Visit, name: str, step: Callable[[Visit], None]) -> None:
    began = time.monotonic()
    before = set(visit.outcome.tested)
    whole = False
    try:
        step(visit)
        whole = True
    except UnexpectedAlertPresentException:
        visit.browser.answer_boxes()
        visit.fault(f"{name}: a box of the page stood in the way")
    except axe.Fault as fault:
        visit.fault(f"axe: {fault}")
    except WebDriverException as fault:
        visit.fault(f"{name}: {(fault.msg or str(fault)).splitlines()[0][:200]}")
    if not whole:
        # What a step that broke off had begun was not tested, but for what it found.
        found = {finding.rule for finding in visit.outcome.findings}
        visit.outcome.tested = [rule for rule in visit.outcome.tested if rule in before or rule in found]
    visit.outcome.timings[name] = round(time.monotonic() - began, 3)


def _picture(visit: Visit) -> None:
    folder, outcome = visit.options.pictures, visit.outcome
    if not folder or outcome.screenshot or not any(f.box and f.certainty != "person" for f in outcome.findings):
        return
    began = time.monotonic()
    name = hashlib.sha256(visit.outcome.state.key.encode()).hexdigest()[:16] + ".jpg"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(visit.browser.picture(whole=True, form="jpeg"))
    visit.outcome.screenshot = name
    visit.outcome.facts["size"] = visit.browser.js(
        "return [document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    )
    outcome.timings["picture"] = round(time.monotonic() - began, 3)


def _axe(visit: Visit) -> None:
    inject.ready(visit.browser, visit.options.language)
    for frame in inject.frames(visit.browser, visit.options.language):
        visit.fault(f"axe: {frame} could not be entered")
    if not visit.options.axe:
        return
    found = axe.Runner(visit.browser).run()
    visit.outcome.facts["axe_passes"] = found["passes"]
    visit.outcome.facts["axe_inapplicable"] = found["inapplicable"]
    for kind, incomplete in (("violations", False), ("incomplete", True)):
        for rule in found[kind]:
            certainty = axe.certainty(rule, incomplete=incomplete)
            if not certainty:
                continue
            visit.met(f"axe:{rule['id']}")
            for node in rule["nodes"][:60]:
                visit.outcome.findings.append(
                    Finding(
                        rule=f"axe:{rule['id']}",
                        certainty=certainty,
                        criteria=axe.criteria(rule["tags"]),
                        state=visit.outcome.state.key,
                        selector=axe.selector(node["target"]),
                        snippet=node["html"][:400],
                        detail=(node.get("failureSummary") or "")[:500],
                        source="axe",
                        words=rule["help"],
                        help=rule["helpUrl"],
                    )
                )
    _describe_axe(visit)


def _describe_axe(visit: Visit) -> None:
    """Boxes, names and components for axe's findings, in one question to the page.

    Contrast is asked of words: where signs alone stand (a row of dashes), and nothing is pressed, a person must say
    whether they mean something.
    """
    found = [f for f in visit.outcome.findings if f.source == "axe"]
    answer = visit.browser.js(
        "try { axe.setup(document.documentElement); } catch (e) {}"
        "var out = JSON.stringify(arguments[0].map(function (s) { try { var e = document.querySelector(s);"
        "return {...window.__audit.describe(e), bare: !/[\\p{L}\\p{N}]/u.test(e.textContent + ((window.__audit.api.shadow(e) || {}).textContent || '')) && !e.closest('a, button, summary, label, [role=button], [role=link]')}; } catch (e) { return null; } })); try { axe.teardown(); } catch (e) {} return out;",
        [f.selector for f in found],
    )
    for finding, where in zip(found, json.loads(answer), strict=True):
        if where:
            finding.box, finding.name, finding.component = where["box"], where["name"], where["component"]
            if where["bare"] and finding.rule.startswith("axe:color-contrast"):
                finding.certainty = "person"


def _families(visit: Visit) -> None:
    browser, outcome = visit.browser, visit.outcome
    _here(visit, "")
    frames = browser.js("return Array.from(document.querySelectorAll('iframe, frame')).filter(f => f.clientWidth > 1)")
    for number, frame in enumerate(frames[:8]):
        try:
            browser.driver.switch_to.frame(frame)
            _here(visit, f"iframe:nth({number + 1})")
        except WebDriverException as fault:
            visit.fault(f"frame {number + 1}: {(fault.msg or '').splitlines()[0][:120]}")
        finally:
            browser.driver.switch_to.default_content()
    source = browser.js(
        "var r = new XMLHttpRequest(); try { r.open('GET', location.href, false); r.send(); return r.status + '\\n' +"
        " r.responseText; } catch (e) { return ''; }"
    ) if not outcome.state.steps and outcome.url.startswith("http") else ""  # fmt: skip
    status, _, text = (source or "").partition("\n")
    if status == str(outcome.state.status):
        visit.met("tags-mismatched")
        for one in markup.of_source(text):
            visit.add(one["rule"], visit.describe("html"), detail=one["detail"])


def _here(visit: Visit, frame: str) -> None:
    """The families in the document that is chosen now."""
    browser, outcome = visit.browser, visit.outcome
    # A frame that could not be loaded shows the browser's own page of failure.
    if frame and not browser.js("return !!window.axe && !/^chrome-error/.test(location.href)"):
        return
    inject.ready(browser, visit.options.language)
    found = json.loads(browser.js("return window.__audit.run()"))
    for fault in found["faults"]:
        visit.fault(f"{frame} {fault}".strip())
    for family in found["tested"]:
        visit.met(*family["met"])
    for one in found["found"]:
        visit.add(
            one["rule"],
            one,
            detail=one["detail"],
            frame=frame,
            certainty=one.get("certainty"),
            criteria=one.get("criteria"),
        )
    facts = found["facts"]
    more = language.of_texts(facts.pop("language", ""), facts.pop("texts", []))
    more += readability.of_texts(facts.pop("paragraphs", []), facts.pop("easy_read", False))
    for one in more:
        where = visit.describe(one["selector"])
        visit.add(one["rule"], where, detail=one["detail"], frame=frame, certainty=one.get("certainty"))
    if not frame:
        outcome.facts.update(facts)
