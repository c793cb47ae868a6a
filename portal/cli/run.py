"""`alma run` and its parts: everything in one process tree, or each alone, to be scaled apart."""

import os
import shutil
import signal
import socket
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path

import click

from case_api import log
from case_api.settings import settings


def _busy(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def _refuse_busy_ports() -> None:
    wanted = {
        "ALMA_PORT": (settings().HOST, settings().PORT),
        "ALMA_SMTP_PORT": (settings().SMTP_HOST, settings().SMTP_PORT),
    }
    wanted["ALMA_METRICS_PORT"] = (settings().METRICS_HOST, settings().METRICS_PORT)
    if settings().development:
        wanted["ALMA_SANDBOX_PORT"] = ("127.0.0.1", settings().SANDBOX_PORT)
        wanted["ALMA_SANDBOX_SMTP_PORT"] = ("127.0.0.1", settings().SANDBOX_SMTP_PORT)
    for name, (host, port) in wanted.items():
        if _busy(host, port):
            raise click.ClickException(f"Port {port} is in use. Stop what uses it, or set {name} to another.")


def _metrics_folder() -> Path:
    folder = settings().VAR_DIR / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


@click.command()
@click.option("--citizens", default=1000, show_default=True, help="Size of the sample city, when there is none yet.")
def run(citizens: int) -> None:
    """Everything on this machine: database, web, worker, mail, and in development the sample city and the sandbox."""
    from portal.cli.database import Keeper, database
    from portal.cli.supervisor import Part, Supervisor

    log.configure("run")
    _refuse_busy_ports()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    alma = [sys.executable, "-m", "portal.cli"]
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_metrics_folder())
    # One cipher for all: the children must not each invent what the environment did not say.
    os.environ.setdefault("ALMA_VAR_DIR", str(settings().VAR_DIR))
    with database() as cluster:
        parts = [Part("web", [*alma, "web"]), Part("worker", [*alma, "worker"]), Part("smtp", [*alma, "smtp"])]
        if settings().development:
            from portal.cli.city import ensure_sample_city
            from portal.cli.sandbox_config import write_sandbox_config

            ensure_sample_city(citizens)
            config = write_sandbox_config()
            parts.insert(0, Part("sandbox", [sys.executable, "-m", "portal.sandbox", "--config", str(config)]))
        Supervisor(parts).run(_ready, _announce, watch=Keeper(cluster))


def _ready() -> bool:
    try:
        with urllib.request.urlopen(f"http://{_loopback()}:{settings().PORT}/readyz", timeout=2) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def _loopback() -> str:
    return "127.0.0.1" if settings().HOST in ("0.0.0.0", "::") else settings().HOST  # noqa: S104


def _announce() -> None:
    from portal.cli.city import announce

    click.echo(announce())
    sys.stdout.flush()


@click.command()
def web() -> None:
    """Pages, staff desk, webhooks and API; and /metrics on the internal listener."""
    from granian import Granian
    from granian.constants import Interfaces
    from werkzeug.serving import make_server

    from portal.health import create_metrics_app

    log.configure("web")
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_metrics_folder())
    # Behind nobody, read by one scraper: the development server's threads are enough for this listener.
    metrics = make_server(settings().METRICS_HOST, settings().METRICS_PORT, create_metrics_app(), threaded=True)
    threading.Thread(target=metrics.serve_forever, daemon=True).start()
    Granian(
        "portal.wsgi:application",
        address=settings().HOST,
        port=settings().PORT,
        interface=Interfaces.WSGI,
        workers=settings().WEB_WORKERS,
        blocking_threads=settings().WEB_THREADS,
        backlog=2048,
        respawn_failed_workers=True,
        log_enabled=False,
    ).serve()


def _until_told(serve, name: str) -> None:
    """Run a part's loop until SIGTERM or SIGINT."""
    log.configure(name)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    serve(stop)


@click.command()
def worker() -> None:
    """Turns what came in into conversations, sends what goes out, seals the access log. Several may run at once."""
    from case_api.access.sealer import seal_forever
    from case_api.rights.retention import keep_forever
    from case_api.webhooks.sending import send_forever
    from channels.worker import serve

    def everything(stop: threading.Event) -> None:
        beside = [
            threading.Thread(target=work, args=(stop,), name=name)
            for name, work in (("sealer", seal_forever), ("webhooks", send_forever), ("retention", keep_forever))
        ]
        for thread in beside:
            thread.start()
        serve(stop)
        for thread in beside:
            thread.join(timeout=12)

    _until_told(everything, "worker")


@click.command()
def smtp() -> None:
    """Takes mail in: stored, then acknowledged."""
    from channels.adapters.email.server import serve

    _until_told(lambda stop: serve(settings(), stop), "smtp")
