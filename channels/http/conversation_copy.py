"""What the copy of everything holds of a person's conversations."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from case_api.db import current_unit
from case_api.rights.exports import Section
from channels.conversations import service as conversations


@dataclass(frozen=True, slots=True)
class _Talk:
    """A conversation as the copy tells it."""

    subject: str | None
    opened_at: Any
    messages: list[dict[str, Any]]


def _talks(door: Any, person_id: UUID) -> list[_Talk]:
    levels = [str(one) for one in door.highest(person_id=person_id, object_kind="conversation")]
    found = conversations.for_person(current_unit().session, person_id=person_id, levels=levels)
    return [
        _Talk(
            one.subject,
            one.opened_at,
            [
                {"at": each.created_at, "direction": each.direction, "channel": each.channel, "body": each.body}
                for each in one.messages
            ],
        )
        for one in found
    ]


TALKS = (Section("conversations", _l("Sus mensajes"), _talks),)
