"""Walks the page with real Tab keys: order, what shows, what covers, what traps; then presses what people made themselves."""

import time
from typing import Any

from accessibility.live.page import again, compare, prepare, where

LONGEST = 150
_LEAST_PIXELS = 14


def step(visit: Any) -> None:
    """The whole of it."""
    browser = visit.browser
    prepare(visit)
    visit.met("click-not-focusable")
    for one in browser.js("return window.__live.clickable()"):
        visit.add("click-not-focusable", one["where"], detail=one["text"], certainty=None if one["sure"] else "warning")
    if _walk(visit):
        again(visit)
    if visit.options.press:
        _press(visit)
        _selects(visit)


_BEGIN = """
var w = window.__watch, count = window.__live.begin();
window.__live.follow();
return {count, loaded: w ? w.loaded : 0, opened: w ? w.opened.length : 0,
  rtl: getComputedStyle(document.documentElement).direction === 'rtl'};
"""


def _walk(visit: Any, burst: int = 30) -> bool:
    """Tab through the page, `burst` keys at a time; whether it must be loaded again."""
    browser = visit.browser
    begun = browser.js(_BEGIN)
    count = begun["count"]
    if not count:
        return False
    visit.met(
        "focus-not-visible",
        "focus-faint",
        "focus-obscured",
        "focus-nowhere",
        "focus-aria-hidden",
        "focus-order",
        "focus-trap",
        "focus-changes-context",
    )
    path: list[dict[str, Any]] = []
    visited: dict[int, int] = {}
    nothing, turn, longest = 0, 0, min(count + 12, LONGEST)
    while turn < longest:
        browser.press_many("Tab", min(burst, max(count + 1 - turn, 3), longest - turn))
        stops = browser.js("return window.__live && window.__live.path ? window.__live.stops() : 'gone'")
        if stops == "gone":
            browser.settle()
            if burst > 1:
                # Which stop took the page away? Once more, one key at a time.
                again(visit)
                return _walk(visit, 1)
            _say(visit, "focus-changes-context", path[-1] if path else None, f"→ {browser.driver.current_url}", turn)
            return True
        for now in stops:
            turn += 1
            if not now:
                nothing += 1
                if nothing > 1 or path:
                    break
                continue
            before = path[-1] if path else None
            if before and now["n"] == before["n"] and not now["inside"]:
                if _trapped(visit, now, turn):
                    return True
                break
            if now["n"] in visited:
                if visited[now["n"]] > 0 and len(path) < count - 1 and len(visited) > 1 and not before["inside"]:
                    _loop(visit, path[visited[now["n"]] :], count, turn)
                break
            if now["opened"] > begun["opened"] or now["loaded"] != begun["loaded"]:
                visit.add("focus-changes-context", where(browser, now["n"]), keys=_keys(turn))
                return True
            visited[now["n"]] = len(path)
            path.append({**now, "turn": turn})
        else:
            continue
        break
    browser.js("window.__live && window.__live.rest()")
    for now in path:
        _judge(visit, now, now["turn"])
    _order(visit, path, begun["rtl"])
    visit.outcome.facts["tab_stops"] = len(path)
    _back(visit, path)
    _vanishing(visit)
    return False


def _keys(turn: int) -> str:
    return f"Tab × {turn}"


def _say(visit: Any, rule: str, now: dict[str, Any] | None, detail: str, turn: int) -> None:
    visit.add(rule, {"selector": now["tag"] if now else "body", "name": now["name"] if now else "", "box": now["box"] if now else None},
              detail=detail, keys=_keys(turn))  # fmt: skip


def _judge(visit: Any, now: dict[str, Any], turn: int) -> None:
    browser = visit.browser
    if now["hidden"]:
        visit.add("focus-aria-hidden", where(browser, now["n"]), keys=_keys(turn))
    if now["inside"]:
        return
    if not now["seen"] or not now["area"] or (not now["onscreen"] and not now["area"]):
        visit.add("focus-nowhere", where(browser, now["n"]), keys=_keys(turn))
        return
    if not now["onscreen"]:
        settled = browser.js(
            "var e = window.__live.element(arguments[0]); if (!e) return true; e.focus(); var b = e.getBoundingClientRect();"
            "return b.right > 0 && b.bottom > 0 && b.left < innerWidth && b.top < innerHeight", now["n"],
        )  # fmt: skip
        if not settled and not (now["area"][0] > 0 and now["area"][1] > 0):
            visit.add("focus-nowhere", where(browser, now["n"]), keys=_keys(turn))
            return
    if now["covered"]:
        visit.add("focus-obscured", where(browser, now["n"]), detail=now["cover"], keys=_keys(turn))
    _visible(visit, now, turn)


# Focus it, bring it into the window, keep carets and motion still; what to picture, in page pixels.
_BEFORE = r"""
var e = window.__live.element(arguments[0]);
if (e) e.focus();
var [x, y, width, height] = e && window.__live.area(e) || arguments[1];
// With its label it may be too much for a picture: then the part in which it stands itself.
var own = e ? e.getBoundingClientRect() : {left: x - scrollX, right: x - scrollX, top: y - scrollY, bottom: y - scrollY};
var part = (from, size, most, low, high) => size + 16 <= most ? [Math.max(0, from - 8), size + 16] : [Math.max(0, Math.min(Math.max(from - 8, high + 8 - most), low - 8)), most];
var [left, wide] = part(x, width, 900, own.left + scrollX, own.right + scrollX);
var [above, tall] = part(y, height, 400, own.top + scrollY, own.bottom + scrollY);
// Only what is in the window is drawn: bring it there.
if (!arguments[2] && (above < scrollY || above + tall > scrollY + innerHeight)) window.scrollTo(0, Math.max(0, above - 32));
window.__move = window.__live.dress('*{caret-color:transparent!important;transition:none!important;animation:none!important}');
return {x: left, y: above, width: wide, height: tall};
"""


def _visible(visit: Any, now: dict[str, Any], turn: int) -> None:
    """By pixels: a picture with focus and one without, once for each kind of look."""
    browser, known = visit.browser, visit.seen_focus
    kind = now["signature"] + visit.outcome.state.theme
    if kind not in known:
        clip = browser.js(_BEFORE, now["n"], now["area"], now["fixed"])
        first = browser.picture(clip)
        browser.js("window.__at = window.__live.deep(); window.__at && window.__at.blur();")
        second = browser.picture(clip)
        browser.js(
            "if (window.__at && window.__at.isConnected) window.__at.focus({preventScroll: true}); window.__move();"
        )
        known[kind] = compare(browser, first, second)
        if "fault" in known[kind]:
            visit.fault(f"keyboard: pictures could not be compared: {known[kind]['fault']}")
    seen = known[kind]
    if "fault" in seen:
        return
    if seen["changed"] < _LEAST_PIXELS:
        # A text field shows its caret; that is seen, if barely.
        caret = now["tag"] == "textarea" or (
            now["tag"] == "input" and now["type"] in {"text", "email", "search", "tel", "url", "password", "number", ""}
        )
        visit.add("focus-not-visible", where(visit.browser, now["n"]), detail=f"{seen['changed']} px", keys=_keys(turn),
                  certainty="warning" if caret else None)  # fmt: skip
        return
    # Less than half a one-pixel line around it with a contrast of 3:1 is easily missed.
    around = now["area"][2] + now["area"][3]
    if seen["best"] < 3 or seen["strong"] < min(around, 400) or now["resized"]:
        detail = f"{seen['best']:.1f}:1, {seen['strong']} px"
        visit.add("focus-faint", where(visit.browser, now["n"]), detail=detail, keys=_keys(turn))


def _trapped(visit: Any, now: dict[str, Any], turn: int) -> bool:
    """Tab did nothing: do Shift+Tab, Esc or the arrows lead out? Whether the page must be loaded again."""
    browser = visit.browser
    if browser.js("return window.__live.tabbable().length") < 2:
        return False
    here = now["n"]
    number = "var a = window.__live && window.__live.at(); return a ? a.n : 0"
    browser.press("Tab")
    if browser.js(number) != here:
        return False
    for ways in (("Escape",), ("Tab",)):
        for key in ways:
            browser.press(key)
        browser.press("Tab")
        if browser.js(number) != here:
            return True
    place = where(browser, here)
    browser.press("Tab", shift=True)
    back = browser.js(number) == here
    visit.add("focus-trap", place, detail="Tab, Mayús+Tab, Esc" if back else "Tab, Esc", keys=_keys(turn))
    return True


def _loop(visit: Any, ring: list[dict[str, Any]], count: int, turn: int) -> None:
    """Focus goes round in a part of the page. A modal dialog may do so."""
    browser = visit.browser
    inside = browser.js(
        "var e = window.__live.deep(); return !!(e && e.closest('dialog, [role=dialog], [role=alertdialog], [aria-modal=true]'))"
    )
    if inside or len(ring) >= count * 0.8:
        return
    browser.press("Escape")
    for _ in range(len(ring) + 1):
        browser.press("Tab")
        now = browser.js("var a = window.__live && window.__live.at(); return a ? a.n : 0")
        if now not in {r["n"] for r in ring}:
            return
    visit.add("focus-trap", where(browser, ring[0]["n"]), detail=f"↻ {len(ring)}", keys=_keys(turn))


def _order(visit: Any, path: list[dict[str, Any]], rtl: bool) -> None:
    """Steps back against the way the page is read, between neighbours that stand close."""
    plain = [p for p in path if p["area"] and not p["fixed"] and p["box"][0] > -500]
    for one in path:
        if one["tabindex"] > 0:
            visit.add(
                "focus-order",
                where(visit.browser, one["n"]),
                detail=f"tabindex={one['tabindex']}",
                keys=_keys(one["turn"]),
            )
            return
    wrong = []
    for a, b in zip(plain, plain[1:], strict=False):
        ax, ay, aw, ah = a["area"]
        bx, by, bw, bh = b["area"]
        same_line = by < ay + ah * 0.6 and ay < by + bh * 0.6
        left_of = bx >= ax + aw - 2 if rtl else bx + bw <= ax + 2
        gap = ax - bx - bw if not rtl else bx - ax - aw
        if (
            same_line
            and left_of
            and (0 <= gap + 2 < 250 or a["parent"] == b["parent"])
            or by + bh <= ay + 1
            and abs(bx - ax) < 40
            and ay - by < 220
        ):
            wrong.append((a, b))
    if wrong:
        first = wrong[0][1]
        visit.add("focus-order", where(visit.browser, first["n"]), keys=_keys(first["turn"]),
                  detail=f"{wrong[0][0]['name']} → {first['name']} ({len(wrong)})",
                  certainty=None if len(wrong) >= 2 or len(plain) <= 6 else "warning")  # fmt: skip


def _back(visit: Any, path: list[dict[str, Any]]) -> None:
    """A few steps of Shift+Tab from the last place: the same way back."""
    if len(path) < 4:
        return
    browser = visit.browser
    visit.met("tab-backwards")
    browser.js("var e = window.__live.element(arguments[0]); e && e.focus(); window.__live.follow()", path[3]["n"])
    browser.press_many("Tab", 2, shift=True)
    stops = browser.js("var l = window.__live, stops = l && l.path ? l.stops() : []; l && l.rest(); return stops")
    if any(p["inside"] or p["type"] == "radio" for p in path[:5]):
        return
    for expected, now in zip((path[2], path[1]), stops, strict=False):
        if not now or now["n"] != expected["n"]:
            visit.add("tab-backwards", where(browser, expected["n"]), keys="Mayús+Tab")
            return


def _press(visit: Any) -> None:
    """Space and Enter on controls that are not the browser's own."""
    browser = visit.browser
    for one in browser.js("return window.__live.homemade()"):
        for key, rule in (("Space", "key-space"), ("Enter", "key-enter")):
            if key == "Space" and not one["button"]:
                continue
            visit.met(rule)
            browser.js("window.__live.guard(); window.__live.element(arguments[0]).focus();", one["n"])
            browser.press(key)
            answer = browser.js("var n = window.__note; window.__unguard && window.__unguard(); return n || {gone: 1}")
            if not answer.get("gone") and not answer["click"] and not answer["handled"] and not answer["changes"]:
                visit.add(rule, one["where"], keys=f"{key}")


# Up to three selects and choices, one of a kind, and what tells that the page goes.
_CHOICES = r"""
var kinds = new Set();
var chosen = Array.from(document.querySelectorAll('select, input[type=radio]:not(:checked), input[type=checkbox]'))
  .filter(s => !s.disabled && s.checkVisibility() && (s.localName !== 'select' || s.options.length > 1))
  .filter(s => { var k = s.type + s.name.replace(/\d+/g, ''); if (kinds.has(k)) return false; kinds.add(k); return true; }).slice(0, 3);
if (chosen.length && !window.__leaves) {
  window.__leaves = true; window.__leaving = 0;
  window.addEventListener('beforeunload', function () { window.__leaving = 1; });
  window.addEventListener('submit', function (e) { window.__leaving = 1; e.preventDefault(); }, true);
  HTMLFormElement.prototype.submit = function () { window.__leaving = 1; };
}
return chosen.map(s => ({n: window.__live.number(s), key: s.localName === 'select' ? 'ArrowDown' : 'Space', where: window.__live.where(s)}));
"""
_HERE = "return [location.href, window.__watch ? window.__watch.loaded : 0, window.__leaving || 0]"
_CHANGE = r"""
var s = window.__live.element(arguments[0]);
if (s) s.focus();
if (!s || window.__live.deep() !== s) return false;
s.__old = s.selectedIndex; s.__was = s.checked;
s.__group = s.type === 'radio' && s.name ? document.querySelector('input[type=radio][name="' + CSS.escape(s.name) + '"]:checked') : null;
return true;
"""
_UNCHANGE = r"""
var s = window.__live.element(arguments[0]); if (!s) return;
if (s.localName === 'select') s.selectedIndex = s.__old; else { s.checked = s.__was; if (s.__group) s.__group.checked = true; }
s.dispatchEvent(new Event('change', {bubbles: true}));
"""


def _selects(visit: Any) -> None:
    """Changes selects and choices by a key and watches whether the page goes: all at once, then, if it goes, which."""
    browser = visit.browser
    chosen = browser.js(_CHOICES)
    if not chosen:
        return
    visit.met("change-changes-context")
    if not _leaves(browser, chosen):
        return
    guilty = chosen if len(chosen) == 1 else []
    for number in range(len(chosen) if not guilty else 0):
        again(visit)
        alone = browser.js(_CHOICES)[number : number + 1]
        if _leaves(browser, alone):
            guilty = alone
            break
    for one in guilty:
        visit.add("change-changes-context", one["where"], keys="↓" if one["key"] == "ArrowDown" else "Espacio")
    again(visit)


def _leaves(browser: Any, chosen: list[dict[str, Any]]) -> bool:
    """Whether changing these brings the page, at once or within a sixth of a second, to another place."""
    before = browser.js(_HERE)
    changed, later = [], []
    for one in chosen:
        if not browser.js(_CHANGE, one["n"]):
            later.append(one)
            continue
        changed.append(one)
        browser.press(one["key"])
        if browser.js(_HERE) != before:
            return True
    if not changed:
        return False
    time.sleep(0.15)
    if browser.js(_HERE) != before:
        return True
    for one in reversed(changed):
        browser.js(_UNCHANGE, one["n"])
    # What could not be had while the others stood changed.
    return bool(later) and _leaves(browser, later)


def _vanishing(visit: Any) -> None:
    """Messages that came up on the way and are taken away by a timer of the page."""
    browser = visit.browser
    timers = browser.js(
        "return (window.__watch ? window.__watch.timers : []).filter(t => t.kind === 'setTimeout' && t.delay >= 300 && t.delay <= 8000 &&"
        " /hid|remove|close|dismiss|addClass|display|visib|fade|empty|innerHTML|textContent/i.test(t.code)).slice(0, 3)"
    )
    if not timers:
        return
    visit.met("message-vanishes")
    # What the walk itself brought up must be gone first.
    longest = min(max(t["delay"] for t in timers) / 1000 + 0.15, 2.5)
    time.sleep(longest)
    fields = browser.js(
        "return window.__live.tabbable().filter(e => e.matches('input, select, textarea, button')).slice(0, 4).map(e => window.__live.number(e))"
    )
    texts = "return Array.from(document.querySelectorAll('p, div, span, li, output, section')).filter(e => window.__audit.api.own(e) && window.__audit.api.visible(e))"
    for number in fields:
        browser.js(
            "document.activeElement && document.activeElement.blur(); window.__old = new Set((function () {"
            + texts
            + "})());"
        )
        browser.js("window.__live.element(arguments[0]).focus()", number)
        appeared = browser.js(
            "window.__new = (function () {"
            + texts
            + "})().filter(e => !window.__old.has(e)); return window.__new.length"
        )
        if not appeared:
            continue
        time.sleep(longest)
        gone = browser.js(
            "var g = window.__new.filter(e => !window.__audit.api.visible(e)); return g.length ? JSON.stringify(window.__live.where(g[0])) : ''"
        )
        if gone:
            import json

            visit.add("message-vanishes", json.loads(gone), detail=f"{max(t['delay'] for t in timers) / 1000:g} s")
            return
