"""A carrier on a socket: the few REST paths that the client uses, with faults to order."""

import base64
import json
import threading
import time
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from case_api import clock
from case_api.settings import settings


class FakeCarrier:
    """`answers`: what to do with the next POSTs, "ok", "drop" (accept, then close), "slow" or (status, code).
    `sent` holds what was accepted."""

    def __init__(self):
        self.sent: list[dict] = []
        self.answers: list = []
        self.media: dict[str, tuple[str, bytes]] = {}
        self.elsewhere: dict[str, str] = {}
        self.keys_at_the_store: list[str | None] = []
        self.posts = 0
        self.slow_seconds = 3.0
        self.lock = threading.Lock()
        carrier = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_POST(self):
                carrier.post(self)

            def do_GET(self):
                carrier.get(self)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/carrier"

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def _allowed(self, request) -> bool:
        wanted = f"{settings().CARRIER_ACCOUNT_SID}:{settings().CARRIER_AUTH_TOKEN}"
        return request.headers.get("Authorization") == "Basic " + base64.b64encode(wanted.encode()).decode()

    def _answer(self, request, status: int, body, kind: str = "application/json"):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        request.send_response(status)
        request.send_header("Content-Type", kind)
        request.send_header("Content-Length", str(len(raw)))
        request.end_headers()
        request.wfile.write(raw)

    def post(self, request):
        raw = request.rfile.read(int(request.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(raw).items()}
        with self.lock:
            self.posts += 1
            answer = self.answers.pop(0) if self.answers else "ok"
            if isinstance(answer, tuple):
                return self._answer(request, answer[0], {"code": answer[1], "message": "no", "status": answer[0]})
            form["sid"] = f"SM{len(self.sent) + 1:032d}"
            form["created"] = clock.now()
            self.sent.append(form)
        if answer == "drop":
            request.close_connection = True
            request.connection.close()
            return None
        if answer == "slow":
            time.sleep(self.slow_seconds)
        if callable(answer):
            answer(form)
        return self._answer(request, 201, self._json(form))

    def get(self, request):
        parts = urlsplit(request.path)
        if parts.path.startswith("/store/"):  # where real carriers keep files: another host, no key
            self.keys_at_the_store.append(request.headers.get("Authorization"))
            return self._answer(request, 200, b"\xff\xd8foto", "image/jpeg")
        if parts.path in self.elsewhere:
            request.send_response(307)
            request.send_header("Location", self.elsewhere[parts.path])
            request.send_header("Content-Length", "0")
            request.end_headers()
            return None
        if not self._allowed(request):
            return self._answer(request, 401, {"code": 20003, "message": "no", "status": 401})
        if parts.path in self.media:
            kind, content = self.media[parts.path]
            return self._answer(request, 200, content, kind)
        if not parts.path.endswith("/Messages.json"):
            return self._answer(request, 404, {"code": 20404, "message": "no", "status": 404})
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        with self.lock:
            found = [m for m in self.sent if m["To"] == query.get("To") and m["From"] == query.get("From")]
        return self._answer(request, 200, {"messages": [self._json(m) for m in reversed(found)], "next_page_uri": None})

    def _json(self, form: dict) -> dict:
        return {
            "sid": form["sid"],
            "body": form["Body"],
            "to": form["To"],
            "from": form["From"],
            "status": form.get("status", "queued"),
            "direction": "outbound-api",
            "date_created": format_datetime(form["created"]),
            "date_sent": None,
            "date_updated": None,
        }
