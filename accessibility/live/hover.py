"""Moves the pointer over what reacts to it, and asks whether the keyboard gets the same."""

import json
import time
from typing import Any

from accessibility.live.page import prepare

# Triggers: from the style sheets (`X:hover Y` that brings Y to light) and from listeners.
_FIND = r"""
var api = window.__audit.api, out = [], seen = new Set();
function push(trigger, target) { if (!trigger || !target || seen.has(trigger) || out.length >= 10) return; seen.add(trigger); out.push([trigger, target]); }
function rules(list) { for (const rule of list) { try {
  if (rule.cssRules && rule.type !== 1) { if (!rule.media || matchMedia(rule.media.mediaText).matches) rules(rule.cssRules); continue; }
  if (!rule.selectorText || !/:hover/.test(rule.selectorText)) continue;
  const s = rule.style;
  if (!(s.display && s.display !== 'none' || s.visibility === 'visible' || Number(s.opacity) > 0 || s.clip || s.clipPath || s.maxHeight || s.height || s.left || s.transform)) continue;
  for (const one of rule.selectorText.split(/,(?![^(]*\))/)) {
    const at = one.lastIndexOf(':hover'); if (at < 0) continue;
    const rest = one.slice(at + 6).trim(); if (!rest || /^::?(before|after)/.test(rest)) continue;
    const first = one.slice(0, at).replace(/:hover/g, '') || '*';
    for (const trigger of Array.from(document.querySelectorAll(first)).slice(0, 12)) {
      let target = null; const tail = rest.replace(/:hover|:focus(-within|-visible)?/g, '');
      try { target = /^[+~]/.test(tail) ? trigger.parentElement.querySelector(':scope > ' + tail.replace(/^[+~]\s*/, '')) : trigger.querySelector(':scope ' + tail); } catch (e) { continue; }
      if (target && !api.visible(target) && api.words(target.textContent).length) push(trigger, target);
    }
  }
} catch (e) { } } }
for (const sheet of document.styleSheets) { try { rules(sheet.cssRules); } catch (e) { } }
for (const el of api.elements()) if (api.listens(el, 'mouseover', 'mouseenter', 'pointerenter') && api.visible(el) && !/^(html|body|main|form|table|tbody|ul)$/.test(el.localName)) push(el, el);
window.__hover = out;
return out.map(function (pair) { return {where: window.__live.where(pair[0]), script: pair[0] === pair[1]}; });
"""
_SEEN = "return new Set(window.__audit.api.elements().filter(e => e.childElementCount < 12 && window.__audit.api.own(e) && window.__audit.api.visible(e)))"


def step(visit: Any) -> None:
    """Up to ten triggers."""
    browser = visit.browser
    prepare(visit)
    browser.js("document.activeElement && document.activeElement.blur && document.activeElement.blur()")
    for number, one in enumerate(browser.js(_FIND)):
        visit.met("hover-only", "hover-not-dismissible", "hover-not-hoverable")
        browser.point(1, 1)
        browser.js(
            "window.__hover[arguments[0]][0].scrollIntoView({block: 'center'}); window.__before = (function () {"
            + _SEEN
            + "})();",
            number,
        )
        at = browser.js(
            "var b = window.__hover[arguments[0]][0].getBoundingClientRect(); return [b.left + Math.min(b.width / 2, 30), b.top + Math.min(b.height / 2, 12)]",
            number,
        )
        browser.point(at[0], at[1])
        shown = _new(browser, 0.12 if one["script"] else 0.05)
        if not shown:
            continue
        _stays(visit, one, shown)
        browser.point(1, 1)
        time.sleep(0.03)
        if not _by_keyboard(visit, number):
            visit.add("hover-only", one["where"], detail=shown["text"])


def _new(browser: Any, seconds: float) -> dict[str, Any] | None:
    """Text that came to light; None where nothing did."""
    deadline = time.monotonic() + seconds
    while True:
        found = browser.js(
            "var e = window.__audit.api.elements().find(e => e.childElementCount < 12 && window.__audit.api.own(e) && !window.__before.has(e) &&"
            " window.__audit.api.visible(e)); window.__shown = e; if (!e) return ''; var b = e.getBoundingClientRect();"
            "return JSON.stringify({text: window.__audit.api.clean(e.textContent).slice(0, 80), at: [b.left + b.width / 2, b.top + b.height / 2]})"
        )
        if found or time.monotonic() > deadline:
            return json.loads(found) if found else None
        time.sleep(0.03)


def _stays(visit: Any, one: dict[str, Any], shown: dict[str, Any]) -> None:
    browser = visit.browser
    showing = "return !!window.__shown && window.__audit.api.visible(window.__shown)"
    browser.press("Escape")
    if browser.js(showing):
        visit.add("hover-not-dismissible", one["where"], detail=shown["text"])
        browser.point(shown["at"][0], shown["at"][1])
        time.sleep(0.04)
        if not browser.js(showing):
            visit.add("hover-not-hoverable", one["where"], detail=shown["text"])


def _by_keyboard(visit: Any, number: int) -> bool:
    """Whether focus on the trigger (or on what it holds or stands beside) shows the same."""
    browser = visit.browser
    return browser.js(
        "var t = window.__hover[arguments[0]][0], api = window.__audit.api;"
        "var all = [t].concat(Array.from(t.querySelectorAll(api.interactive)), t.parentElement ? Array.from(t.parentElement.querySelectorAll(':scope > button, :scope > a, :scope > summary')) : []);"
        "var near = t.closest('a[href], button, [tabindex]'); if (near) all.push(near);"
        "var ok = all.some(function (e) { if (e.tabIndex < 0 || !e.focus) return false; e.focus(); var s = window.__shown && api.visible(window.__shown);"
        "  e.blur(); if (s) return true; return e.hasAttribute('aria-expanded') || e.hasAttribute('aria-haspopup') || e.localName === 'summary'; });"
        "if (ok) return true;"
        # The same words reached by another way: a description, a title, or text that stays on the page.
        "var text = api.clean(window.__shown.textContent); return !!(t.getAttribute('aria-describedby') && document.getElementById(t.getAttribute('aria-describedby')) === window.__shown && t.tabIndex >= 0) ||"
        " api.clean(document.body.innerText).includes(text) && text.length > 3;",
        number,
    )
