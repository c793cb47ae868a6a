"""Looking into a running Alma: its database, read by the application's own role as a system actor; and its sandbox,
spoken to directly, so that it can be while the web process is down."""

import re
from typing import Any

import httpx
import psycopg
from psycopg.rows import dict_row

from case_api.city.sample import PEOPLE, STAFF
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


def hurry_sweep(alma: Alma) -> None:
    """Let the next look at the carrier's list be now, and not at the end of its minute."""
    rows(alma, "UPDATE sweep SET due_at = now() RETURNING source")


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


_NAMES = [word for each in (*PEOPLE, *STAFF) for word in (each.name, each.name.split(" ", 1)[1])]
_IDENTIFIERS = [each.document for each in PEOPLE] + [each.phone.removeprefix("+34") for each in PEOPLE]
# Sample numbers and addresses begin and end like this, whoever bears them.
_PATTERNS = (r"\+?34?600000\d{3}", r"@correo\.example", r"@evil\.example", r"whatsapp:")


def personal_in_logs(alma: Alma, *bodies: str) -> list[str]:
    """The lines of everything that this Alma and its database wrote down which hold a name, a document, a phone, a mail
    address, a secret of the install, or one of these bodies. What `alma run` tells people at the start is no log."""
    said = re.sub(
        r"  Alma is up:.*?Ctrl-C stops all of it\.", "", alma.said.read_text(errors="replace"), flags=re.DOTALL
    )
    said += (alma.var / "pg" / "alma.log").read_text(errors="replace")
    assert '"event"' in said, "there is no log to look into"
    wanted = [*_NAMES, *_IDENTIFIERS, *bodies, *alma.secrets.values()]
    pattern = re.compile("|".join([*map(re.escape, wanted), *_PATTERNS]))
    return [line for line in said.splitlines() if pattern.search(line)]
