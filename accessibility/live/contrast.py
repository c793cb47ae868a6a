"""Contrast where the style sheet cannot tell it: text over gradients, pictures and what lies behind. By pixels.

Three pictures of a text: as it is, without it, and in a colour that nothing else has. Where the third shows letters, the
first is held against the second.
"""

import base64
import hashlib
import json
import math
from typing import Any

from accessibility.live.page import prepare

_MOST = 24
# Which of the asked-for texts stand wholly in the window, once the first of them was brought there.
_FIND = r"""
var wanted = arguments[0], out = [], scrolled = false;
window.__texts = [];
for (const [number, css] of wanted) {
  var e = null;
  try { e = document.querySelector(css); } catch (x) { }
  var texts = e && e.checkVisibility({checkOpacity: true, checkVisibilityCSS: true}) ? Array.from(e.childNodes).filter(n => n.nodeType === 3 && n.data.trim()) : [];
  if (!texts.length) { out.push({number}); continue; }
  if (!scrolled) e.scrollIntoView({block: 'center', behavior: 'instant'});
  var r = document.createRange();
  var boxes = texts.flatMap(n => { r.selectNodeContents(n); return Array.from(r.getClientRects()); }).filter(b => b.width > 2 && b.height > 2);
  if (!boxes.length) { out.push({number}); continue; }
  var left = Math.min(...boxes.map(b => b.left)), top = Math.min(...boxes.map(b => b.top)), right = Math.max(...boxes.map(b => b.right)), bottom = Math.max(...boxes.map(b => b.bottom));
  // Only the first may reach beyond the window; the others wait until they are brought there.
  if (scrolled && (left < 0 || top < 0 || right > innerWidth || bottom > innerHeight)) continue;
  // Letters of one must not be counted as another's: what lies in it or on it waits too.
  if (window.__texts.some(o => o.contains(e) || e.contains(o)) || out.some(p => p.where && left < p.x + p.width && p.x < right && top < p.y + p.height && p.y < bottom)) continue;
  scrolled = true;
  left = Math.max(0, left); top = Math.max(0, top); right = Math.min(innerWidth, right); bottom = Math.min(innerHeight, bottom);
  if (right - left < 4 || bottom - top < 4) { out.push({number}); continue; }
  var s = getComputedStyle(e), size = parseFloat(s.fontSize), large = size >= 24 || size >= 18.66 && Number(s.fontWeight) >= 700;
  var c = window.__audit.api.colour(s.webkitTextFillColor || s.color), through = 1;
  for (var at = e; at; at = at.parentElement) through *= Number(getComputedStyle(at).opacity);
  window.__texts.push(e);
  out.push({number, x: left, y: top, width: Math.min(right - left, 900), height: Math.min(bottom - top, 300), least: large ? 3 : 4.5, most: large ? 4.5 : 7, colour: [c[0], c[1], c[2], c[3] * through], where: window.__audit.describe(e)});
}
return JSON.stringify({out, scroll: [scrollX, scrollY]});
"""
_PAINT = r"""
window.__undo = window.__undo || [];
for (const e of window.__texts) window.__undo.unshift(window.__live.restyle(e, {
  '-webkit-text-fill-color': arguments[0], transition: 'none', ...(arguments[0] !== 'transparent' ? {'text-shadow': 'none'} : {})}));
"""
_BACK = r"""
(window.__undo || []).forEach((undo) => undo());
window.__undo = null;
"""


def step(visit: Any) -> None:
    """Settles what axe left to a person for the background's sake; says nothing of what it cannot see either."""
    open_questions = [
        f for f in visit.outcome.findings if f.rule == "axe:color-contrast" and f.certainty == "person" and "→" not in f.selector
    ][:_MOST]  # fmt: skip
    if not open_questions:
        return
    browser = visit.browser
    prepare(visit)
    waiting = dict(enumerate(open_questions))
    while waiting:
        found = json.loads(browser.js(_FIND, [[number, f.selector] for number, f in waiting.items()]))
        places = [place for place in found["out"] if "where" in place]
        for place, seen in zip(places, _measure(visit, places, found["scroll"]), strict=True):
            _judge(visit, waiting[place["number"]], place, seen)
        if not found["out"]:
            break
        for place in found["out"]:
            del waiting[place["number"]]
    browser.js("window.scrollTo(0, 0)")


def _judge(visit: Any, finding: Any, place: dict[str, Any], seen: dict[str, float] | None) -> None:
    # Too little to judge by; or letters that nobody can see at all: hidden on purpose or not, a person must say.
    if seen is None or seen["letters"] < 20 or seen["best"] < 1.05:
        return
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


def _measure(visit: Any, places: list[dict[str, Any]], scroll: list[float]) -> list[dict[str, float] | None]:
    """Three pictures of the part of the window in which all the places stand; what each of them shows.

    Where the same inks stood at the same places of the very same picture before, the answer is the same.
    """
    if not places:
        return []
    browser, known = visit.browser, visit.seen_texts
    left, top = math.floor(min(p["x"] for p in places)), math.floor(min(p["y"] for p in places))
    right, bottom = max(p["x"] + p["width"] for p in places), max(p["y"] + p["height"] for p in places)
    clip = {"x": left + scroll[0], "y": top + scroll[1], "width": right - left, "height": bottom - top}
    boxes = [[p["x"] - left, p["y"] - top, p["width"], p["height"], p["least"], p["most"], p["colour"]] for p in places]
    pictures = [browser.picture(clip)]
    same = hashlib.sha256(json.dumps(boxes).encode() + pictures[0]).hexdigest()
    if same in known:
        return known[same]
    try:
        for colour in ("transparent", "rgb(255, 0, 255)"):
            browser.js(_PAINT, colour)
            pictures.append(browser.picture(clip))
    finally:
        browser.js(_BACK)
    answer = json.loads(
        browser.driver.execute_async_script(
            "window.__live.letters(arguments[0], arguments[1], arguments[2])",
            [base64.b64encode(p).decode() for p in pictures], boxes,
        )
    )  # fmt: skip
    if "fault" in answer:
        return [None] * len(places)
    known[same] = answer
    return answer
