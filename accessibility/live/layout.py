"""Sets the page narrow, its text large and its letters apart, and looks for words that are lost."""

from typing import Any

from accessibility.live.page import prepare

_SPACING = "*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}p{margin-bottom:2em!important}"


def step(visit: Any) -> None:
    """Wide first, then 320 px; the page is left as it was."""
    browser, state = visit.browser, visit.outcome.state
    prepare(visit)
    visit.met(
        "target-small",
        "text-cut-now",
        "text-cut",
        "spacing-cut",
        "reflow",
        "reflow-cut",
        "scroll-sideways",
        "reflow-lost",
    )
    for one in browser.js("return window.__layout.targets()"):
        visit.add("target-small", one["where"], detail=one["size"], certainty="warning" if one["inline"] else None)
    for where in browser.js("return window.__layout.scrolled()"):
        visit.add("scroll-sideways", where)
    for where in browser.js("return window.__layout.spilled()"):
        visit.add("scroll-sideways", where)
    for one in browser.js("window.__cut = new Set(); return window.__layout.compared()"):
        cut = one["kind"] == "cut" and "…" not in one["text"]
        visit.add("text-cut-now", one["where"], detail=one["text"], certainty=None if cut else "warning")
    browser.js("window.__cut = window.__layout.now()")
    _with(visit, "window.__layout.grow(2)", "window.__layout.shrink()", "text-cut")
    _with(
        visit,
        f"var s = document.createElement('style'); s.id = '__spacing'; s.textContent = '{_SPACING}'; document.documentElement.appendChild(s);",
        "document.getElementById('__spacing').remove()",
        "spacing-cut",
    )
    width = state.width
    wide_texts = "return window.__layout.texts().length"
    before = browser.js(wide_texts)
    browser.resize(320, 640)
    wide = browser.js("window.scrollTo(0, 0); return window.__layout.wide()")
    if wide["over"] > 2 and wide["first"]:
        visit.add("reflow", wide["first"], detail=f"+{wide['over']} px")
    for one in browser.js("return window.__layout.compared()"):
        certainty = None if one["kind"] == "cut" else "warning"
        visit.add("reflow-cut", one["where"], detail=one["text"], certainty=certainty)
    for where in browser.js("return window.__layout.scrolled()"):
        visit.add("scroll-sideways", where, detail="320 px")
    after = browser.js(wide_texts)
    if before > 10 and after < before * 0.5 and width > 700:
        visit.add("reflow-lost", visit.describe("body"), detail=f"{before} → {after}")
    browser.resize(320, 256)
    visit.met("covers-window")
    covered = browser.js("return window.__layout.covering()")
    if covered > 0.5:
        visit.add("covers-window", visit.describe("body"), detail=f"{covered:.0%}")
    browser.resize(width)


def _with(visit: Any, do: str, undo: str, rule: str) -> None:
    browser = visit.browser
    browser.js(do)
    try:
        for one in browser.js("return window.__layout.compared()"):
            # Overlap alone is measured, not seen: a person may find it harmless.
            visit.add(
                rule,
                one["where"],
                detail=one["text"],
                certainty=None if one["kind"] in {"cut", "big", "piled"} else "warning",
            )
    finally:
        browser.js(undo)
