"""What the copy of everything holds of a person's conversations."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from case_api.access.door import open_door
from case_api.access.levels import Level
from case_api.db import current_unit, unit_of_work
from case_api.rights.exports import Attached, Section
from channels.contacts import book as contacts
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
                {
                    "at": each.created_at,
                    "direction": each.direction,
                    "channel": each.channel,
                    "body": each.body,
                    "represented_by": each.represented_by,
                    "attachments": [{"id": part.id, "file_name": part.name} for part in each.attachments],
                }  # fmt: skip
                for each in one.messages
            ],
        )
        for one in found
    ]


def _attached(door: Any, person_id: UUID) -> list[Attached]:
    """The files that came and went with the messages, each read when its turn comes."""
    levels = [str(one) for one in door.highest(person_id=person_id, object_kind="conversation")]
    found = conversations.for_person(current_unit().session, person_id=person_id, levels=levels)
    return [
        Attached(part.id, part.name or "archivo", _reader(door, person_id, part.id))
        for one in found
        for each in one.messages
        for part in each.attachments
        if part.state == "stored"
    ]


def _reader(door: Any, person_id: UUID, attachment_id: UUID) -> Callable[[], Iterator[bytes]]:
    actor, purpose = door.actor, door.purpose

    def read() -> Iterator[bytes]:
        with unit_of_work(actor) as unit:
            again = open_door(actor, purpose, unit=unit)
            again.require(person_id=person_id, level=Level.N1, object_kind="conversation", object_id=attachment_id)
            _found, content = conversations.attachment_content(unit.session, attachment_id=attachment_id)
        yield content

    return read


def _addresses(door: Any, person_id: UUID) -> list[Any]:
    """The telephones and mails proved as theirs; under a shield they are as the door says."""
    if not door.locates(person_id):
        return []
    door.require(person_id=person_id, level=Level.N1, object_kind="conversation", object_id=person_id, action="export")
    found = contacts.addresses_of_person(current_unit().session, person_id=person_id)
    return [{"kind": one.kind, "value": one.value} for one in found]


TALKS = (
    Section("conversations", _l("Sus mensajes"), _talks, _attached),
    Section("addresses", _l("Dónde le avisamos"), _addresses),
)
