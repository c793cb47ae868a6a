"""The process itself: many at once, restart, clean end, silence."""

import json
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.journeys.sandbox.process import AMPARO, SMS, Sandbox, StandIn, eventually, free_port


def test_it_ends_cleanly_and_says_nothing_personal(sandbox: Sandbox) -> None:
    sandbox.twilio().messages.create(to=AMPARO, from_=SMS, body="Palabras de Amparo")
    httpx.get(f"{sandbox.url}/carrier/phones/{AMPARO}")
    httpx.get(f"{sandbox.url}/mail/amparo@correo.example")
    code, said = sandbox.stop()
    assert code == 0
    assert said == ""


def test_a_killed_sandbox_remembers(sandbox: Sandbox, alma_place: StandIn) -> None:
    sandbox.post("/carrier/control/phones", number=AMPARO, state="off")
    message = sandbox.twilio().messages.create(
        to=AMPARO, from_=SMS, body="x", status_callback=f"{alma_place.url}/status"
    )
    eventually(lambda: alma_place.statuses(message.sid) == ["sent"])
    keys = httpx.get(f"{sandbox.url}/idp/jwks").json()
    sandbox.kill()
    sandbox.start()
    assert httpx.get(f"{sandbox.url}/idp/jwks").json() == keys
    sandbox.post("/carrier/control/phones", number=AMPARO, state="on")
    eventually(lambda: alma_place.statuses(message.sid) == ["sent", "delivered"])


def test_many_at_once(sandbox: Sandbox, alma_place: StandIn) -> None:
    client = sandbox.twilio(timeout=20)

    def both_ways(number: int) -> None:
        phone = f"+3460000{number % 5 + 1:04d}"
        client.messages.create(to=phone, from_=SMS, body=str(number), status_callback=f"{alma_place.url}/status")
        sandbox.post("/carrier/control/send", **{"from": phone, "channel": "sms", "body": f"in {number}"})

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(both_ways, range(60)))
    eventually(lambda: len(alma_place.at("/messages")) >= 60 and len(alma_place.at("/status")) >= 120, seconds=30)
    eventually(lambda: httpx.get(f"{sandbox.url}/carrier/control/pending").json() == {"pending": 0})
    assert {one["Body"] for one in alma_place.at("/messages")} == {f"in {number}" for number in range(60)}
    assert len(alma_place.received) == 180
    for number in range(1, 6):
        mine = [one["Body"] for one in alma_place.at("/messages") if one["From"] == f"+3460000{number:04d}"]
        theirs = [one["body"] for one in sandbox.phone(f"+3460000{number:04d}") if one["direction"] == "inbound"]
        assert mine == theirs, "a phone's messages keep their order"


def test_bad_starts_say_why(tmp_path: Path, sandbox: Sandbox) -> None:
    def run(path: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "portal.sandbox", "--config", str(path)], capture_output=True, text=True, timeout=20
        )

    absent = run(tmp_path / "absent.json")
    assert absent.returncode == 2 and "cannot be read" in absent.stderr and "Traceback" not in absent.stderr
    again = run(tmp_path / "sandbox.json")
    assert again.returncode == 1 and "cannot listen" in again.stderr and "Traceback" not in again.stderr
    (tmp_path / "half.json").write_text(
        json.dumps({**sandbox.config, "port": free_port(), "state_path": str(tmp_path / "half.db")})
    )
    half = run(tmp_path / "half.json")
    assert half.returncode == 1 and "cannot listen" in half.stderr and "Traceback" not in half.stderr


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        pytest.param(b"GET /sandbox/ HTTP/1.1\r\nHost: [\r\n\r\n", 403, id="Host"),
        pytest.param(
            b"POST /sandbox/idp/token HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic \xff\r\n\r\n", 401, id="keys"
        ),
        pytest.param(b"GET /sandbox/%ff%00 HTTP/1.1\r\nHost: localhost\r\nCookie: \xff=\xff\r\n\r\n", 404, id="bytes"),
    ],
)
def test_broken_requests_are_answered(lasting_sandbox: Sandbox, sent: bytes, status: int) -> None:
    with socket.create_connection(("127.0.0.1", lasting_sandbox.config["port"]), timeout=5) as connection:
        connection.sendall(sent)
        assert int(connection.recv(64).split()[1]) == status


def test_it_imports_none_of_alma() -> None:
    check = (
        "import sys, portal.sandbox.__main__\n"
        "alma = {name.split('.')[0] + '.' + name.split('.')[1] if '.' in name else name for name in sys.modules\n"
        "        if name.split('.')[0] in ('portal', 'channels', 'case_api', 'accessibility')}\n"
        "sys.exit(str(alma - {'portal', 'portal.sandbox'}) if alma - {'portal', 'portal.sandbox'} else 0)"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr


def test_pages_answer(lasting_sandbox: Sandbox) -> None:
    for path in ("/", "/healthz", "/carrier/phones", f"/carrier/phones/{AMPARO}?canal=sms", "/mail"):
        assert httpx.get(f"{lasting_sandbox.url}{path}").status_code == 200, path
    for path in ("/nada", "/carrier/phones/hola", "/mail/no-es-una-dirección", "/mail/amparo@correo.example/9/raw"):
        assert httpx.get(f"{lasting_sandbox.url}{path}").status_code == 404, path
