"""Sets the page narrow, its text large and its letters apart, and looks for words that are lost."""

from typing import Any

from accessibility.live.page import prepare

# As found: small targets, words beyond the window, words already cut (which are not cut by what comes after).
_FOUND = r"""
var l = window.__layout;
return l.once(() => {
  var found = l.all();
  window.__cut = new Set();
  var answer = {targets: l.targets(), scrolled: l.scrolled(), spilled: l.spilled(), cut: l.compared(found), texts: l.texts().length};
  window.__cut = l.now(found);
  return answer;
});
"""
_LARGE = "var l = window.__layout, shrink = l.grow(2); try { return l.once(() => l.compared()); } finally { shrink(); }"
_SPACING = "*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}p{margin-bottom:2em!important}"
_APART = """
var l = window.__layout, undress = window.__live.dress(arguments[0]);
try { return l.once(() => l.compared()); } finally { undress(); }
"""
_NARROW = r"""
window.scrollTo(0, 0);
var l = window.__layout;
return l.once(() => ({wide: l.wide(), cut: l.compared(), scrolled: l.scrolled(), texts: l.texts().length}));
"""


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
    found = browser.js(_FOUND)
    for one in found["targets"]:
        visit.add("target-small", one["where"], detail=one["size"], certainty="warning" if one["inline"] else None)
    for where in found["scrolled"] + found["spilled"]:
        visit.add("scroll-sideways", where)
    for one in found["cut"]:
        cut = one["kind"] == "cut" and "…" not in one["text"]
        visit.add("text-cut-now", one["where"], detail=one["text"], certainty=None if cut else "warning")
    _lost(visit, "text-cut", browser.js(_LARGE))
    _lost(visit, "spacing-cut", browser.js(_APART, _SPACING))
    browser.resize(320, 640)
    narrow = browser.js(_NARROW)
    if narrow["wide"]["over"] > 2 and narrow["wide"]["first"]:
        visit.add("reflow", narrow["wide"]["first"], detail=f"+{narrow['wide']['over']} px")
    for one in narrow["cut"]:
        certainty = None if one["kind"] == "cut" else "warning"
        visit.add("reflow-cut", one["where"], detail=one["text"], certainty=certainty)
    for where in narrow["scrolled"]:
        visit.add("scroll-sideways", where, detail="320 px")
    if found["texts"] > 10 and narrow["texts"] < found["texts"] * 0.5 and state.width > 700:
        visit.add("reflow-lost", visit.describe("body"), detail=f"{found['texts']} → {narrow['texts']}")
    browser.resize(320, 256)
    visit.met("covers-window")
    covered = browser.js("return window.__layout.covering()")
    if covered > 0.5:
        visit.add("covers-window", visit.describe("body"), detail=f"{covered:.0%}")
    browser.resize(state.width)


def _lost(visit: Any, rule: str, found: list[dict[str, Any]]) -> None:
    for one in found:
        # Overlap alone is measured, not seen: a person may find it harmless.
        certainty = None if one["kind"] in {"cut", "big", "piled"} else "warning"
        visit.add(rule, one["where"], detail=one["text"], certainty=certainty)
