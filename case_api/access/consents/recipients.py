"""Whom a person may give a switch to: whom the table names, a centre of the city, somebody whom they choose."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text
from sqlalchemy.orm import Session
from stdnum.es import dni, nie

from case_api import clock
from case_api.db import Unit, new_id
from case_api.errors import Conflict, Invalid
from case_api.people.names import document_number

TEAM = "team"
MANY = ("other_unit", "chosen")
"""Kinds of which there are many: their `recipient_name` is an identifier."""
MOST_CHOSEN = 20


@dataclass(frozen=True, slots=True)
class Chosen:
    """Somebody whom the person chose. `label` tells them from others with the same name."""

    id: UUID
    name: str
    label: str
    chosen_at: datetime


LABEL = """CASE c.recipient_kind
        WHEN 'other_unit' THEN (SELECT u.name FROM unit u WHERE CAST(u.id AS text) = c.recipient_name)
        WHEN 'chosen' THEN (SELECT k.name || ' (…' || right(k.document_number, 3) || ')' FROM chosen_recipient k
            WHERE CAST(k.id AS text) = c.recipient_name AND k.person_id = c.person_id) END"""
_CENTRE = text("""
    SELECT u.name FROM unit u WHERE u.id = :id AND u.open AND u.kind = 'centre' AND NOT u.protected
        AND NOT EXISTS (SELECT FROM person p WHERE p.id = :person AND p.unit_id = u.id)
""")
_CHOSEN = """SELECT id, name, name || ' (…' || right(document_number, 3) || ')' AS label, chosen_at
    FROM chosen_recipient WHERE person_id = :person """


def label_of(session: Session, *, person_id: UUID, kind: str, name: str) -> str | None:
    """The name of a centre or of a chosen person, or None when this person can give that recipient nothing."""
    try:
        identifier = UUID(name)
    except ValueError:
        return None
    if str(identifier) != name or kind not in MANY:
        return None
    if kind == "other_unit":
        return session.execute(_CENTRE, {"id": identifier, "person": person_id}).scalar()
    row = session.execute(text(_CHOSEN + "AND id = :id"), {"id": identifier, "person": person_id}).first()
    return row.label if row else None


def team_units(session: Session, person_id: UUID) -> list[str]:
    """The centres of those named in a person's case team now; nothing where there is none, or a shield stands."""
    return list(session.execute(text("SELECT alma_team_units(:id)"), {"id": person_id}).scalar() or [])


def all_chosen(session: Session, person_id: UUID) -> list[Chosen]:
    """Whom a person has chosen, the last first."""
    rows = session.execute(text(_CHOSEN + "ORDER BY chosen_at DESC, id"), {"person": person_id})
    return [Chosen(*row) for row in rows]


def choose(unit: Unit, *, person_id: UUID, name: str, document: str) -> Chosen:
    """Write down whom a person chooses; it opens nothing, and says nothing of whether the city knows them.

    The same name and document again is the same one. Raises Invalid (fields name, document), Conflict for too many.
    """
    name, number = " ".join(name.replace("\0", "").split()), document_number(document)
    wrong = {}
    if not name or len(name) > 200:
        wrong["name"] = _l("Escriba el nombre y los apellidos.")
    if not (dni.is_valid(number) or nie.is_valid(number)):
        wrong["document"] = _l("Ese DNI o NIE no es correcto. Revise los números y la letra.")
    own = text("SELECT document_number FROM person WHERE id = :id")
    if not wrong and number == unit.session.execute(own, {"id": person_id}).scalar():
        wrong["document"] = _l("Escriba el documento de la otra persona, no el suyo.")
    if wrong:
        raise Invalid(_l("Falta algo o hay algo que corregir."), fields=wrong)
    values = {"id": new_id(), "person": person_id, "name": name, "document": number, "now": clock.now()}
    known = text(_CHOSEN + "AND name = :name AND document_number = :document")
    found = unit.session.execute(known, values).first()
    if found is None:
        if len(all_chosen(unit.session, person_id)) >= MOST_CHOSEN:
            raise Conflict(_l("Ya tiene muchas personas apuntadas. Hable con su centro."))
        unit.session.execute(
            text(
                "INSERT INTO chosen_recipient (id, person_id, name, document_number, chosen_at) "
                "VALUES (:id, :person, :name, :document, :now)"
            ),
            values,
        )
        found = unit.session.execute(known, values).one()
    return Chosen(*found)
