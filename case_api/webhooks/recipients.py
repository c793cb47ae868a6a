"""Programs that asked to be told, and where. Each sees and ends its own."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock, egress, keys
from case_api.db import Unit, new_id
from case_api.db.violations import violation
from case_api.errors import Conflict, Invalid, NotFound
from case_api.webhooks.outbox import KINDS
from case_api.webhooks.signing import new_secret

MOST = 20
_SEALED = "webhook.secret"
violation("uq_webhook_url", lambda: Conflict(_l("Ya se avisa a esa dirección.")))


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where a client is told of what. `secret` is there where it is made, and for whoever repeats that request."""

    id: UUID
    url: str
    kinds: tuple[str, ...]
    created_at: datetime
    secret: str | None = None


def check_url(url: str) -> None:
    """Raises Invalid (field `url`) for an address that we would not go to."""
    try:
        egress.check(url)
    except egress.Forbidden:
        message = _l("Use una dirección https pública, sin usuario ni contraseña.")
        raise Invalid(message, fields={"url": message}) from None


def register(unit: Unit, *, client_id: str, url: str, kinds: Iterable[str]) -> Webhook:
    """Tell this client of these kinds from now on. Raises Invalid, Conflict (told there already, or too many)."""
    check_url(url)
    wanted = sorted(set(kinds))
    if not wanted or not set(wanted) <= KINDS.keys():
        message = _l("Los valores posibles son: %(expected)s.", expected=", ".join(KINDS))
        raise Invalid(message, fields={"kinds": message})
    if len(of_client(unit.session, client_id=client_id)) >= MOST:
        raise Conflict(_l("Ya hay demasiadas direcciones. Quite alguna antes."))
    made = Webhook(new_id(), url, tuple(wanted), clock.now(), new_secret())
    with unit.savepoint():
        unit.session.execute(
            text(
                "INSERT INTO webhook (id, client_id, url, kinds, secret_sealed, created_at) "
                "VALUES (:id, :client, :url, :kinds, :secret, :now)"
            ),
            {
                "id": made.id, "client": client_id, "url": url, "kinds": wanted, "now": made.created_at,
                "secret": keys.seal(_SEALED, (made.secret or "").encode()),
            },
        )  # fmt: skip
    return made


def of_client(session: Session, *, client_id: str) -> list[Webhook]:
    """What this client is told, newest first; without the secrets."""
    rows = session.execute(
        text(
            "SELECT id, url, kinds, created_at FROM webhook WHERE client_id = :client AND ended_at IS NULL "
            "ORDER BY created_at DESC, id"
        ),
        {"client": client_id},
    )
    return [Webhook(row.id, row.url, tuple(row.kinds), row.created_at) for row in rows]


def one(session: Session, *, client_id: str, webhook_id: UUID) -> Webhook:
    """One of the client's own. Raises NotFound, alike for another client's and for one that is not."""
    found = next((each for each in of_client(session, client_id=client_id) if each.id == webhook_id), None)
    if found is None:
        raise NotFound()
    return found


def with_secret(session: Session, *, client_id: str, webhook_id: UUID) -> Webhook:
    """As `one`, with the secret of its signatures: for the answer to the request that made it, and to its repeats."""
    found = one(session, client_id=client_id, webhook_id=webhook_id)
    sealed = session.execute(text("SELECT secret_sealed FROM webhook WHERE id = :id"), {"id": webhook_id}).scalar_one()
    return replace(found, secret=secret_of(sealed))


def end(session: Session, *, client_id: str, webhook_id: UUID) -> None:
    """Tell nothing there any more, what waits included. Raises NotFound."""
    done = session.execute(
        text(
            "UPDATE webhook SET ended_at = :now WHERE id = :id AND client_id = :client AND ended_at IS NULL "
            "RETURNING id"
        ),
        {"id": webhook_id, "client": client_id, "now": clock.now()},
    ).scalar()
    if done is None:
        raise NotFound()


def secret_of(sealed: bytes) -> str:
    return keys.unseal(_SEALED, bytes(sealed)).decode()
