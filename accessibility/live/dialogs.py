"""Opens what opens inside the page, and tests it as a keyboard user meets it. Sends nothing, leaves nothing."""

import json
import time
from typing import Any

from accessibility.live.page import again, prepare

_OPENERS = r"""
var api = window.__audit.api, seen = new Set(), out = [];
for (const e of api.elements()) {
  if (!api.visible(e) || e.disabled || out.length >= 8) continue;
  const link = e.matches('a[href="#"], a[href^="#"], a[href^="javascript:"], a:not([href])');
  const opens = e.matches('[aria-haspopup=dialog], [data-toggle], [data-bs-toggle=modal], [aria-controls], [popovertarget], [commandfor], button[type=button], button:not([form]):not(form button), [role=button], [aria-expanded]') ;
  if (!(api.listens(e, 'click', 'keydown') && (opens || link)) && !e.matches('[aria-haspopup=dialog], [data-bs-toggle=modal], [popovertarget], [commandfor]')) continue;
  if (e.matches('[type=submit], [download]') || e.closest('dialog, [role=dialog], [role=tablist], nav[aria-label*=agin]') || /logout|salir|eliminar|borrar|delete/i.test(api.name(e))) continue;
  const key = e.localName + e.className + (e.getAttribute('aria-controls') || '') + api.clean(e.textContent).slice(0, 20);
  if (seen.has(key)) continue; seen.add(key);
  out.push(window.__live.number(e));
}
return out;
"""
_OPENED = r"""
var api = window.__audit.api;
var fresh = api.elements().filter(e => !window.__shownBefore.has(e) && api.visible(e));
if (!fresh.length) return '';
var top = fresh.filter(e => !fresh.includes(e.parentElement));
var box = top.find(e => e.matches('dialog, [role=dialog], [role=alertdialog], [aria-modal]') || e.querySelector('dialog[open], [role=dialog], [role=alertdialog]'));
var box2 = box || top.find(e => { var s = api.style(e), b = api.rect(e); return (s.position === 'fixed' || (s.position === 'absolute' && b.width > 150 && b.height > 60 && /modal|dialog|lightbox|popup|overlay|ventana/i.test(e.className + e.id))) && api.words(e.textContent).length > 1 && b.width * b.height > 8000; });
var inner = box2 && !box2.matches('dialog, [role=dialog], [role=alertdialog]') ? box2.querySelector('dialog[open], [role=dialog], [role=alertdialog]') || box2 : box2;
window.__box = inner || null;
if (!inner) return JSON.stringify({kind: 'part'});
window.__closers = Array.from(inner.querySelectorAll('*')).filter(e => { var t = (e.textContent || '').trim(), own = api.own(e); return api.visible(e) && (/^(x|×|✕|✖|⨯|cerrar|close|fermer|schliessen|chiudi|fechar)$/i.test(own || t) || /\b(close|cerrar)\b/i.test((e.getAttribute('aria-label') || '') + ' ' + (e.title || '')) || /(^|[-_ ])close([-_ ]|$)/i.test(String(e.className)) ) && !e.querySelector('button, a'); });
return JSON.stringify({kind: 'dialog', role: !!(inner.matches('dialog, [role=dialog], [role=alertdialog]')), named: !!api.clean(inner.getAttribute('aria-label')) || inner.hasAttribute('aria-labelledby'), focused: inner.contains(window.__live.deep()), modal: inner.matches(':modal, [aria-modal=true]'),
  fixed: api.style(inner).position === 'fixed' || /modal|lightbox|overlay|dialog/i.test(inner.className + inner.id),
  stops: Array.from(inner.querySelectorAll(api.interactive)).filter(e => e.tabIndex >= 0 && api.visible(e)).length,
  closers: window.__closers.length, reachable: window.__closers.some(e => e.tabIndex >= 0 || e.closest('a[href], button, [tabindex="0"]')), where: window.__live.where(inner), closer: window.__closers[0] ? window.__live.where(window.__closers[0]) : null});
"""


def step(visit: Any) -> None:
    """Up to eight openers."""
    if not visit.options.press:
        return
    browser = visit.browser
    prepare(visit)
    openers = browser.js(_OPENERS)
    if not openers:
        return
    browser.js("window.__live.safe()")
    dirty = False
    for number in openers:
        if dirty:
            break
        here = browser.driver.current_url
        told = browser.js(
            "var e = window.__live.element(arguments[0]); if (!e || !window.__audit.api.visible(e)) return null; e.focus();"
            "window.__shownBefore = new Set(window.__audit.api.elements().filter(x => window.__audit.api.visible(x)));"
            "return JSON.stringify([window.__live.where(e), e.getAttribute('aria-expanded'), e.tabIndex >= 0])", number,
        )  # fmt: skip
        if not told:
            continue
        place, expanded, reachable = json.loads(told)
        if reachable:
            browser.press("Enter")
        else:
            browser.js("window.__live.element(arguments[0]).click()", number)
        found = _opened(browser)
        if browser.driver.current_url.split("#")[0] != here.split("#")[0]:
            dirty = True
            continue
        if not found:
            continue
        if found["kind"] == "part":
            visit.met("expanded-not-told")
            after = browser.js(
                "var e = window.__live.element(arguments[0]); return e ? e.getAttribute('aria-expanded') || e.getAttribute('aria-pressed') || e.getAttribute('aria-selected') : ''",
                number,
            )
            if after is None:
                visit.add("expanded-not-told", place)
            browser.js("var e = window.__live.element(arguments[0]); e && e.click && e.click()", number)
            continue
        dirty = not _dialog(visit, found, number, place)
    again(visit)


def _opened(browser: Any) -> dict[str, Any] | None:
    for _ in range(4):
        found = browser.js("if (!window.__audit) return '';" + _FRESH + _OPENED)
        if found:
            return json.loads(found)
        time.sleep(0.04)
    return None


# The list of elements is kept by lib.js; what was added since must be seen too.
_FRESH = "window.__audit.api.renew();"


def _dialog(visit: Any, found: dict[str, Any], opener: int, place: dict[str, Any]) -> bool:
    """Whether it closed again."""
    browser, where = visit.browser, found["where"]
    visit.met("dialog-focus-outside", "dialog-escape", "dialog-role", "dialog-close-unreachable")
    if not found["role"] or not found["named"]:
        visit.add("dialog-role", where)
    if not found["focused"]:
        time.sleep(0.15)
        found["focused"] = browser.js("return window.__box.contains(window.__live.deep())")
    if not found["focused"]:
        visit.add("dialog-focus-outside", where)
    if found["closers"] and not found["reachable"]:
        visit.add("dialog-close-unreachable", found["closer"] or where)
    visit.met("dialog-focus-leaves")
    if found["focused"] or found["stops"]:
        if not found["focused"]:
            browser.js(
                "var e = Array.from(window.__box.querySelectorAll(window.__audit.api.interactive)).find(x => x.tabIndex >= 0); e && e.focus()"
            )
        for turn in range(found["stops"] + 1):
            browser.press("Tab")
            inside = browser.js(
                "var e = window.__live.deep(); return !e || e === document.body || window.__box.contains(e)"
            )
            if not inside:
                visit.add("dialog-focus-leaves", where, keys=f"Tab × {turn + 1}")
                break
        browser.js(
            "var e = Array.from(window.__box.querySelectorAll(window.__audit.api.interactive)).find(x => x.tabIndex >= 0); e && e.focus()"
        )
    else:
        visit.add("dialog-focus-leaves", where, keys="Tab")
    browser.press("Escape")
    showing = "return window.__box.isConnected && window.__audit.api.visible(window.__box)"
    for _ in range(5):
        if not browser.js(showing):
            break
        time.sleep(0.05)
    if browser.js(showing):
        visit.add("dialog-escape", where, keys="Esc")
        browser.js("window.__closers && window.__closers[0] && window.__closers[0].click()")
        return not browser.js(showing)
    visit.met("dialog-focus-return")
    back = browser.js(
        "var a = window.__live.deep(); return a === window.__live.element(arguments[0]) || (a && a !== document.body && !window.__box.contains(a))",
        opener,
    )
    if not back and found["focused"]:
        visit.add("dialog-focus-return", place, keys="Esc")
    return True
