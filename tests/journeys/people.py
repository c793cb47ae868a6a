"""What people do in a browser: log in, follow, fill, press; and walk a journey of `alma pages`."""

import time
from typing import Any

from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select

from tests.journeys.running import Alma, wait_for


def find(driver: Chrome, css: str) -> WebElement:
    """The first element, waited for."""
    return wait_for(
        lambda: next(iter(driver.find_elements(By.CSS_SELECTOR, css)), None), 15, f"{css} on {driver.title}"
    )


def shows(driver: Chrome, words: str) -> bool:
    """Whether the page's own content has these words."""
    return words in driver.find_element(By.TAG_NAME, "body").text


def press(driver: Chrome, target: str | WebElement) -> None:
    """Press what leads to another page, and wait until it is there."""
    element = find(driver, target) if isinstance(target, str) else target
    driver.execute_script("window.__old = true; arguments[0].scrollIntoView({block: 'center'})", element)
    element.click()
    wait_for(lambda: _arrived(driver), 20, f"the page after {target}")


def _arrived(driver: Chrome) -> bool:
    return driver.execute_script("return !window.__old && document.readyState === 'complete'")


def press_words(driver: Chrome, words: str, tag: str = "button") -> None:
    """Press the button (or link) that says exactly this."""
    path = f"//{tag}[normalize-space()={words!r}]"
    press(driver, wait_for(lambda: next(iter(driver.find_elements(By.XPATH, path)), None), 15, words))


def fill(driver: Chrome, css: str, text: str) -> None:
    element = find(driver, css)
    if element.tag_name == "select":
        Select(element).select_by_value(text)
        return
    element.clear()
    element.send_keys(text)


def choose(driver: Chrome, css: str) -> None:
    """Tick a radio or a box."""
    driver.execute_script("arguments[0].scrollIntoView({block: 'center'}); arguments[0].click()", find(driver, css))


def enter_as_citizen(driver: Chrome, alma: Alma, key: str, level: str = "substantial", path: str = "/carpeta") -> None:
    """Log in at the identity provider as one of the sample people."""
    driver.get(f"{alma.base}/entrar/clave?nivel={level}&next={path}")
    if driver.find_elements(By.CSS_SELECTOR, f"input[name=person][value={key}]"):
        choose(driver, f"input[name=person][value={key}]")
        choose(driver, f"input[name=level][value={level}]")
        press(driver, "button[value=login]")
    assert driver.current_url.startswith(alma.base + path), driver.current_url


def enter_as_staff(driver: Chrome, alma: Alma, login: str) -> None:
    """Log in at the desk with password and one-time code; each code works once, so we may wait for the next."""
    driver.get(f"{alma.base}/profesionales/entrar")
    fill(driver, "input[name=login]", login)
    fill(driver, "input[name=password]", alma.secrets["STAFF_PASSWORD"])
    press(driver, "main form button")
    deadline = time.monotonic() + 70
    while "/bandeja" not in driver.current_url:
        assert time.monotonic() < deadline, f"{login} could not log in: {driver.title}"
        fill(driver, "input[name=code]", alma.staff_code())
        press(driver, "main form button")


def leave(driver: Chrome) -> None:
    """Forget every login of this browser."""
    driver.delete_all_cookies()


def walk(driver: Chrome, alma: Alma, steps: list[dict[str, Any]], **query: str) -> None:
    """Take the steps of a journey (see `portal/pages.py`); `query` is added to the visits (lang, theme)."""
    for step in steps:
        ((verb, value),) = step.items()
        if verb == "visit":
            more = "&".join(f"{name}={each}" for name, each in query.items())
            driver.get(alma.base + value + (("&" if "?" in value else "?") + more if more else ""))
        elif verb in ("follow", "press"):
            press(driver, value)
        elif verb == "fill":
            for css, text in value.items():
                fill(driver, css, text)
        elif verb == "choose":
            choose(driver, value)
        else:
            raise ValueError(f"a journey has no step called {verb}")
