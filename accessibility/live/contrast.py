"""Contrast where the style sheet cannot tell it: text over gradients, pictures and what lies behind. By pixels.

Three pictures of a text: as it is, without it, and in a colour that nothing else has. Where the third shows letters, the
first is held against the second.
"""

import base64
import json
from typing import Any

from accessibility.live.page import prepare

_MOST = 12
_FIND = r"""
var out = null;
try { var e = document.querySelector(arguments[0]); } catch (x) { return null; }
if (!e || !e.checkVisibility({checkOpacity: true, checkVisibilityCSS: true})) return null;
var r = document.createRange(), texts = Array.from(e.childNodes).filter(n => n.nodeType === 3 && n.data.trim());
if (!texts.length) return null;
e.scrollIntoView({block: 'center', behavior: 'instant'});
var boxes = texts.flatMap(n => { r.selectNodeContents(n); return Array.from(r.getClientRects()); }).filter(b => b.width > 2 && b.height > 2);
if (!boxes.length) return null;
var x = Math.max(0, Math.min(...boxes.map(b => b.left))), y = Math.max(0, Math.min(...boxes.map(b => b.top)));
var right = Math.min(innerWidth, Math.max(...boxes.map(b => b.right))), bottom = Math.min(innerHeight, Math.max(...boxes.map(b => b.bottom)));
if (right - x < 4 || bottom - y < 4) return null;
var s = getComputedStyle(e), size = parseFloat(s.fontSize), large = size >= 24 || size >= 18.66 && Number(s.fontWeight) >= 700;
window.__text = e;
var c = window.__audit.api.colour(s.webkitTextFillColor || s.color), through = 1;
for (var at = e; at; at = at.parentElement) through *= Number(getComputedStyle(at).opacity);
return JSON.stringify({x: x + scrollX, y: y + scrollY, width: Math.min(right - x, 900), height: Math.min(bottom - y, 300), least: large ? 3 : 4.5, most: large ? 4.5 : 7, colour: [c[0], c[1], c[2], c[3] * through], where: window.__audit.describe(e)});
"""
_PAINT = (
    "window.__kept = window.__kept === undefined ? window.__text.getAttribute('style') : window.__kept;"
    "window.__text.style.setProperty('-webkit-text-fill-color', arguments[0], 'important');"
    "window.__text.style.setProperty('transition', 'none', 'important');"
    "if (arguments[0] !== 'transparent') window.__text.style.setProperty('text-shadow', 'none', 'important');"
)
_BACK = (
    "if (window.__kept === null) window.__text.removeAttribute('style'); else if (window.__kept !== undefined)"
    " window.__text.setAttribute('style', window.__kept); window.__kept = undefined;"
)


def step(visit: Any) -> None:
    """Settles what axe left to a person for the background's sake; says nothing of what it cannot see either."""
    open_questions = [
        f for f in visit.outcome.findings if f.rule == "axe:color-contrast" and f.certainty == "person" and "→" not in f.selector
    ][:_MOST]  # fmt: skip
    if not open_questions:
        return
    browser = visit.browser
    prepare(visit)
    for finding in open_questions:
        found = browser.js(_FIND, finding.selector)
        if not found:
            continue
        place = json.loads(found)
        seen = _measure(
            browser,
            {k: place[k] for k in ("x", "y", "width", "height")},
            place["least"],
            place["most"],
            place["colour"],
        )
        # Too little to judge by; or letters that nobody can see at all: hidden on purpose or not, a person must say.
        if seen is None or seen["letters"] < 20 or seen["best"] < 1.05:
            continue
        visit.met("contrast-over-picture", "contrast-over-picture-enhanced")
        if finding in visit.outcome.findings:
            visit.outcome.findings.remove(finding)
        detail = f"{seen['worst']:.1f}:1 < {place['least']:g}:1, {seen['below']:.0%}"
        if seen["below"] > 0.15:
            visit.add("contrast-over-picture", place["where"], detail=detail)
        elif seen["below"] > 0.04:
            # A corner of a letter or two: a person must look.
            visit.add("contrast-over-picture", place["where"], detail=detail, certainty="person")
        elif seen["short"] > 0.15:
            visit.add("contrast-over-picture-enhanced", place["where"], detail=f"{seen['worst']:.1f}:1")
    browser.js("window.scrollTo(0, 0)")


def _measure(
    browser: Any, clip: dict[str, float], least: float, most: float, colour: list[float]
) -> dict[str, float] | None:
    pictures = []
    try:
        pictures.append(browser.picture(clip))
        for colour in ("transparent", "rgb(255, 0, 255)"):
            browser.js(_PAINT, colour)
            pictures.append(browser.picture(clip))
    finally:
        browser.js(_BACK)
    answer = json.loads(
        browser.driver.execute_async_script(
            "window.__live.letters(arguments[0], arguments[1], arguments[2], arguments[3], arguments[4])",
            [base64.b64encode(p).decode() for p in pictures], least, most, colour,
        )
    )  # fmt: skip
    return None if "fault" in answer else answer
