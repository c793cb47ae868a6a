"""The calculator in a real browser: keyboard alone, no scripts, Arabic, a narrow screen; axe on each page."""

import threading
from collections.abc import Iterator

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait
from werkzeug.serving import make_server

from case_api.web import UnitFlask
from portal.look import build, init_look
from portal.look.language import languages
from portal.simulators.views import blueprint
from tests.browser import axe, browser, overflow, resize

FLOW = "/ayudas/calcular"


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    build.build_assets()
    app = UnitFlask("calculator-in-browser", static_folder=None)
    app.secret_key = "only for this test"
    init_look(app, area="citizen")
    app.register_blueprint(blueprint)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture(scope="module")
def driver():
    with browser() as made:
        yield made


@pytest.fixture
def without_scripts(driver):
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    yield driver
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def button(driver, value: str):
    return driver.find_element(By.CSS_SELECTOR, f'main button[value="{value}"]')


def arrive(driver, action) -> None:
    """Do something that leads to another page, and wait until it is there."""
    old = driver.find_element(By.TAG_NAME, "h1")
    action()
    WebDriverWait(driver, 10).until(lambda _: _gone(old) and driver.find_elements(By.TAG_NAME, "h1"))


def _gone(element) -> bool:
    try:
        element.is_enabled()
    except Exception:  # the driver names a vanished page in several ways
        return True
    return False


def fill(driver, **values: str) -> None:
    for name, value in values.items():
        box = driver.find_element(By.ID, name)
        box.clear()
        box.send_keys(value)


def to_result(driver, site: str, query: str = "") -> None:
    driver.get(f"{site}{FLOW}{query}")
    arrive(driver, button(driver, "seguir").click)
    fill(driver, age="34")
    arrive(driver, button(driver, "seguir").click)
    fill(driver, adults="1", babies="1", small_children="0", older_children="1")
    arrive(driver, button(driver, "seguir").click)
    fill(driver, household_income="600", pensions="0")
    arrive(driver, button(driver, "resultado").click)


def test_without_scripts_from_the_start_to_why(without_scripts, site):
    driver = without_scripts
    to_result(driver, site)
    page = driver.find_element(By.TAG_NAME, "main").text
    assert "Ingreso Mínimo Vital" in page and "entre 573,76" in page and "172,50" in page
    arrive(driver, driver.find_element(By.CSS_SELECTOR, f'button[formaction="{FLOW}/imv"]').click)
    why = driver.find_element(By.TAG_NAME, "main").text
    assert "artículo 11.2 y 13.1" in why and "DNI, NIE o pasaporte" in why
    arrive(driver, button(driver, "resultado").click)
    arrive(driver, button(driver, "you").click)
    assert driver.find_element(By.ID, "age").get_attribute("value") == "34"
    fill(driver, age="66")
    arrive(driver, button(driver, "resultado").click)
    assert "abono 65+" in driver.find_element(By.TAG_NAME, "main").text
    assert "600,00" in driver.find_element(By.TAG_NAME, "main").text


def test_nothing_moves_before_the_button(driver, site):
    """No answer sends the page, and nothing of it stands in the address."""
    driver.get(site + FLOW)
    arrive(driver, button(driver, "seguir").click)
    fill(driver, age="34")
    driver.find_element(By.CSS_SELECTOR, "input[type=radio]").click()
    assert driver.find_element(By.ID, "age").get_attribute("value") == "34"
    arrive(driver, button(driver, "seguir").click)
    assert driver.current_url == site + FLOW


def test_by_keyboard_alone(driver, site):
    driver.get(site + FLOW)

    def tab_to(reached) -> None:
        for _ in range(80):
            ActionChains(driver).send_keys(Keys.TAB).perform()
            if reached(driver.switch_to.active_element):
                return
        raise AssertionError("the Tab key never gets there")

    def press(value: str) -> None:
        tab_to(lambda on: on.get_attribute("value") == value and on.tag_name == "button")
        arrive(driver, lambda: ActionChains(driver).send_keys(Keys.ENTER).perform())

    tab_to(lambda on: on.get_attribute("value") == "transporte")
    ActionChains(driver).send_keys(Keys.SPACE).perform()
    press("seguir")
    tab_to(lambda on: on.get_attribute("id") == "age")
    ActionChains(driver).send_keys("66").perform()
    press("seguir")
    assert "abono 65+" in driver.find_element(By.TAG_NAME, "main").text


@pytest.mark.parametrize("code", [one.code for one in languages()])
def test_in_every_language_offered(driver, site, code):
    """From the start to the result and the page for paper: the language stays, figures and answers with it."""
    to_result(driver, site, f"?lang={code}")
    html = driver.find_element(By.TAG_NAME, "html")
    assert html.get_attribute("lang") == code.partition("@")[0]
    assert html.get_attribute("dir") == ("rtl" if code == "ar" else "ltr")
    page = driver.find_element(By.TAG_NAME, "main").text
    assert "172" in page and "600" in page
    arrive(driver, driver.find_element(By.CSS_SELECTOR, f'button[formaction="{FLOW}/imprimir"]').click)
    assert driver.find_element(By.CSS_SELECTOR, "main [lang]").get_attribute("lang") == code.partition("@")[0]
    assert "600" in driver.find_element(By.TAG_NAME, "main").text
    driver.delete_all_cookies()


def test_the_print_button_shows_with_scripts_alone(driver, site):
    to_result(driver, site)
    arrive(driver, driver.find_element(By.CSS_SELECTOR, f'button[formaction="{FLOW}/imprimir"]').click)
    press = driver.find_element(By.CSS_SELECTOR, "[data-print]")
    assert press.is_displayed()
    driver.execute_script("window.print = function () { document.title = 'printed'; }")
    press.click()
    assert driver.title == "printed"
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert not press.is_displayed() and not driver.find_element(By.TAG_NAME, "nav").is_displayed()
    assert driver.find_element(By.CSS_SELECTOR, "main h2").is_displayed()
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_without_scripts_the_page_tells_how_to_print(without_scripts, site):
    driver = without_scripts
    to_result(driver, site)
    arrive(driver, driver.find_element(By.CSS_SELECTOR, f'button[formaction="{FLOW}/imprimir"]').click)
    assert not driver.find_element(By.CSS_SELECTOR, "[data-print]").is_displayed()
    main = driver.find_element(By.TAG_NAME, "main").text
    assert "Control y P" in main and "DNI, NIE o pasaporte" in main and "600,00" in main


def test_a_wrong_number_is_said_at_the_top_and_kept(driver, site):
    driver.get(site + FLOW)
    arrive(driver, button(driver, "seguir").click)
    fill(driver, age="muchos")
    arrive(driver, button(driver, "seguir").click)
    assert driver.title.startswith("Error:")
    link = driver.find_element(By.CSS_SELECTOR, ".govuk-error-summary a")
    assert link.get_attribute("href").endswith("#age")
    assert driver.find_element(By.ID, "age").get_attribute("value") == "muchos"


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("dress", ["lang=es&theme=light", "lang=ar&theme=dark"])
def test_axe_and_reflow(driver, site, dress, width):
    resize(driver, width)
    wrong = []

    def look(name: str) -> None:
        wrong.extend((name, one) for one in axe(driver))
        if overflow(driver):
            wrong.append((name, f"{overflow(driver)} px too wide"))

    driver.get(f"{site}{FLOW}?{dress}")
    look("start")
    arrive(driver, button(driver, "seguir").click)
    look("topic")
    fill(driver, age="x")
    arrive(driver, button(driver, "seguir").click)
    look("topic with an error")
    to_result(driver, site, f"?{dress}")
    look("result")
    arrive(driver, driver.find_element(By.CSS_SELECTOR, f'button[formaction="{FLOW}/imv"]').click)
    look("why")
    to_result(driver, site, f"?{dress}")
    arrive(driver, driver.find_element(By.CSS_SELECTOR, f'button[formaction="{FLOW}/imprimir"]').click)
    look("paper")
    driver.get(f"{site}{FLOW}/beca_comedor")
    look("about")
    driver.delete_all_cookies()
    resize(driver, 1280)
    assert wrong == []
