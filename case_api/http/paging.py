"""Pages by cursor: where the last one ended, never how many there are."""

import base64
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from case_api.errors import Invalid

Position = tuple[datetime, UUID]


def write(at: datetime, identifier: UUID) -> str:
    """A cursor: opaque to others, harmless when read."""
    raw = json.dumps([at.isoformat(), str(identifier)]).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def read(cursor: str | None) -> Position | None:
    """The position of a cursor. Raises Invalid for one that we did not write."""
    if cursor is None:
        return None
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        at, identifier = json.loads(raw)
        moment = datetime.fromisoformat(at)
        # PostgreSQL's years end before Python's do in some zones; ours are nowhere near either.
        if moment.tzinfo is None or not 1900 < moment.year < 9000:
            raise ValueError
        return moment, UUID(identifier)
    except (ValueError, TypeError, AttributeError, RecursionError):
        message = _l("Use el valor de «next» de la página anterior, sin cambiarlo.")
        raise Invalid(message, fields={"cursor": message}) from None


def cut(items: Sequence[Any], limit: int, position: Callable[[Any], Position]) -> dict[str, Any]:
    """A page from a list that was asked for one item more than the page holds."""
    shown = list(items[:limit])
    return {"items": shown, "next": write(*position(shown[-1])) if len(items) > limit else None}


def after(
    items: Sequence[Any],
    cursor: str | None,
    limit: int,
    position: Callable[[Any], Position],
    *,
    newest_first: bool = True,
) -> dict[str, Any]:
    """A page of a list that is held whole, in the order of (instant, identifier), instants falling or rising."""
    place = read(cursor)

    def later(item: Any) -> bool:
        at, identifier = position(item)
        if at == place[0]:
            return identifier > place[1]
        return at < place[0] if newest_first else at > place[0]

    rest = [item for item in items if later(item)] if place else list(items)
    return cut(rest, limit, position)
