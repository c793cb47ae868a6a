"""The wire below the official client: what it sends, and what it never does by itself."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from urllib3.exceptions import NewConnectionError, ProtocolError, ReadTimeoutError

from channels.adapters.twilio.wire import Wire

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Listener:
    """Keeps what it was asked; `act` says how it answers: a status, or "cut"."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str]] = []
        self.peers: set[tuple[str, int]] = set()
        self.act: int | str = 201
        listener = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_) -> None: ...

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                listener.asked.append((self.path, body, self.headers.get("Authorization", "")))
                listener.peers.add(self.client_address)
                if listener.act == "cut":
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                said = "año".encode()
                self.send_response(int(listener.act))
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_a_form_is_sent_once_and_its_answer_read(listener):
    wire = Wire(listener.base, seconds=5)
    data = {"Body": "Año & más", "Event": ["ringing", "completed"]}
    answer = wire.request("POST", f"{listener.base}/m", {"a": "1", "b": None}, data, FORM, ("AC1", "key"))
    assert (answer.status_code, answer.text) == (201, "año")
    [(path, body, key)] = listener.asked
    assert path == "/m?a=1"
    assert body == "Body=A%C3%B1o+%26+m%C3%A1s&Event=ringing&Event=completed"
    assert key == "Basic QUMxOmtleQ=="


def test_one_connection_serves_one_after_another(listener):
    wire = Wire(listener.base, seconds=5)
    for _ in range(3):
        wire.request("POST", listener.base, data={"a": "b"}, headers=FORM)
    assert len(listener.asked) == 3
    assert len(listener.peers) == 1


@pytest.mark.parametrize("status", [307, 429, 500, 503])
def test_no_answer_makes_it_send_again(listener, status):
    listener.act = status
    answer = Wire(listener.base, seconds=5).request("POST", listener.base, data={"a": "b"}, headers=FORM)
    assert answer.status_code == status
    assert [path for path, _, _ in listener.asked] == ["/"]


def test_a_cut_is_told_and_not_repeated(listener):
    listener.act = "cut"
    with pytest.raises(ProtocolError):
        Wire(listener.base, seconds=5).request("POST", listener.base, data={"a": "b"}, headers=FORM)
    assert len(listener.asked) == 1


def test_nobody_there(listener):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(NewConnectionError):
            Wire(base, seconds=5).request("POST", base, data={"a": "b"}, headers=FORM)


def test_silence_ends(listener):
    with socket.create_server(("127.0.0.1", 0)) as mute:
        base = f"http://127.0.0.1:{mute.getsockname()[1]}"
        with pytest.raises(ReadTimeoutError):
            Wire(base, seconds=0.2).request("POST", base, data={"a": "b"}, headers=FORM)


def test_the_machines_proxy_is_asked(listener, monkeypatch):
    monkeypatch.setenv("http_proxy", listener.base)
    monkeypatch.setenv("no_proxy", "")
    Wire("http://carrier.example", seconds=5).request(
        "POST", "http://carrier.example/m", data={"a": "b"}, headers=FORM
    )  # fmt: skip
    assert [path for path, _, _ in listener.asked] == ["http://carrier.example/m"]
