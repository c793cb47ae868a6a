"""axe-core in a page: every rule, texts in the report's language, faults told instead of hidden.

A thin runner over axe-selenium-python, whose own `run` breaks on Python values and hangs on a bad rule; what its
`inject` leaves out (frames) is in `inject.py`.
"""

import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from axe_selenium_python import Axe

from accessibility.browser import Browser

_PLACES = (Path(__file__).resolve().parents[1] / "node_modules" / "axe-core", Path.cwd() / "node_modules" / "axe-core")
# Faults beyond doubt though axe counts them as good practice or as experiments.
_CERTAIN = frozenset(
    [
        "tabindex",
        "image-redundant-alt",
        "scope-attr-valid",
        "presentation-role-conflict",
        "empty-heading",
        "label-content-name-mismatch",
        "td-has-header",
    ]
)
# Said better, or only in part, by checks of our own; or no fault of the page.
_NOT_RUN = {"css-orientation-lock": {"enabled": False}}
_LEFT_OUT = frozenset(
    [
        "hidden-content",
        "page-has-heading-one",
        "accesskeys",
        "frame-tested",
        "skip-link",
        "p-as-heading",
        "frame-focusable-content",
    ]
)
_LEVELS = {"wcag2a", "wcag21a", "wcag22a", "wcag2aa", "wcag21aa", "wcag22aa"}


class Fault(RuntimeError):
    """axe could not run; the message says why."""


@lru_cache(maxsize=1)
def place() -> Path:
    """The folder of axe-core: AXE_CORE, or node_modules beside the package or here. Raises Fault."""
    for folder in (*([Path(os.environ["AXE_CORE"])] if "AXE_CORE" in os.environ else []), *_PLACES):
        if (folder / "axe.min.js").exists():
            return folder
    raise Fault("axe-core is missing: `npm install axe-core`, or say where it is in AXE_CORE")


@lru_cache(maxsize=1)
def version() -> str:
    return json.loads((place() / "package.json").read_text())["version"]


@lru_cache(maxsize=4)
def source(language: str) -> str:
    """axe-core as a script and, after it, its words. Raises Fault."""
    script = (place() / "axe.min.js").read_text()
    words = place() / "locales" / f"{language}.json"
    if language != "en" and words.exists():
        script += f"\n;axe.configure({{locale: {words.read_text()}}});"
    return script


class Runner(Axe):
    """axe-selenium-python's Axe with its traps mended; for a page in which axe already is (`inject.ready`)."""

    def __init__(self, browser: Browser):
        super().__init__(browser.driver, script_url=str(place() / "axe.min.js"))

    def run(self, context: str | None = None, options: dict[str, Any] | None = None) -> dict[str, Any]:
        """axe's answer. Raises Fault when axe refuses the options or breaks."""
        script = """
            var done = arguments[arguments.length - 1];
            try {
              var options = JSON.parse(arguments[0]), context = arguments[1] || document;
              if (!options.runOnly) {
                options.rules = options.rules || {};
                axe.getRules().forEach(function (r) {
                  if (!(r.ruleId in options.rules) && r.tags.indexOf('deprecated') < 0)
                    options.rules[r.ruleId] = {enabled: true};
                });
              }
              axe.run(context, options).then(function (found) {
                done(JSON.stringify({violations: found.violations, incomplete: found.incomplete,
                  passes: found.passes.map(function (r) { return r.id; }),
                  inapplicable: found.inapplicable.map(function (r) { return r.id; })}));
              }, function (e) { done(JSON.stringify({fault: String(e)})); });
            } catch (e) { done(JSON.stringify({fault: String(e)})); }
        """
        # Style sheets fetched once more are for one rule alone, which a check of ours decides; media are asked for.
        wanted = {"resultTypes": ["violations", "incomplete"], "preload": {"assets": ["media"]}, **(options or {})}
        wanted["rules"] = {**_NOT_RUN, **wanted.get("rules", {})}
        answer = json.loads(self.selenium.execute_async_script(script, json.dumps(wanted), context))
        if "fault" in answer:
            raise Fault(answer["fault"])
        return answer


def certainty(rule: dict[str, Any], *, incomplete: bool) -> str | None:
    """How sure a result of axe is in this audit; None where we leave it out."""
    tags = set(rule["tags"])
    if rule["id"] in _LEFT_OUT:
        return None
    if incomplete:
        return "person"
    if rule["id"] in _CERTAIN or (tags & _LEVELS and "experimental" not in tags):
        return "error"
    return "warning"


def criteria(tags: list[str]) -> list[str]:
    """WCAG numbers from axe's tags: 'wcag143' is 1.4.3, 'wcag1411' 1.4.11."""
    found = []
    for tag in tags:
        digits = tag.removeprefix("wcag")
        if tag.startswith("wcag") and digits.isdigit() and len(digits) >= 3:
            found.append(f"{digits[0]}.{digits[1]}.{digits[2:]}")
    return found


def selector(target: list[Any]) -> str:
    """axe's target as one line: frames with →, shadow roots with >>>."""
    return " → ".join(" >>> ".join(step) if isinstance(step, list) else step for step in target)
