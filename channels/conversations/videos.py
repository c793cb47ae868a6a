"""Seeing each other by video: only the proposal of a time. The room is the appointments'."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from case_api import clock
from case_api.errors import Invalid
from channels.outbound import notices, sending


def propose(
    session: Session,
    *,
    conversation_id: UUID,
    body: str,
    person_id: UUID | None,
    proposed_at: datetime | None,
    **columns: Any,
) -> UUID:
    """Propose to see each other by video at a time (aware): written in the folder, with a notice by the best channel.

    The place of the room is never sent. Returns the message's id. Raises Invalid when nobody knows who it is, or for a
    time that is none or has passed.
    """
    if person_id is None:
        raise Invalid(fields={"channel": _l("Todavía no sabemos quién es: no tiene carpeta.")})
    if proposed_at is None or proposed_at <= clock.now():
        raise Invalid(fields={"proposed": _l("Elija un día y una hora que no hayan pasado.")})
    made = sending.put_in_portal(
        session,
        conversation_id=conversation_id,
        channel="video",
        body=body,
        person_id=person_id,
        proposed_at=proposed_at,
        **columns,
    )
    notices.tell(session, person_id=person_id, template="notice_in_folder", purpose="appointment", prompt=True)
    return made
