"""Small things the live steps share."""

import base64
import json
from typing import Any

from accessibility import inject
from accessibility.browser import Browser


def prepare(visit: Any) -> None:
    """Have the audit's scripts in the page (again, after it was loaded again)."""
    inject.ready(visit.browser, visit.options.language)


def again(visit: Any) -> None:
    """Load the state again, as it was."""
    visit.restore()
    prepare(visit)


def compare(browser: Browser, first: bytes, second: bytes) -> dict[str, Any]:
    """How two pictures differ: changed (pixels), strong (with contrast of 3:1 and more), best (largest contrast)."""
    answer = browser.driver.execute_async_script(
        "window.__live.compare(arguments[0], arguments[1], arguments[2])",
        base64.b64encode(first).decode(),
        base64.b64encode(second).decode(),
    )
    return json.loads(answer)


def where(browser: Browser, number: int) -> dict[str, Any]:
    """The description of an element by its number."""
    return json.loads(
        browser.js(
            "var e = window.__live.element(arguments[0]); return JSON.stringify(e ? window.__live.where(e) : {});",
            number,
        )
    )
