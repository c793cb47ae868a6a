"""Words that a provider approved beforehand, as rows: WhatsApp takes nothing else once 24 hours have passed."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from case_api import clock
from case_api.access.levels import Level
from case_api.db import new_id
from case_api.errors import Conflict, Invalid, NotFound
from case_api.settings import settings
from channels.outbound.ceilings import WINDOWED, ceiling
from channels.outbound.words import FOLDER, day_time, spoken

STATES = {
    "pending": _l("Pendiente de aprobación"),
    "approved": _l("Aprobada"),
    "rejected": _l("Rechazada"),
    "paused": _l("En pausa"),
}
_HOLE = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")
HOLES = frozenset({"when", "centre", "portal", "phone"})
_COLUMNS = "id, channel, name, language, body, level, external_id, state, reason, state_at"


@dataclass(frozen=True, slots=True)
class ApprovedWords:
    """One row. `body` has named holes ({{when}}); `state` is the provider's word, kept by staff."""

    id: UUID
    channel: str
    name: str
    language: str
    body: str
    level: str
    external_id: str | None
    state: str
    reason: str | None
    state_at: datetime

    @property
    def holes(self) -> tuple[str, ...]:
        """The names of its holes, each once, in the order in which the provider numbers them."""
        return holes_in(self.body)

    def filled(self, values: dict[str, str]) -> str:
        """The words as the person reads them."""
        return _HOLE.sub(lambda hole: values.get(hole[1], ""), self.body)


def holes_in(body: str) -> tuple[str, ...]:
    """The names of the holes in approved words, each once, in their order."""
    return tuple(dict.fromkeys(_HOLE.findall(body)))


def names() -> list[str]:
    """The messages of ours that a template can stand for: the files in templates/messages."""
    return sorted(path.stem for path in FOLDER.glob("*.txt"))


def listing(session: Session) -> list[ApprovedWords]:
    """Every template, by message and language."""
    rows = session.execute(text(f"SELECT {_COLUMNS} FROM message_template ORDER BY name, language, channel"))
    return [ApprovedWords(*row) for row in rows]


def usable(session: Session, *, channel: str, name: str, language: str) -> ApprovedWords | None:
    """The approved template of a message in a language, else in the first of ours; None when there is none."""
    row = session.execute(
        text(
            f"SELECT {_COLUMNS} FROM message_template WHERE channel = :channel AND name = :name "
            "AND state = 'approved' AND language IN (:language, :first) ORDER BY language = :language DESC LIMIT 1"
        ),
        {"channel": channel, "name": name, "language": spoken(language), "first": settings().languages[0]},
    ).first()
    return ApprovedWords(*row) if row else None


def holes_of(values: dict[str, Any], *, language: str) -> dict[str, str]:
    """What fills the holes: times in words, the rest as it is."""
    made = {"portal": settings().PUBLIC_URL, "phone": settings().HELP_PHONE}
    for name, value in values.items():
        if isinstance(value, datetime):
            made["when" if name == "starts_at" else name] = day_time(value, language)
        elif value is not None:
            made[name] = str(value)
    return made


def add(
    session: Session,
    *,
    channel: str,
    name: str,
    language: str,
    body: str,
    level: str,
    external_id: str | None,
    author: UUID | None,
) -> UUID:
    """A template sent for approval. Returns its id. Raises Invalid (fields name, language, body, level), Conflict when
    there is one for this message and language."""
    body = body.replace("\r\n", "\n").strip()
    fields: dict[str, Any] = {}
    if channel not in WINDOWED:
        fields["channel"] = _l("Este canal no necesita plantillas.")
    if name not in names():
        fields["name"] = _l("Elija qué mensaje es.")
    if language not in settings().languages:
        fields["language"] = _l("Elija un idioma.")
    unknown = sorted(set(_HOLE.findall(body)) - HOLES)
    if not body or len(body) > 1024:
        fields["body"] = _l("Escriba el texto: 1.024 letras como mucho.")
    elif unknown or "{" in _HOLE.sub("", body):
        fields["body"] = _l("Los huecos que puede usar son {{when}}, {{centre}}, {{portal}} y {{phone}}.")
    if level not in tuple(Level) or Level(level) > ceiling(channel):
        fields["level"] = _l("Por este canal no puede ir un contenido así.")
    if fields:
        raise Invalid(fields=fields)
    made, now = new_id(), clock.now()
    try:
        with session.begin_nested():
            session.execute(
                text(
                    "INSERT INTO message_template (id, channel, name, language, body, level, external_id, created_at, "
                    "state_at, professional_id) VALUES (:id, :channel, :name, :language, :body, :level, :external, "
                    ":now, :now, :author)"
                ),
                {
                    "id": made, "channel": channel, "name": name, "language": language, "body": body,
                    "level": str(level), "external": (external_id or "").strip() or None, "now": now, "author": author,
                },
            )  # fmt: skip
    except IntegrityError:
        raise Conflict(_l("Ya hay una plantilla de este mensaje en este idioma, o con ese identificador.")) from None
    return made


def set_state(
    session: Session, *, template_id: UUID, state: str, external_id: str | None = None, reason: str | None = None
) -> None:
    """What the provider decided. An approved one needs the provider's id. Raises Invalid, NotFound."""
    if state not in STATES:
        raise Invalid(fields={"state": _l("Elija un estado.")})
    row = session.execute(
        text("SELECT external_id FROM message_template WHERE id = :id FOR UPDATE"), {"id": template_id}
    ).first()
    if row is None:
        raise NotFound
    known = (external_id or "").strip() or row.external_id
    if state == "approved" and not known:
        raise Invalid(fields={"external_id": _l("Escriba el identificador que le dio el operador.")})
    session.execute(
        text(
            "UPDATE message_template SET state = :state, external_id = :external, reason = :reason, state_at = :now "
            "WHERE id = :id"
        ),
        {"id": template_id, "state": state, "external": known, "reason": (reason or "")[:300] or None,
         "now": clock.now()},
    )  # fmt: skip


def as_json(values: dict[str, str]) -> str:
    """The holes' values as the message keeps them."""
    return json.dumps(values, ensure_ascii=False)
