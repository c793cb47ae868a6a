"""`alma audit`: the accessibility audit, plugged into Alma: its pages, log-ins, languages, themes and widths."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import click
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By

from accessibility import targets
from accessibility.cli import audit as plain
from accessibility.model import State
from case_api.city.sample import PEOPLE, STAFF
from case_api.settings import settings
from portal import public
from portal.pages import every_page

LANGUAGES_ALL, THEMES_ALL, WIDTHS_ALL = "es,en,ar", "light,dark", "1280,320"
_STAFF = frozenset(one.login for one in STAFF)
_CITIZENS = frozenset(one.key for one in PEOPLE)
# Who answers for the site's accessibility, for the statement.
FACTS = Path(public.__file__).with_name("statement_facts.yaml")
# A code is good for 30 seconds and works once.
_CODE_SECONDS = 75
_COOKIE = ("name", "value", "path", "httpOnly", "sameSite")


class NotIn(RuntimeError):
    """The log-in did not happen; the message says at which step."""


class Entrance:
    """Logs browsers in as the sample people, at one running Alma. A log-in is kept and used again while it lasts."""

    def __init__(
        self, base: str, *, staff_code: Callable[[str], str] | None = None, staff_password: str | None = None
    ) -> None:
        """`staff_code` gives a professional's code, `staff_password` is the sample one; else those of this install."""
        self.base = base.rstrip("/")
        self._code, self._password = staff_code or _own_code, staff_password
        self._kept: dict[tuple[str, str | None], list[dict[str, Any]]] = {}

    def login(self, driver: Any, who: str, level: str | None) -> None:
        """Log in: a citizen by the identity provider, a professional by password and one-time code. Raises NotIn."""
        if who not in _STAFF | _CITIZENS:
            raise NotIn(f"«{who}» no está entre las personas de muestra: vea `alma people`")
        level = None if who in _STAFF else level or "substantial"
        home = "/profesionales/bandeja" if who in _STAFF else "/carpeta/contacto" if level != "low" else "/carpeta"
        try:
            if self._again(driver, who, level, home):
                return
            if who in _STAFF:
                self._staff(driver, who)
            else:
                self._citizen(driver, who, level)
            self._kept[who, level] = driver.get_cookies()
        except WebDriverException as fault:
            raise NotIn((fault.msg or type(fault).__name__).splitlines()[0]) from fault
        self._must_be_at(driver, home, who)

    def speak(self, driver: Any, language: str, url: str) -> None:
        """Have the session speak a language: the choice is kept in a cookie."""
        driver.get(f"{self.base}/preferencias?lang={language}")
        if not (driver.find_element(By.TAG_NAME, "html").get_attribute("lang") or "").startswith(language):
            raise NotIn(f"Alma no habla «{language}»")

    def _again(self, driver: Any, who: str, level: str | None, home: str) -> bool:
        if (who, level) not in self._kept:
            return False
        driver.get(self.base + "/preferencias")
        for cookie in self._kept[who, level]:
            driver.add_cookie(
                {k: v for k, v in cookie.items() if k in {"name", "value", "path", "httpOnly", "sameSite"}}
            )
        driver.get(self.base + home)
        return urlsplit(driver.current_url).path == home

    def _citizen(self, driver: Any, who: str, level: str | None) -> None:
        driver.get(f"{self.base}/entrar/clave?nivel={level}&next=/carpeta")
        for name, value in (("person", who), ("level", level)):
            found = driver.find_elements(By.CSS_SELECTOR, f"input[name={name}][value={value}]")
            if not found:
                raise NotIn(f"el proveedor de identidad no ofrece {name}={value} ({driver.title})")
            driver.execute_script("arguments[0].click()", found[0])
        _press(driver, "button[value=login]")

    def _staff(self, driver: Any, who: str) -> None:
        driver.get(f"{self.base}/profesionales/entrar")
        driver.find_element(By.NAME, "login").send_keys(who)
        driver.find_element(By.NAME, "password").send_keys(self._password or _own_password())
        _press(driver, "main form button")
        deadline = time.monotonic() + _CODE_SECONDS
        while "/bandeja" not in driver.current_url:
            fields = driver.find_elements(By.NAME, "code")
            if not fields:
                raise NotIn(f"la contraseña de muestra no vale aquí ({driver.title})")
            if time.monotonic() > deadline:
                raise NotIn("ningún código valió")
            fields[0].clear()
            fields[0].send_keys(self._code(who))
            _press(driver, "main form button")
            if driver.find_elements(By.NAME, "code"):
                time.sleep(2)

    def _must_be_at(self, driver: Any, home: str, who: str) -> None:
        driver.get(self.base + home)
        if urlsplit(driver.current_url).path != home:
            raise NotIn(f"{who} acabó en {driver.current_url} y no en {home}")


def _own_code(login: str) -> str:
    from portal.identity.staff_accounts import current_code

    return current_code(login)


def _own_password() -> str:
    from case_api.secrets import install_secrets

    return install_secrets(settings().VAR_DIR).get("STAFF_PASSWORD", "")


def _press(driver: Any, css: str) -> None:
    """Press, and wait for the page that follows."""
    button = driver.find_element(By.CSS_SELECTOR, css)
    driver.execute_script("window.__old = true; arguments[0].click()", button)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if driver.execute_script("return !window.__old && document.readyState === 'complete'"):
            return
        time.sleep(0.05)
    raise NotIn(f"nada siguió a {css} ({driver.title})")


def states(base: str) -> list[State]:
    """Every page of Alma as states of the audit."""
    return targets.journeys([page.journey() for page in every_page()], base=base)


def _is_alma(target: str | None) -> bool:
    """Whether a target names Alma as a whole, and not one page or another site."""
    if not target or not re.match(r"^https?://", target):
        return not target
    parts, ours = urlsplit(target), urlsplit(settings().PUBLIC_URL)
    return parts.netloc == ours.netloc and parts.path in {"", "/"} and not parts.query


@click.pass_context
def _audit(context: click.Context, **given: Any) -> None:
    target, base = given.get("target"), given.get("base") or settings().PUBLIC_URL
    whole = _is_alma(target)
    if whole:
        given["target"] = None
        given["statement"] = given["statement"] or FACTS
        # The whole of Alma is every page in every dress, but for what is asked otherwise.
        for name, everything in (("languages", LANGUAGES_ALL), ("themes", THEMES_ALL), ("widths", WIDTHS_ALL)):
            if context.get_parameter_source(name) is click.core.ParameterSource.DEFAULT:
                given[name] = everything
    entrance = Entrance(base)
    context.obj = {
        "audit": {
            "states": states(base) if whole else [],
            "login": entrance.login,
            "speak": entrance.speak,
            "name": urljoin(base, "/"),
        }
    }
    plain.callback(**given)


audit = click.Command(
    "audit",
    callback=_audit,
    params=plain.params,
    context_settings=plain.context_settings,
    help="Audit TARGET for accessibility: an address, a file of addresses or journeys, a sitemap.\n\n"
    "Without TARGET (or with Alma's own address): all of `alma pages` in every language, theme and width, at the Alma "
    "that runs at --base. Ends with 0 when there is no (new) error, 1 when there is, 2 when the run itself failed: a "
    "page or a log-in not reached.",
)
