"""Watches the page for a moment without touching it: does content change by itself?"""

import json
import time
from typing import Any

from accessibility.live.page import again, prepare

_WATCH = """
window.__changes = [];
window.__watcher = new MutationObserver(function (list) { list.forEach(function (m) {
  var el = m.target.nodeType === 1 ? m.target : m.target.parentElement;
  if (el && window.__audit.api.visible(el) && !el.closest('[role=timer], [role=progressbar], time, script, style')) window.__changes.push(el);
}); });
window.__watcher.observe(document.body, {subtree: true, childList: true, characterData: true});
return (window.__watch ? window.__watch.timers : []).filter(function (t) { return t.kind === 'setInterval' || t.delay < 6000; }).length;
"""


def step(visit: Any) -> None:
    """Only where the page runs timers: up to 1.2 s."""
    browser = visit.browser
    _calm(visit)
    _stays(visit)
    timers = browser.js(
        "return (window.__watch ? window.__watch.timers : []).map(t => ({kind: t.kind, delay: t.delay}))"
    )
    repeating = [t for t in timers if t["kind"] == "setInterval"]
    if not repeating or min(t["delay"] for t in repeating) > 10000:
        return
    visit.met("text-changes")
    browser.js(_WATCH)
    time.sleep(min(2.5, min(t["delay"] for t in repeating) / 1000 * 2.2 + 0.1))
    found = browser.js(
        "window.__watcher.disconnect(); var pause = Array.from(document.querySelectorAll('button, [role=button], input[type=button], a'))"
        ".some(b => /\\b(paus|stop|deten|parar)/i.test(window.__audit.api.name(b)));"
        "var n = new Map(); window.__changes.forEach(e => n.set(e, (n.get(e) || 0) + 1));"
        "var worst = Array.from(n).sort((a, b) => b[1] - a[1])[0];"
        "return worst && worst[1] >= 2 && !pause ? JSON.stringify(window.__live.where(worst[0])) : ''"
    )
    if found:
        visit.add("text-changes", json.loads(found), detail=f"{min(t['delay'] for t in repeating) / 1000:g} s")


_MOVING = r"""
var moving = new Set(), out = [];
(function read(list) { for (const rule of list) try {
  if (rule.type === 7 && /transform|translate|rotate|scale|left|top|right|bottom|margin|background-position|offset/i.test(rule.cssText)) moving.add(rule.name);
  else if (rule.cssRules && rule.type !== 1) read(rule.cssRules);
} catch (e) { } })(Array.from(document.styleSheets).flatMap(s => { try { return Array.from(s.cssRules); } catch (e) { return []; } }));
if (moving.size) for (const el of window.__audit.api.elements()) {
  var s = getComputedStyle(el);
  if (s.animationName === 'none' || !window.__audit.api.visible(el)) continue;
  if (s.animationName.split(', ').some((n, i) => moving.has(n) && parseFloat(s.animationDuration.split(', ')[i] || s.animationDuration) > 0.1)) out.push(window.__live.where(el));
  if (out.length > 2) break;
}
return out;
"""


def _calm(visit: Any) -> None:
    """Does what moves keep still for those who asked their device for less motion?"""
    browser, state = visit.browser, visit.outcome.state
    prepare(visit)
    if not browser.js(_MOVING):
        return
    visit.met("animation-ignores-preference")
    browser.prefer(theme=state.theme, calm=True)
    try:
        for where in browser.js(_MOVING):
            visit.add("animation-ignores-preference", where)
    finally:
        browser.prefer(theme=state.theme)


_HIDES = (
    "return (window.__watch ? window.__watch.timers : []).filter(t => t.kind === 'setTimeout' && t.delay >= 500 && t.delay <= 20000 &&"
    " /hid|remove|close|dismiss|display|visib|fade|opacity|innerHTML|textContent|classList/i.test(t.code)).map(t => t.delay)"
)
_SHOWN = (
    "return Array.from(document.querySelectorAll('p, div, li, span, h2, h3, output, strong')).filter(e => window.__audit.api.own(e) &&"
    " window.__audit.api.words(e.textContent).length > 2 && window.__audit.api.visible(e))"
)
_LONGEST_WAIT = 6.0


def _stays(visit: Any) -> None:
    """Do words that the page opened with go before they can be read?"""
    browser = visit.browser
    delays = browser.js(_HIDES)
    if not delays or not visit.options.press:
        return
    visit.met("message-vanishes")
    again(visit)
    browser.js("window.__firstly = (function () {" + _SHOWN + "})();")
    time.sleep(min(max(delays) / 1000 + 0.3, _LONGEST_WAIT))
    gone = browser.js(
        "var g = (window.__firstly || []).filter(e => !window.__audit.api.visible(e))[0]; return g ? JSON.stringify(window.__live.where(g)) : ''"
    )
    if gone:
        visit.add("message-vanishes", json.loads(gone), detail=f"{max(delays) / 1000:g} s")
