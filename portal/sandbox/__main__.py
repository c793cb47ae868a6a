"""`python -m portal.sandbox --config PATH`: everything in one process, until SIGINT or SIGTERM."""

import argparse
import logging
import os
import signal
import socket
import sys
import threading
from pathlib import Path
from types import FrameType

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from portal.sandbox.app import create_app
from portal.sandbox.config import ConfigError, load
from portal.sandbox.mail.smtp import MailFaultBox
from portal.sandbox.mail.smtp import server as smtp_server
from portal.sandbox.services import build
from portal.sandbox.state import Store

log = logging.getLogger("sandbox")


class QuietHandler(WSGIRequestHandler):
    """No request log: paths hold telephone numbers. Small answers leave at once."""

    disable_nagle_algorithm = True
    timeout = 75  # an idle connection does not keep its thread for ever

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002
        """Nothing."""


def main(arguments: list[str] | None = None) -> int:
    """Run until told to stop; 0 after a clean end, 2 for a bad configuration, 1 when a port is taken."""
    parser = argparse.ArgumentParser(prog="python -m portal.sandbox", description="Alma's sandbox.")
    parser.add_argument("--config", type=Path, required=True, help="JSON file; see portal/sandbox/README.md")
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s", stream=sys.stderr)
    # aiosmtpd logs addresses, twilio bodies.
    for talkative in ("mail.log", "mail.debug", "twilio.http_client", "urllib3"):
        logging.getLogger(talkative).setLevel(logging.CRITICAL)
    try:
        config = load(given.config)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2
    for port in (config.port, config.smtp_port):
        if not _is_free(port):
            print(f"sandbox: cannot listen on 127.0.0.1:{port}: the port is taken", file=sys.stderr)
            return 1
    stop = threading.Event()
    _stop_on_signals(stop)
    store = Store(config.state_path)
    services = build(config, store)
    smtp = smtp_server(services.mailbox, MailFaultBox(store), port=config.smtp_port)
    http = _http_server(config.port, create_app(services))
    smtp.start()
    threading.Thread(target=http.serve_forever, name="sandbox-http", daemon=True).start()
    services.jobs.start()
    print(f"sandbox ready on http://127.0.0.1:{config.port}/sandbox/ and smtp 127.0.0.1:{config.smtp_port}", flush=True)
    stop.wait()
    http.shutdown()
    http.server_close()
    smtp.stop()
    services.jobs.stop()
    store.close()
    return 0


def _is_free(port: int) -> bool:
    """Asked first: aiosmtpd waits ten seconds before it says that a port is taken, and werkzeug leaves the process."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _http_server(port: int, app: object) -> BaseWSGIServer:
    """Werkzeug's threaded server: a thread a connection, one process.

    granian serves WSGI only from worker processes of its own (its embedded server refuses WSGI), and the carrier's
    fault «hang up without an answer» needs the connection itself.
    """
    return make_server("127.0.0.1", port, app, threaded=True, request_handler=QuietHandler)  # type: ignore[arg-type]


def _stop_on_signals(stop: threading.Event) -> None:
    def told(number: int, frame: FrameType | None) -> None:
        if stop.is_set():  # told twice: at once
            os._exit(130)
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, told)


if __name__ == "__main__":
    sys.exit(main())
