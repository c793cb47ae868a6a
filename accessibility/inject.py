"""What the audit puts into a page: axe-core, the library, the families of checks, and what the live steps ask.

All of it waits in every new document as one function that nobody has called: a page that is not looked at pays
nothing, one that is looked at is ready in a hundredth of a second. Documents that the browser keeps apart (a frame of
another site) get it as a script.
"""

import json
from functools import lru_cache

from selenium.common.exceptions import WebDriverException

from accessibility import axe
from accessibility.browser import SCRIPTS, Browser
from accessibility.registry import FAMILIES, FOLDER
from accessibility.vocabulary import for_scripts


@lru_cache(maxsize=1)
def family_script() -> str:
    """The library and every family, as one script."""
    library = (SCRIPTS / "lib.js").read_text().replace("__VOCABULARY__", json.dumps(for_scripts(), ensure_ascii=False))
    return library + "".join(p.read_text() for f in FAMILIES if (p := FOLDER / f"{f}.js").exists())


@lru_cache(maxsize=4)
def everything(language: str) -> str:
    """All that is put into a page, axe's texts in `language`. Raises axe.Fault where axe-core is missing."""
    live = "".join((SCRIPTS / name).read_text() for name in ("live.js", "layout.js"))
    return f"{axe.source(language)}\n;{family_script()}\n;{live}"


def arm(browser: Browser, language: str) -> None:
    """Have every new document bear it, uncalled. Once a browser."""
    if browser.armed != language:
        browser.every_document(f"window.__load = function () {{ {everything(language)} }};", name="load")
        browser.armed = language


def ready(browser: Browser, language: str) -> None:
    """Have it in the document that is chosen now, whatever became of that document since. Raises WebDriverException."""
    if browser.js("if (!window.__live && window.__load) window.__load(); return !!window.__live"):
        return
    browser.js(everything(language))


def frames(browser: Browser, language: str, depth: int = 0) -> list[str]:
    """The same in every frame that can be entered; those that could not be."""
    faults: list[str] = []
    found = browser.js("return Array.from(document.querySelectorAll('iframe, frame'))") if depth < 4 else []
    for number, frame in enumerate(found):
        try:
            browser.driver.switch_to.frame(frame)
        except WebDriverException:
            faults.append(f"frame {number + 1}")
            continue
        try:
            ready(browser, language)
            faults += frames(browser, language, depth + 1)
        except WebDriverException:
            faults.append(f"frame {number + 1}")
        finally:
            browser.driver.switch_to.parent_frame()
    return faults
