"""A person enters the record by themselves: who they are, and nothing else.

Whoever asks something without being known gets an answer and an appointment; a social history is another matter, and
only a professional opens one.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text
from stdnum import get_cc_module

from case_api.access.base import DoorBase
from case_api.access.levels import Level
from case_api.db import new_id
from case_api.errors import Invalid, NotFound
from case_api.people.names import document_number, sort_key

# With these a surname begins before its second word: "de la Fuente Prado".
_PARTICLES = frozenset("de del la las los el y i da das do dos van von di al ben bin abd".split())


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who somebody is, as the identity provider vouches for it. `birth_date` None when it did not say."""

    given_name: str
    surnames: str
    document: str
    birth_date: date | None
    language: str


def two_surnames(surnames: str) -> tuple[str, str | None]:
    """First and second surname of a name written in one; particles stay with the word that follows them."""
    words = surnames.split()
    end = next((at for at, word in enumerate(words, 1) if word.lower() not in _PARTICLES), len(words))
    return " ".join(words[:end]), " ".join(words[end:]) or None


def document_type(number: str) -> str:
    """`dni`, `nie` or `other` by the control letter of a document as `document_number` spells it."""
    for kind in ("dni", "nie"):
        if get_cc_module("es", kind).is_valid(number):
            return kind
    return "other"


class EnrolmentDoor(DoorBase):
    def enrol(self, newcomer: Newcomer) -> UUID:
        """The person with this document: the one on record, or a new row with who they are (N0) and no more.

        Twice, or twice at once, makes one. Only for processes of ours: raises NotFound for any other actor. Raises
        Invalid when the provider told no name or no document.
        """
        number = document_number(newcomer.document)
        first, second = two_surnames(newcomer.surnames)
        if not (number and newcomer.given_name.strip() and first):
            raise Invalid()
        if self.actor.kind != "system":
            self.require(person_id=None, level=Level.N0, object_kind="person", object_id="enrol", action="create")
            raise NotFound()
        made = self.unit.session.execute(
            text(
                "INSERT INTO person (id, given_name, surname1, surname2, sort_key, birth_date, document_type, "
                "document_number, language) VALUES (:id, :given_name, :surname1, :surname2, :sort_key, :birth_date, "
                ":document_type, :number, :language) ON CONFLICT ON CONSTRAINT uq_person_document DO NOTHING"
            ),
            {
                "id": new_id(),
                "given_name": newcomer.given_name.strip(),
                "surname1": first,
                "surname2": second,
                "sort_key": sort_key(newcomer.given_name, first, second),
                "birth_date": newcomer.birth_date,
                "document_type": document_type(number),
                "number": number,
                "language": newcomer.language,
            },
        ).rowcount
        # Read again: who came second takes the row of who came first.
        person_id = self.unit.session.execute(
            text("SELECT id FROM person WHERE document_number = :number"), {"number": number}
        ).scalar_one()
        self.require(
            person_id=person_id,
            level=Level.N0,
            object_kind="person",
            object_id=person_id,
            action="create" if made else "find",
        )
        return person_id

    def write_down(self, newcomer: Newcomer, *, unit_id: UUID) -> UUID:
        """Who asks for an appointment at a desk, as they say it: with a document as `enrol`, also when another centre
        knows them; without one, a new row, which this centre attends. It opens no social history.

        Only for processes of ours: raises NotFound for any other actor. Raises Invalid without a name.
        """
        first, second = two_surnames(newcomer.surnames)
        if not (newcomer.given_name.strip() and first):
            message = _l("Escriba el nombre y al menos un apellido.")
            raise Invalid(message, fields={"surnames": message})
        if document_number(newcomer.document):
            return self.enrol(newcomer)
        person_id = new_id()
        if self.actor.kind != "system":
            self.require(person_id=None, level=Level.N0, object_kind="person", object_id="enrol", action="create")
            raise NotFound()
        self.unit.session.execute(
            text(
                "INSERT INTO person (id, given_name, surname1, surname2, sort_key, language, unit_id) "
                "VALUES (:id, :given_name, :surname1, :surname2, :sort_key, :language, :unit)"
            ),
            {
                "id": person_id,
                "given_name": newcomer.given_name.strip(),
                "surname1": first,
                "surname2": second,
                "sort_key": sort_key(newcomer.given_name, first, second),
                "language": newcomer.language,
                "unit": unit_id,
            },
        )
        self.require(person_id=person_id, level=Level.N0, object_kind="person", object_id=person_id, action="create")
        return person_id
