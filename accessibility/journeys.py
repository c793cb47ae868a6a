"""Walks the steps that lead to a state, with the browser, as a person would."""

import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin, urlsplit

from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select

from accessibility.browser import Browser
from accessibility.model import State

# Logs a browser in: `login(driver, who, level)`. Must raise when it did not happen.
Login = Callable[[Any, str, str | None], None]
# Sets the language of a session before a state is walked: `speak(driver, language, url)`.
Speak = Callable[[Any, str, str], None]


class NotReached(RuntimeError):
    """The state was not reached; the message says at which step and why. Fails the run."""


def reach(browser: Browser, state: State, *, base: str = "") -> None:
    """Open the state's address and walk its steps. Raises NotReached."""
    try:
        browser.open(state.url)
    except WebDriverException as fault:
        raise NotReached(f"{state.url}: {(fault.msg or '').splitlines()[0][:200]}") from fault
    secret = False
    for number, step in enumerate(state.steps, 1):
        (verb, value), *_ = step.items()
        try:
            _STEPS[verb](browser, value, base or state.url)
        except (WebDriverException, KeyError, ValueError) as fault:
            reason = getattr(fault, "msg", None) or str(fault)
            raise NotReached(f"paso {number} ({verb} {value!r}): {str(reason).splitlines()[0][:200]}") from fault
        if verb == "press" and state.status == 200 and secret and browser.js(_ASKS):
            raise NotReached(f"paso {number} ({verb} {value!r}): la página sigue pidiendo la contraseña: no se entró")
        secret = verb == "fill" and browser.js(_ASKS) or verb != "press" and secret
    arrived(browser, state)


# A password was typed, or is asked for.
_ASKS = "return Array.from(document.querySelectorAll('input[type=password]')).some(e => e.checkVisibility())"


_ARRIVED = (
    "var n = performance.getEntriesByType('navigation')[0];"
    "return [n && n.responseStatus || 0, location.href, document.title]"
)


def arrived(browser: Browser, state: State) -> None:
    """Raises NotReached where the answer's status or title is another than the journey names."""
    status, address, title = browser.js(_ARRIVED)
    if status and status != state.status:
        raise NotReached(f"respondió {status} y se esperaba {state.status} ({address})")
    if state.who and not state.steps and urlsplit(address).path != urlsplit(state.url).path:
        # A session that ended on the way shows the log-in, in every language with a title of its own.
        raise NotReached(f"acabó en {address}: ¿se perdió la sesión?")
    spanish = not state.language or state.language == "es"
    if state.title and spanish and state.title.lower() not in title.lower():
        raise NotReached(f"el título es «{title}» y se esperaba «{state.title}»")


def safe_to_repeat(state: State) -> bool:
    """Whether walking the steps once more sends nothing."""
    return all(next(iter(step)) in {"visit", "follow", "wait"} for step in state.steps)


def _visit(browser: Browser, value: str, base: str) -> None:
    browser.open(urljoin(base, value))


def _follow(browser: Browser, value: str, base: str) -> None:
    link = browser.driver.find_element(By.CSS_SELECTOR, value)
    address = link.get_attribute("href")
    if not address:
        raise ValueError("no es un enlace")
    browser.open(address)


def _fill(browser: Browser, value: dict[str, Any], base: str) -> None:
    for css, text in value.items():
        field = browser.driver.find_element(By.CSS_SELECTOR, css)
        if field.tag_name == "select":
            options = Select(field)
            values = [o.get_attribute("value") for o in options.options]
            options.select_by_value(str(text)) if str(text) in values else options.select_by_visible_text(str(text))
        else:
            browser.js("arguments[0].value = ''", field)
            field.send_keys(str(text))


def _choose(browser: Browser, value: str, base: str) -> None:
    field = browser.driver.find_element(By.CSS_SELECTOR, value)
    browser.js(
        "arguments[0].scrollIntoView({block: 'center'}); if (!arguments[0].checked) arguments[0].click();", field
    )


def _press(browser: Browser, value: str, base: str) -> None:
    before = browser.js("return window.__watch ? window.__watch.loaded : 0")
    button = browser.driver.find_element(By.CSS_SELECTOR, value)
    browser.js("arguments[0].scrollIntoView({block: 'center'}); arguments[0].click();", button)
    deadline = time.monotonic() + 1.5
    while time.monotonic() < deadline:
        try:
            if browser.js("return window.__watch ? window.__watch.loaded : 1") != before:
                break
        except WebDriverException:
            pass
        time.sleep(0.03)
    browser.settle()


def _wait(browser: Browser, value: float | str, base: str) -> None:
    deadline = time.monotonic() + (float(value) if re.fullmatch(r"[\d.]+", str(value)) else 10)
    while time.monotonic() < deadline:
        if isinstance(value, str) and browser.js("return !!document.querySelector(arguments[0])", value):
            return
        time.sleep(0.05)
    if isinstance(value, str) and not re.fullmatch(r"[\d.]+", value):
        raise ValueError("no apareció")


def _key(browser: Browser, value: str, base: str) -> None:
    browser.press(value)
    browser.settle()


_STEPS: dict[str, Callable[[Browser, Any, str], None]] = {
    "visit": _visit, "follow": _follow, "fill": _fill, "choose": _choose, "press": _press, "wait": _wait, "key": _key,
}  # fmt: skip
