"""The sandbox's pages in a real browser: no WCAG A/AA violation, and everything works without JavaScript."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from portal.sandbox.idp.grants import challenge
from tests.browser import axe, browser, open_at, overflow
from tests.journeys.sandbox.process import AMPARO, WHATSAPP, Sandbox, StandIn, eventually


@pytest.fixture(scope="module", params=[pytest.param(False, id="light"), pytest.param(True, id="dark")])
def screen(request: pytest.FixtureRequest) -> Iterator[webdriver.Chrome]:
    with browser(dark=request.param) as driver:
        yield driver


def _authorize(sandbox: Sandbox) -> str:
    client = sandbox.config["idp"]["clients"][0]
    query = {
        "client_id": "alma",
        "redirect_uri": client["redirect_uris"][0],
        "response_type": "code",
        "scope": "openid",
        "code_challenge": challenge("x" * 43),
        "code_challenge_method": "S256",
    }
    return f"/idp/authorize?{urlencode(query)}"


def test_axe_finds_nothing(sandbox: Sandbox, screen: webdriver.Chrome) -> None:
    sandbox.post("/carrier/control/send", **{"from": AMPARO, "channel": "whatsapp", "body": "Hola", "wait": True})
    sandbox.twilio().messages.create(to=f"whatsapp:{AMPARO}", from_=f"whatsapp:{WHATSAPP}", body="Mire http://a.es")
    sandbox.post("/mail/control/send", **{"from": "amparo@correo.example", "subject": "Duda", "text": "¿Qué llevo?"})
    pages = ("/", "/carrier/phones", f"/carrier/phones/{AMPARO}", "/mail", "/mail/amparo@correo.example", "/nada")
    for path in (*pages, _authorize(sandbox), "/idp/end_session"):
        for width in (320, 1280):
            open_at(screen, f"{sandbox.url}{path}", width=width)
            assert axe(screen) == [], f"{path} at {width}"
            assert len(screen.find_elements(By.TAG_NAME, "h1")) == 1
            assert overflow(screen) == 0, f"{path} scrolls sideways at {width}"


def test_axe_finds_nothing_on_errors(sandbox: Sandbox, screen: webdriver.Chrome) -> None:
    for path, button in (
        ("/carrier/phones", "Coger el teléfono"),
        (f"/carrier/phones/{AMPARO}", "Enviar"),
        ("/mail", "Ver el buzón"),
        ("/mail/amparo@correo.example", "Enviar"),
        (_authorize(sandbox), "Entrar"),
    ):
        open_at(screen, f"{sandbox.url}{path}", width=1280)
        screen.find_element(By.XPATH, f"//button[normalize-space()='{button}']").click()
        eventually(lambda: screen.title.startswith("Error: "))
        assert axe(screen) == [], path
        target = screen.find_element(By.CSS_SELECTOR, ".error-summary a").get_attribute("href").partition("#")[2]
        assert screen.find_element(By.ID, target).is_displayed(), path


def test_a_chat_without_javascript_and_by_keyboard(sandbox: Sandbox, alma_place: StandIn) -> None:
    with browser(javascript=False) as driver:
        open_at(driver, f"{sandbox.url}/carrier/phones/{AMPARO}", width=360)
        field = driver.find_element(By.ID, "body")
        field.send_keys("¿Me oyen?", Keys.TAB, Keys.TAB, Keys.ENTER)
        eventually(lambda: [one["Body"] for one in alma_place.at("/messages")] == ["¿Me oyen?"])
        sandbox.twilio().messages.create(to=f"whatsapp:{AMPARO}", from_=f"whatsapp:{WHATSAPP}", body="Le oímos")

        def arrived() -> bool:
            driver.find_element(By.LINK_TEXT, "Actualizar").click()
            return "Le oímos" in driver.find_element(By.TAG_NAME, "main").text

        eventually(arrived)
        assert "Alma lo ha recogido" in driver.find_element(By.TAG_NAME, "main").text


def test_an_open_chat_keeps_itself_fresh(sandbox: Sandbox, alma_place: StandIn) -> None:
    with browser() as driver:
        open_at(driver, f"{sandbox.url}/carrier/phones/{AMPARO}?canal=sms", width=1280)
        driver.find_element(By.ID, "body").send_keys("a medio escribir")
        sandbox.twilio().messages.create(to=AMPARO, from_="+34910000001", body="Ha llegado algo")
        eventually(lambda: "Ha llegado algo" in driver.find_element(By.ID, "chat").text)
        assert driver.find_element(By.ID, "body").get_attribute("value") == "a medio escribir"
