"""Whose record this is: the person a login's document belongs to."""

from uuid import UUID

from case_api.access.actor import Actor
from case_api.access.door import open_door
from case_api.access.purposes import Purpose
from case_api.db import unit_of_work


def person_of(document: str) -> UUID | None:
    """The person whose record bears this document number, as the issuer vouches for it; None without a record.

    A person without a record is not a fault: most who write to us for the first time have none.
    """
    if not document:
        return None
    with unit_of_work(Actor.system("login")) as unit:
        found = open_door(unit.actor, Purpose.LOGIN, unit=unit).person_by_document(document)
    return found.id if found else None
