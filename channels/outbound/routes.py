"""By which address somebody is best told something."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from case_api.access.levels import Level
from channels.contacts import book as contacts
from channels.contacts.book import Address
from channels.outbound import approved, gate, outbox

PREFERENCE = ("whatsapp", "sms", "email")


@dataclass(frozen=True, slots=True)
class Route:
    """An address to tell somebody on. `quiet`: only that something waits."""

    address: Address
    quiet: bool


def best(
    session: Session,
    *,
    person_id: UUID,
    contact_id: UUID,
    level: Level | str,
    purpose: str = "case",
    template: str | None = None,
    besides: Collection[str] = (),
) -> Route | None:
    """The first proved address that the gate lets through: WhatsApp inside its window or with approved words, then SMS,
    then mail. `besides`: channels tried already. Where the words themselves may not go, the pointer to the folder may.
    """
    addresses = [one for one in _of_person(session, person_id, contact_id) if one.kind not in besides]
    for channel in PREFERENCE:
        for address in addresses:
            if address.kind != channel:
                continue
            for quiet in (False, True):
                name = "notice_in_folder" if quiet else template
                if _goes(session, address, channel, "N0" if quiet else level, purpose, person_id, name):
                    return Route(address, quiet)
    return None


def _of_person(session: Session, person_id: UUID, contact_id: UUID) -> list[Address]:
    proved = contacts.addresses_of_person(session, person_id=person_id)
    numbers = {address.value for address in proved if address.kind == "whatsapp"}
    # Whoever proved the WhatsApp of a number holds the number: an SMS may go there too, though none came from it.
    siblings = [
        address
        for address in contacts.addresses_of_contact(session, contact_id=contact_id)
        if address.kind == "sms" and address.person_id is None and address.value in numbers
    ]
    return [*proved, *siblings]


def _goes(
    session: Session, address: Address, channel: str, level: Level | str, purpose: str, person_id: UUID,
    template: str | None,
) -> bool:  # fmt: skip
    templated = (
        template is not None
        and channel in gate.WINDOWED
        and approved.usable(session, channel=channel, name=template, language="es") is not None
    )
    decision = gate.decide(
        session,
        address_id=address.id,
        channel=channel,
        our_address=outbox.our_address(channel),
        level=level,
        person_id=person_id,
        purpose=purpose,
        templated=templated,
    )
    return decision.act != "hold"
