"""Watches the page for a moment without touching it: does content change by itself?"""

import json
import time
from typing import Any

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
