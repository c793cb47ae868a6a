"""Whose record this is: the person a login's document belongs to, and how somebody new enters the record."""

from datetime import date
from uuid import UUID

from flask_babel import gettext as _

from case_api.access.actor import Actor
from case_api.access.door import open_door
from case_api.access.purposes import Purpose
from case_api.db import unit_of_work
from case_api.errors import StepUpRequired
from case_api.people.enrolment import Newcomer
from portal.identity import sessions
from portal.identity.assurance import reaches
from portal.identity.sessions import Login


def enrol(login: Login, *, language: str) -> UUID:
    """Enter somebody who is logged in into the record: who they are, nothing else. Twice makes one person.

    Raises StepUpRequired below a substantial login (eIDAS), and Invalid when the issuer told no name or document.
    """
    if not reaches(login.assurance, "substantial"):
        raise StepUpRequired("substantial", _("Para apuntarle necesitamos estar seguros de quién es."))
    newcomer = Newcomer(login.given_name, login.family_name, login.document, _birth_date(login.birth_date), language)
    with unit_of_work(Actor.system("login")) as unit:
        person_id = open_door(unit.actor, Purpose.LOGIN, unit=unit).enrol(newcomer)
        sessions.belongs_to(unit.session, owner=login.owner, person_id=person_id)
    return person_id


def _birth_date(told: str) -> date | None:
    try:
        return date.fromisoformat(told)
    except ValueError:
        return None


def person_of(document: str) -> UUID | None:
    """The person whose record bears this document number, as the issuer vouches for it; None without a record.

    A person without a record is not a fault: most who write to us for the first time have none.
    """
    if not document:
        return None
    with unit_of_work(Actor.system("login")) as unit:
        found = open_door(unit.actor, Purpose.LOGIN, unit=unit).person_by_document(document)
    return found.id if found else None
