"""A video call on real parts: browsers with invented cameras, signalling through Alma, media through a real relay."""

import secrets
import shutil
import subprocess
import uuid
import warnings
from collections.abc import Iterator

import pytest
from selenium.webdriver.common.by import By

from case_api.city.sample import BY_KEY
from tests.browser import axe, browser, emulate, overflow, resize, settle
from tests.journeys.inside import one, rows
from tests.journeys.people import enter_as_citizen, enter_as_staff
from tests.journeys.running import Alma, free_ports, wait_for

# Keeps the page's connections where the test can ask them.
_WATCH = """
window.connections = [];
const Native = window.RTCPeerConnection;
window.RTCPeerConnection = class extends Native {
  constructor(settings) { super(settings); this.asked = settings; window.connections.push(this); }
};
"""


@pytest.fixture(scope="module")
def relay() -> Iterator[dict[str, str]]:
    """coturn on this machine, with a secret of its own: the settings that lead Alma to it; none where there is none."""
    program = shutil.which("turnserver")
    if program is None:
        warnings.warn("no turnserver here (Debian: coturn): the browsers meet directly", stacklevel=1)
        yield {}
        return
    [port] = free_ports(1)
    secret = secrets.token_hex(16)
    process = subprocess.Popen(
        [
            program, "-n", "--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1", f"--listening-port={port}",
            "--use-auth-secret", f"--static-auth-secret={secret}", "--realm=alma.example", "--no-tls", "--no-dtls",
            "--no-cli", "--allow-loopback-peers", "--log-file=stdout", "--pidfile=", "--min-port=49152",
            "--max-port=49999",
        ],
        stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT,
    )  # fmt: skip
    yield {"ALMA_TURN_URLS": f"turn:127.0.0.1:{port}?transport=udp", "ALMA_TURN_SECRET": secret}
    process.kill()
    process.wait()


@pytest.fixture(scope="module")
def alma(tmp_path_factory, relay) -> Iterator[Alma]:
    var = tmp_path_factory.mktemp("video") / "var"
    var.mkdir()
    made = Alma(var)
    made.environment |= relay
    made.start()
    yield made
    made.stop()


def call(alma: Alma, who: str, with_whom: str) -> str:
    """A video appointment of theirs that is on now: its identifier."""
    made = uuid.uuid4()
    rows(
        alma,
        "INSERT INTO appointment (id, uid, person_id, professional_id, unit_id, reason, mode, during, created_by) "
        "SELECT %(id)s, %(uid)s, %(person)s, p.id, p.unit_id, "
        "(SELECT key FROM appointment_reason ORDER BY key LIMIT 1), 'video', "
        "tstzrange(now() + interval '1 minute', now() + interval '20 minutes'), 'test' "
        "FROM professional p WHERE login = %(login)s RETURNING id",
        id=made, uid=f"{made}@test", person=BY_KEY[who].id, login=with_whom,
    )  # fmt: skip
    return str(made)


def watched(driver):
    driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": _WATCH})
    return driver


def press(driver, css: str) -> None:
    driver.find_element(By.CSS_SELECTOR, css).click()


def faces(driver) -> list[str]:
    """Names of the others whose picture moves: their video has a size and its clock runs."""
    return driver.execute_script(
        "return Array.from(document.querySelectorAll('#faces li')).filter(function (li) {"
        "  var v = li.querySelector('video'); return li.id !== 'face-me' && v.videoWidth > 0 && v.currentTime > 0.5;"
        "}).map(function (li) { return li.querySelector('figcaption').textContent; });"
    )


def routes(driver) -> set[tuple[str, str]]:
    """Of each connection: the kinds of the two candidates that carry it."""
    found = driver.execute_async_script(
        "var done = arguments[0];"
        "Promise.all(window.connections.map(function (c) { return c.getStats().then(function (stats) {"
        "  var pair; stats.forEach(function (s) { if (s.type === 'transport' && s.selectedCandidatePairId)"
        "    { pair = stats.get(s.selectedCandidatePairId); } });"
        "  return pair ? [stats.get(pair.localCandidateId).candidateType, c.asked.iceTransportPolicy] : ['none', ''];"
        "}); })).then(done);"
    )
    return {tuple(each) for each in found}


def test_a_call_from_the_waiting_room_to_the_end(alma, relay):
    made = call(alma, "roberto", "marta")
    ways = {("relay", "relay")} if relay else {("host", "all"), ("prflx", "all")}
    mine, hers = f"{alma.base}/citas/{made}/video", f"{alma.base}/profesionales/agenda/{made}/video"
    with browser(media=True) as roberto, browser(media=True) as marta:
        enter_as_citizen(watched(roberto), alma, "roberto")
        enter_as_staff(watched(marta), alma, "marta")

        # Trying the devices: nothing leaves, and it is said in words.
        roberto.get(mine)
        press(roberto, "#check")
        wait_for(lambda: roberto.execute_script("return document.getElementById('check-view').videoWidth"), 15)
        press(roberto, "main form .button")
        marta.get(hers)
        press(marta, "main form .button")
        assert "sala de espera" in roberto.find_element(By.ID, "call-state").text

        # Nobody has a connection before admission.
        wait_for(lambda: "Roberto" in marta.find_element(By.ID, "waiting-told").text, 15, "Marta to see who waits")
        for driver in (roberto, marta):
            assert driver.execute_script("return window.connections.length") == 0
        assert one(alma, "SELECT count(*) FROM video_signal") == 0

        press(marta, 'form[action*="/admitir/"] .button')
        wait_for(lambda: faces(roberto) == ["Marta Álvarez Ficticia"] or faces(roberto) == ["Marta"], 30, "her picture")
        wait_for(lambda: faces(marta) == ["Roberto"], 30, "his picture")
        assert routes(roberto) | routes(marta) <= ways
        wait_for(lambda: one(alma, "SELECT count(*) FROM video_signal") == 0, 15, "the signals to be gone")

        # Writing, by keyboard.
        roberto.find_element(By.ID, "chat-text").send_keys("No le oigo bien\n")
        wait_for(lambda: "No le oigo bien" in marta.find_element(By.ID, "chat").text, 10)
        assert "No le oigo bien" not in "".join(str(row) for row in rows(alma, "SELECT * FROM message"))

        # A third, with a link: sign language.
        marta.find_element(By.ID, "name").send_keys("Irene Intérprete\n")
        link = wait_for(lambda: marta.find_elements(By.CSS_SELECTOR, ".call-link"), 10)[0].text
        with browser(media=True) as irene:
            watched(irene).get(link)
            press(irene, "main form .button")
            wait_for(lambda: marta.find_elements(By.CSS_SELECTOR, 'form[action*="/admitir/"] .button'), 10)
            press(marta, 'form[action*="/admitir/"] .button')
            for driver in (roberto, marta, irene):
                wait_for(lambda driver=driver: len(faces(driver)) == 2, 40, "three in the call")
            assert routes(irene) <= ways
            calls = marta.execute_script("return window.connections.length")
            assert calls == 2, "letting a third in must not begin the call anew"
            press(irene, 'form[action$="/salir"] .button')
        wait_for(lambda: len(faces(roberto)) == 1, 40, "the interpreter to be gone")

        # The pages of the call, open, in every dress.
        for driver in (roberto, marta):
            for scheme, width in (("light", 1280), ("dark", 320)):
                emulate(driver, scheme=scheme)
                resize(driver, width)
                settle(driver)
                assert overflow(driver) == 0 and axe(driver) == []

        resize(marta, 1280)
        press(marta, 'form[action$="/terminar"] .button')
        wait_for(lambda: "terminado" in roberto.find_element(By.ID, "call-state").text, 15, "the end to be told")
        assert one(alma, "SELECT count(*) FROM video_signal") == 0


def test_without_scripts_the_page_tells_another_way(alma):
    made = call(alma, "elena", "lucia")
    with browser(javascript=False) as driver:
        enter_as_citizen(driver, alma, "elena")
        driver.get(f"{alma.base}/citas/{made}/video")
        words = driver.find_element(By.TAG_NAME, "main").text
        assert "JavaScript" in words and "010" in words and "Probar la cámara" not in words
