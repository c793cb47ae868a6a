"""Where a journey sent a form and the server refused it: is the error shown, is it in the title, is what was typed still there?"""

import re
from typing import Any

# "Error" and its like in titles, in the languages whose words we know.
_ERROR = re.compile(r"\b(err(or|o|eur|ore)\w*|fehler|fout|problem\w*|blad|eroare|invalid\w*)\b|خطأ", re.IGNORECASE)
_KNOWN = {"es", "en", "ca", "gl", "fr", "pt", "it", "de", "nl", "ro", "pl", "ar"}
_READ = r"""
var api = window.__audit.api;
var shown = Array.from(document.querySelectorAll('[class*=error], [class*=invalid], [role=alert]')).filter(e => api.visible(e) && api.words(e.textContent).length && !e.matches('form, body, main, fieldset, label, input, select, textarea') && !e.querySelector('input, select, textarea'));
return {status: (performance.getEntriesByType('navigation')[0] || {}).responseStatus || 0, shown: shown.length,
  form: Array.from(document.querySelectorAll('main form, form')).filter(f => f.method === 'post' || arguments[0].some(s => f.querySelector(s))).find(f => f.querySelector('input:not([type=hidden]), textarea, select')) ? 1 : 0,
  lost: arguments[0].filter((s, i) => { var e = document.querySelector(s); return e && e.type !== 'password' && e.type !== 'file' && e.value !== arguments[1][i]; })};
"""


def step(visit: Any) -> None:
    """Only after a step that pressed something, and an answer of 4xx that still holds a form."""
    state = visit.outcome.state
    if not state.steps or "press" not in state.steps[-1] or not 400 <= state.status < 500:
        return
    typed: dict[str, str] = {}
    for one in state.steps[:-1]:
        if "press" in one:
            typed = {}
        typed.update({css: str(text) for css, text in (one.get("fill") or {}).items() if str(text)})
    found = visit.browser.js(_READ, list(typed), list(typed.values()))
    if not found["form"] or not 400 <= found["status"] < 500:
        return
    visit.met("error-not-shown", "send-title-same", "send-data-lost")
    where = (
        visit.describe("main form")
        if visit.browser.js("return !!document.querySelector('main form')")
        else visit.describe("form")
    )
    if not found["shown"]:
        visit.add("error-not-shown", where, detail=str(found["status"]))
    language = (visit.outcome.language or "").lower().split("-")[0]
    if language in _KNOWN and not _ERROR.search(visit.outcome.title):
        visit.add("send-title-same", where, detail=visit.outcome.title)
    for css in found["lost"]:
        visit.add("send-data-lost", visit.describe(css), detail=typed[css])
