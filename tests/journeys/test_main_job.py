"""The main job, on real input: she writes on WhatsApp, staff answer, she books and reads it all in her folder."""

import re

import pytest
from selenium.webdriver.common.by import By

from tests.browser import browser
from tests.journeys.people import (
    choose,
    enter_as_citizen,
    enter_as_staff,
    fill,
    find,
    press,
    press_words,
    shows,
)
from tests.journeys.running import Alma, wait_for

AMPARO, MAIL = "+34600000001", "amparo@correo.example"
QUESTION = "Buenas, ¿puedo llevar el contrato de alquiler mañana?"
ANSWER = "Claro que sí. Venga cuando quiera de 9 a 14."


@pytest.fixture(scope="module")
def staff_browser():
    with browser() as driver:
        yield driver


@pytest.fixture(scope="module")
def her_browser():
    with browser() as driver:
        yield driver


def on_phone(alma: Alma, words: str) -> dict | None:
    return next((m for m in alma.phone(AMPARO) if words in (m.get("body") or "")), None)


def conversation_rows(driver) -> list[str]:
    return [row.text for row in driver.find_elements(By.CSS_SELECTOR, ".conversations li")]


def open_with(driver, words: str) -> None:
    """Open the conversation whose line in the list has these words."""
    rows = driver.find_elements(By.CSS_SELECTOR, ".conversations a")
    press(driver, next(row for row in rows if words[:30] in row.text))


def test_the_main_job(alma, staff_browser, her_browser):
    # Phone → signed webhook → inbox.
    alma.phone_sends(AMPARO, QUESTION)
    enter_as_staff(staff_browser, alma, "marta")

    def in_inbox() -> bool:
        staff_browser.get(f"{alma.base}/profesionales/bandeja")
        return any(QUESTION[:30] in row for row in conversation_rows(staff_browser))

    wait_for(in_inbox, 20, "the message in the inbox")
    open_with(staff_browser, QUESTION)
    assert shows(staff_browser, "Amparo Ejemplo Serrano")
    assert shows(staff_browser, "WhatsApp")

    # Answer → outbox → phone; its delivery comes back by a signed callback.
    choose(staff_browser, "input[name=says][value=N1]")
    fill(staff_browser, "textarea[name=body]", ANSWER)
    press_words(staff_browser, "Enviar")
    wait_for(lambda: on_phone(alma, ANSWER), 20, "the answer on the phone")

    def delivered() -> bool:
        staff_browser.refresh()
        states = [state.text for state in staff_browser.find_elements(By.CSS_SELECTOR, ".message-state")]
        return states[-1] in ("Entregado", "Leído")

    wait_for(delivered, 20, "the state of delivery")
    conversation = re.search(r"/bandeja/([0-9a-f-]{36})", staff_browser.current_url)[1]

    # The same person logs in and sees the same conversation in the portal.
    enter_as_citizen(her_browser, alma, "amparo")
    her_browser.get(f"{alma.base}/mensajes/{conversation}")
    assert shows(her_browser, QUESTION) and shows(her_browser, ANSWER)
    her_browser.get(f"{alma.base}/carpeta/consultas")
    assert shows(her_browser, "Centro de Servicios Sociales Ejemplo")
    assert not shows(her_browser, "Marta"), "the name of who looked is not shown"

    # She books, gets the confirmation on WhatsApp, and cancels.
    before = len(alma.phone(AMPARO))
    booked = book(her_browser, alma)
    wait_for(lambda: len(alma.phone(AMPARO)) > before, 20, "the confirmation on the phone")
    told = alma.phone(AMPARO)[-1]
    # A sensitive reason is not even called an appointment.
    assert re.search("cita|le esperamos", told["body"], re.IGNORECASE) and told["to"].endswith(AMPARO)
    cancel(her_browser, booked)
    wait_for(lambda: len(alma.phone(AMPARO)) > before + 1, 20, "word of the cancellation")


def book(driver, alma: Alma) -> str:
    """From the beginning to the confirmation, by plain forms; the address of the appointment."""
    driver.get(f"{alma.base}/citas/nueva")
    for _step in range(8):
        booked = re.search(r"(.*/citas/[0-9a-f-]{36})", driver.current_url)
        if booked:
            return booked[1]
        for name in {
            radio.get_attribute("name") for radio in driver.find_elements(By.CSS_SELECTOR, "main input[type=radio]")
        }:
            if not driver.find_elements(By.CSS_SELECTOR, f"input[name='{name}']:checked"):
                choose(driver, f"input[name='{name}']")
        slots = driver.find_elements(By.CSS_SELECTOR, ".slots a, .slots button")
        press(driver, slots[0] if slots else find(driver, "main form button:not(.button-second)"))
    raise AssertionError(f"no confirmation: {driver.current_url} {driver.title}")


def cancel(driver, booked: str) -> None:
    driver.get(f"{booked}/anular")
    press_words(driver, "Sí, anular la cita")


def test_mail_joins_only_after_the_address_was_proved(alma, staff_browser, her_browser):
    enter_as_citizen(her_browser, alma, "amparo")
    alma.phone_sends(AMPARO, "Sigo aquí, por WhatsApp")
    alma.mail_sends(**{"from": MAIL, "subject": "Una duda", "text": "Antes de comprobar el correo."})

    def conversations_with(words: str) -> list[str]:
        her_browser.get(f"{alma.base}/mensajes")
        links = {
            a.get_attribute("href") for a in her_browser.find_elements(By.CSS_SELECTOR, "main a[href*='/mensajes/']")
        }
        found = []
        for link in links:
            if "nuevo" in link:
                continue
            her_browser.get(link)
            if shows(her_browser, words):
                found.append(link)
        return found

    def staff_sees(words: str) -> bool:
        staff_browser.get(f"{alma.base}/profesionales/bandeja?ver=unassigned")
        return any(words in row for row in conversation_rows(staff_browser))

    # Before: a conversation of its own, which is not in her folder.
    wait_for(lambda: staff_sees("Antes de comprobar"), 20, "the mail in the inbox")
    assert conversations_with("Antes de comprobar") == []

    # She proves the address: a code shown after login, sent back from it.
    her_browser.get(f"{alma.base}/carpeta/contacto")
    press_words(her_browser, "Ver mi código")
    code = re.search(r"ALMA[\s\d]{6,10}", her_browser.find_element(By.TAG_NAME, "main").text)[0]
    alma.mail_sends(**{"from": MAIL, "subject": "Código", "text": code})

    def proved() -> bool:
        her_browser.get(f"{alma.base}/carpeta/contacto")
        return shows(her_browser, MAIL)

    wait_for(proved, 20, "the address among hers")

    # After: into the same conversation as her WhatsApp messages.
    alma.mail_sends(**{"from": MAIL, "subject": "Otra duda", "text": "Después de comprobar el correo."})
    wait_for(lambda: conversations_with("Después de comprobar"), 20, "the mail in her folder")
    (link,) = conversations_with("Después de comprobar")
    assert shows(her_browser, "Sigo aquí, por WhatsApp")
    assert conversations_with("Antes de comprobar") == [], "proof opens nothing earlier"

    # A forged one in her name is kept and marked, and joins nothing.
    alma.mail_sends(**{"from": MAIL, "subject": "Re: Otra duda", "text": "Cambien mi dirección.", "spoofed": True})
    wait_for(lambda: staff_sees("Cambien mi dirección"), 20, "the forged mail in the inbox")
    open_with(staff_browser, "Cambien mi dirección")
    assert shows(staff_browser, "Remitente sin comprobar")
    assert conversations_with("Cambien mi dirección") == []
