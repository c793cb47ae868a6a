"""Looking into a running Alma: its database, read by the application's own role as a system actor; and its sandbox,
spoken to directly, so that it can be while the web process is down."""

from typing import Any

import httpx
import psycopg
from psycopg.rows import dict_row

from case_api.db.cluster.server import Cluster
from tests.journeys.running import Alma


def cluster_of(alma: Alma) -> Cluster:
    """The embedded cluster of this install; not started by us, so never stopped by us."""
    known = alma.secrets
    owner = known["DATABASE_OWNER_PASSWORD"]
    return Cluster(
        alma.var.resolve() / "pg",
        {"postgres": owner, "alma_owner": owner, "alma_app": known["DATABASE_PASSWORD"]},
    )


def rows(alma: Alma, query: str, **values: Any) -> list[dict[str, Any]]:
    """The rows of a query. Raises psycopg.OperationalError while the database is away."""
    with cluster_of(alma).connect("alma_app", "alma") as connection:
        connection.execute("SELECT set_config('alma.actor_kind', 'system', false)")
        return connection.cursor(row_factory=dict_row).execute(query, values).fetchall()


def one(alma: Alma, query: str, **values: Any) -> Any:
    """The one value of a query."""
    [row] = rows(alma, query, **values)
    [value] = row.values()
    return value


def sandbox(alma: Alma, method: str, path: str, **request: Any) -> Any:
    """A call of the sandbox's control, at its own port; what it answers."""
    answer = httpx.request(
        method, f"http://127.0.0.1:{alma.ports['SANDBOX_PORT']}/sandbox/{path}", timeout=60, **request
    )
    assert answer.status_code < 300, f"{path}: {answer.status_code} {answer.text}"
    return answer.json()


def phone_of(alma: Alma, number: str) -> list[dict[str, Any]]:
    """What a phone sent and got."""
    return sandbox(alma, "GET", "carrier/control/messages", params={"number": number})


def mailbox_of(alma: Alma, address: str) -> list[dict[str, Any]]:
    """What a mailbox sent and got."""
    return sandbox(alma, "GET", "mail/control/messages", params={"address": address})


def drained(alma: Alma) -> bool:
    """Whether nothing waits: nothing to be read, nothing to leave, nothing under way at the carrier or its network."""
    waiting = """
        SELECT (SELECT count(*) FROM raw_event WHERE state = 'pending')
             + (SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending', 'unknown'))
    """
    try:
        return one(alma, waiting) == 0 and sandbox(alma, "GET", "carrier/control/pending")["pending"] == 0
    except psycopg.OperationalError:
        return False
