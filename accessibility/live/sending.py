"""Sends forms empty and wrong, where the run allows it, and reads the answer as a person would."""

import json
from typing import Any

from accessibility.live.page import again, prepare

_FORMS = r"""
var api = window.__audit.api;
return Array.from(document.forms).map((f, i) => {
  var fields = Array.from(f.elements).filter(e => e.matches('input, select, textarea') && !e.matches('[type=hidden], [type=submit], [type=button], [type=image], [type=reset]') && (api.visible(e) || Array.from(e.labels || []).some(l => api.visible(l))));
  var submit = Array.from(f.elements).find(e => e.matches('button:not([type]), button[type=submit], input[type=submit], input[type=image]') && api.visible(e));
  var words = (submit ? api.name(submit) : '') + ' ' + (f.getAttribute('action') || '');
  return {i, fields: fields.length, text: fields.filter(e => e.matches('textarea, input:not([type=radio]):not([type=checkbox]):not([type=file])')).length, password: !!f.querySelector('[type=password]'), method: f.method, submit: !!submit,
    search: f.getAttribute('role') === 'search' || !!f.querySelector('[type=search]') || (f.method === 'get' && fields.length < 3), danger: /elimin|borra|cancel|delete|remove|salir|logout|baja|cerrar|pay|pagar|comprar|buy/i.test(words)};
});
"""
_FILL = r"""
var f = document.forms[arguments[0]], kept = {}, api = window.__audit.api;
f.noValidate = true;
var first = true;
for (const e of f.elements) {
  if (!e.matches('input, textarea') || e.readOnly || e.disabled || e.matches('[type=hidden], [type=submit], [type=button], [type=image], [type=reset], [type=radio], [type=checkbox], [type=file], [type=range], [type=color]')) continue;
  var wrong = {email: 'no-es-un-correo', tel: '12', number: '', url: 'no es', date: '', password: ''}[e.type];
  var label = api.plain(api.name(e));
  if (wrong === undefined) wrong = /correo|mail/.test(label) ? 'no-es-un-correo' : /telefono|phone|movil/.test(label) ? '12' : e.inputMode === 'numeric' ? '99' : '';
  if (e.type === 'number' || e.type === 'date') continue;
  e.value = wrong;
  if (wrong && e.name) kept[e.name] = wrong;
}
window.__titleBefore = document.title;
return JSON.stringify({kept, title: document.title, labels: Array.from(f.elements).filter(e => e.matches('input:not([type=hidden]):not([type=submit]):not([type=button]), select, textarea')).map(e => api.name(e))});
"""
_READ = r"""
var api = window.__audit.api, kept = arguments[0];
var shown = Array.from(document.querySelectorAll('[class*=error], [class*=invalid], [role=alert], [aria-invalid=true]')).filter(e => api.visible(e) && (api.clean(e.textContent) || e.matches('[aria-invalid=true]')));
var invalid = Array.from(document.querySelectorAll('[aria-invalid=true]'));
var messages = shown.filter(e => !e.matches('input, select, textarea, fieldset, form, body, main') && api.words(e.textContent).length && !e.querySelector('input, select, textarea'));
var summary = messages.find(e => e.matches('[role=alert], [class*=summary], [tabindex="-1"]') || e.querySelector('a[href^="#"]'));
var links = summary ? Array.from((summary.closest('[class*=summary]') || summary).querySelectorAll('a[href^="#"]')) : [];
var broken = links.filter(a => { var t = document.getElementById(decodeURIComponent(a.getAttribute('href').slice(1))); return !t || !(t.matches('input, select, textarea, button') || t.tabIndex >= 0); });
var tied = f => (f.getAttribute('aria-describedby') || '' ).split(/\s+/).concat((f.getAttribute('aria-errormessage') || '').split(/\s+/)).some(id => { var e = id && document.getElementById(id); return e && messages.some(m => m === e || e.contains(m) || m.contains(e)); });
var beside = Array.from(document.querySelectorAll('input, select, textarea')).filter(f => !f.matches('[type=hidden]') && (() => { var g = f.closest('[class*=group], [class*=field], p, li, td, div'); return g && messages.some(m => g.contains(m) && !(summary && summary.contains(m))); })());
var loose = beside.filter(f => !tied(f) && !(f.closest('fieldset') && tied(f.closest('fieldset'))));
var lost = Object.entries(kept).filter(([n, v]) => { var e = document.getElementsByName(n)[0]; return e && e.value !== v; }).map(([n]) => n);
var focus = window.__live.deep();
var text = messages.map(m => api.clean(m.textContent)).join(' | ');
var fields = Array.from(document.querySelectorAll('input, select, textarea')).filter(f => !f.matches('[type=hidden], [type=submit]')).map(f => api.plain(api.name(f))).filter(Boolean);
return JSON.stringify({errors: messages.length + invalid.length, summary: summary ? window.__live.where(summary) : null, broken: broken.map(a => window.__live.where(a)), loose: loose.slice(0, 4).map(f => window.__live.where(f)), lost, title: document.title,
  named: beside.length > 0 || links.length > 0 || fields.some(n => api.plain(text).includes(n)), announced: !!(summary && (summary.matches('[role=alert]') || summary.closest('[role=alert], [aria-live]') || summary.querySelector('[role=alert]') || summary.contains(focus) || focus === summary)) || (focus && focus.getAttribute('aria-invalid') === 'true') || messages.some(m => m.closest('[role=alert], [aria-live]')), text: text.slice(0, 160), form: !!document.forms.length, head: api.clean(document.body.innerText).slice(0, 80)});
"""


def step(visit: Any) -> None:
    """At most two forms; only where the run may send."""
    if not visit.options.send:
        return
    browser = visit.browser
    prepare(visit)
    forms = [
        f
        for f in browser.js(_FORMS)
        if f["fields"] and f["submit"] and not f["password"] and not f["search"] and not f["danger"]
    ]
    for form in forms[:2]:
        _one(visit, form)
        again(visit)


def _one(visit: Any, form: dict[str, Any]) -> None:
    browser = visit.browser
    place = json.loads(
        browser.js("return JSON.stringify(window.__live.where(document.forms[arguments[0]]))", form["i"])
    )
    filled = json.loads(browser.js(_FILL, form["i"]))
    visit.met("send-no-error", "send-server-fault")
    address = browser.driver.current_url
    browser.js(
        "var f = document.forms[arguments[0]]; var b = Array.from(f.elements).find(e => e.matches('button:not([type]), button[type=submit],"
        " input[type=submit], input[type=image]')); b.focus();", form["i"],
    )  # fmt: skip
    browser.press("Enter")
    browser.settle()
    prepare(visit)
    read = json.loads(browser.js(_READ, filled["kept"]))
    status = browser.js("var n = performance.getEntriesByType('navigation')[0]; return n && n.responseStatus || 200")
    if status >= 500:
        visit.add("send-server-fault", place, detail=f"{status}: {read['head']}")
        return
    if not read["errors"]:
        if browser.driver.current_url == address and read["form"] and form["method"] == "post":
            visit.add("send-no-error", place)
        return
    visit.met(
        "send-error-unnamed",
        "send-error-untied",
        "send-error-links",
        "send-error-silent",
        "send-data-lost",
        "send-title-same",
    )
    if not read["named"]:
        visit.add("send-error-unnamed", read["summary"] or place, detail=read["text"])
    for where in read["loose"]:
        visit.add("send-error-untied", where, detail=read["text"])
    for where in read["broken"]:
        visit.add("send-error-links", where)
    if not read["announced"]:
        visit.add("send-error-silent", read["summary"] or place, detail=read["text"])
    if read["lost"]:
        visit.add("send-data-lost", place, detail=", ".join(read["lost"]))
    if read["title"] == filled["title"]:
        visit.add("send-title-same", place, detail=read["title"])
