"""Whether this process lives, whether the whole can serve, and the figures of both."""

from datetime import timedelta

from flask import Flask, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest, multiprocess

from case_api import clock
from case_api.db.engine import engine
from channels.backlog import backlog

STALE_WORKER = timedelta(seconds=30)
OLD_BACKLOG = timedelta(minutes=5)


def readiness() -> tuple[bool, dict[str, str]]:
    """Whether the whole can serve, and each part's state in a word. Never raises: a fault is an answer."""
    now = clock.now()
    try:
        with engine().connect() as connection:
            found = backlog(connection)
    except Exception:  # noqa: BLE001 - whatever it is, we are not ready, and say so
        return False, {"database": "unreachable"}
    worker = "ok" if found.worker_beat_at and now - found.worker_beat_at < STALE_WORKER else "silent"
    oldest = min((at for at in (found.oldest_inbound_at, found.oldest_outbound_at) if at), default=None)
    parts = {
        "database": "ok",
        "worker": worker,
        "backlog": "ok" if oldest is None or now - oldest < OLD_BACKLOG else "old",
    }
    return all(state == "ok" for state in parts.values()), parts


def create_health_app() -> Flask:
    """`/healthz` says that the process answers; `/readyz` that database, worker and backlog are in order (else 503)."""
    app = Flask("alma.health")

    @app.get("/healthz")
    def alive():
        return {"ok": True}

    @app.get("/readyz")
    def ready():
        whole, parts = readiness()
        return {"ready": whole, **parts}, 200 if whole else 503

    return app


def _gauges(registry: CollectorRegistry) -> None:
    now = clock.now()
    inbound_age = Gauge("alma_inbound_oldest_seconds", "Age of the oldest unprocessed raw event", registry=registry)
    outbound_age = Gauge("alma_outbound_oldest_seconds", "Age of the oldest unsent message", registry=registry)
    quarantined = Gauge("alma_quarantined", "Raw events that wait for a person", registry=registry)
    with engine().connect() as connection:
        found = backlog(connection)
    for gauge, since in ((inbound_age, found.oldest_inbound_at), (outbound_age, found.oldest_outbound_at)):
        gauge.set(max(0.0, (now - since).total_seconds()) if since else 0)
    quarantined.set(found.quarantined)


def create_metrics_app() -> Flask:
    """Prometheus's page, for the internal listener only: every process's counters, joined, and the backlogs."""
    app = Flask("alma.metrics")

    @app.get("/metrics")
    def metrics() -> Response:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)
        try:
            _gauges(registry)
        except Exception:  # noqa: BLE001 - the counters are worth having while the database is away
            Gauge("alma_database_up", "Whether the database answers", registry=registry).set(0)
        else:
            Gauge("alma_database_up", "Whether the database answers", registry=registry).set(1)
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    return app
