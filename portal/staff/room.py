"""What the desk's routes share: the blueprint, who is working, the door for a purpose, who may open a conversation."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import Blueprint
from flask_login import current_user

from case_api.access.actor import Actor
from case_api.access.door import Door, open_door
from case_api.access.levels import Level
from case_api.access.purposes import Purpose
from case_api.db import current_unit
from case_api.errors import NotFound
from channels.conversations import service as conversations
from channels.conversations.service import ConversationView

blueprint = Blueprint("staff", __name__)

# Reception reads what nobody has taken yet, wherever in the city it was sent to; coordination stands in for anybody.
SEE_EVERY_UNIT = frozenset({"information", "coordinator"})


def actor() -> Actor:
    """The professional who is working."""
    return current_user.actor


def me() -> UUID:
    """Their identifier."""
    return current_user.professional.id


def my_unit() -> UUID:
    """The unit they work in."""
    return current_user.professional.unit_id


def staff_door(purpose: Purpose, *, handling: Iterable[UUID] = ()) -> Door:
    """The door to the record for this request."""
    return open_door(actor(), purpose, handling=handling)


def names_of(found: Iterable[Any]) -> dict[UUID, str]:
    """The names of the people of these conversations, calls or letters, as far as whoever answers may know them."""
    people = [one.person_id for one in found if one.person_id]
    return staff_door(Purpose.ANSWER_MESSAGE, handling=people).names(people)


def may_open(*, unit_id: UUID | None, professional_id: UUID | None) -> bool:
    """Whether a conversation is this professional's business: theirs, their unit's, nobody's yet, or any for reception.

    Ley 12/2022 (Madrid) art. 36.2: need to know, enforced by the system.
    """
    who = actor()
    if who.role in SEE_EVERY_UNIT or professional_id == who.professional_id:
        return True
    return unit_id is None or unit_id == who.unit_id


def opened(conversation_id: UUID) -> ConversationView:
    """A conversation this professional may open; the look is logged when it is a person's. Raises NotFound alike for
    one that is another unit's and one that does not exist."""
    found = conversations.open_conversation(current_unit().session, conversation_id=conversation_id)
    if not may_open(unit_id=found.unit_id, professional_id=found.professional_id):
        raise NotFound()
    if found.person_id is not None:
        door = staff_door(Purpose.ANSWER_MESSAGE, handling=[found.person_id])
        door.require(person_id=found.person_id, level=Level.N1, object_kind="conversation", object_id=conversation_id)
    return found


@blueprint.context_processor
def _words_of_the_desk() -> dict[str, object]:
    from case_api.agenda.values import MODES, PRIORITIES, SOURCES, STATES
    from case_api.people.assigning import ASSIGN
    from channels.inbound.language import RIGHT_TO_LEFT
    from portal.office import words as office_words
    from portal.staff import words

    return {
        "time_left": words.time_left,
        "channels": words.channel_names(),
        "language_name": words.language_name,
        "sender_checks": words.sender_checks,
        "sender": words.sender,
        "right_to_left": RIGHT_TO_LEFT,
        "mode_words": MODES.get,
        "priorities": PRIORITIES,
        "sources": SOURCES,
        "appointment_state": STATES.get,
        "file_steps": office_words.file_steps,
        "file_pill": lambda state: office_words.PILLS.get(state, ""),
        "reviews_looks": current_user.is_authenticated and actor().role in ("coordinator", "data_protection"),
        "assigns_people": current_user.is_authenticated and actor().role in ASSIGN,
        "sees_quarantine": current_user.is_authenticated and actor().role in SEE_EVERY_UNIT,
    }
