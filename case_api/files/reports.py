"""The door to reports as professionals make them: written, signed, released; told in person first; a part for each."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text

from case_api import clock
from case_api.access.base import DoorBase
from case_api.access.levels import Level
from case_api.access.switches import end_of
from case_api.db import new_id
from case_api.db.violations import violation
from case_api.errors import Conflict, Invalid, NotFound, Refused
from case_api.files import pdf_cleaning
from case_api.files.cleaning import clean
from case_api.files.content import check_content, clean_name
from case_api.people.names import plain

AUDIENCES: dict[str, Any] = {
    "represented": _l("La persona y quien la representa"),
    "person": _l("Solo la persona"),
    "staff": _l("Solo profesionales"),
}
THEN: dict[str, Any] = {
    "appears": _l("Ese día aparece en su carpeta"),
    "decides": _l("Ese día lo decide una persona"),
}
violation("uq_document_redaction", lambda: Conflict(_l("Esa persona ya tiene su parte de este informe.")))


@dataclass(frozen=True, slots=True)
class Report:
    """A report as its author sees it, without its content.

    `state`: draft, signed, held (told in person first, until `tell_first_until`), to_decide (that day has come and a
    person decides) or released. `parts` are the names of the household members who have a copy of their own.
    """

    id: UUID
    person_id: UUID
    title: str
    level: Level
    audience: str
    author_id: UUID | None
    signed_at: datetime | None
    released_at: datetime | None
    tell_first_reason: str | None
    tell_first_until: datetime | None
    tell_first_then: str | None
    told_at: datetime | None
    redaction_of: UUID | None
    created_at: datetime

    @property
    def state(self) -> str:
        if self.signed_at is None:
            return "draft"
        now = clock.now()
        if self.released_at is not None and self.released_at <= now:
            return "released"
        if self.tell_first_until is None:
            return "signed"
        return "held" if now < self.tell_first_until else "to_decide"

    @property
    def audience_words(self) -> Any:
        return AUDIENCES[self.audience]


_COLUMNS = (
    "id, person_id, title, level, audience, author_id, signed_at, released_at, tell_first_reason, tell_first_until, "
    "tell_first_then, told_at, redaction_of, created_at"
)
_INSERT = text("""
    INSERT INTO document (id, person_id, file_id, kind, title, file_name, level, audience, media_type, size, sha256,
        content, author_id, created_at, redaction_of, cleaned)
    VALUES (:id, :person, :file, 'report', :title, :name, :level, :audience, :media, :size, :sha256, :content, :author,
        :now, :of, :cleaned)
""")
_HOUSEHOLD = text("""
    SELECT p.id, p.given_name, p.surname1, p.surname2, p.document_number FROM household_member mine
    JOIN household_member other ON other.household_id = mine.household_id AND other.left_on IS NULL
    JOIN person p ON p.id = other.person_id WHERE mine.person_id = :person AND mine.left_on IS NULL
""")


def _report(row: Any) -> Report:
    values = list(row)
    values[3] = Level(values[3])
    return Report(*values)


class ReportsDoor(DoorBase):
    def reports(self, person_id: UUID) -> list[Report]:
        """The reports of a person in every state, newest first, for whoever works with them (N3). Raises NotFound."""
        self._report_desk(person_id, "list", person_id)
        levels = self.highest(person_id=person_id, object_kind="document")
        rows = self.unit.session.execute(
            text(
                f"SELECT {_COLUMNS} FROM document WHERE person_id = :person AND kind = 'report' "
                "AND level = ANY(:levels) ORDER BY created_at DESC, id"
            ),
            {"person": person_id, "levels": [str(level) for level in levels]},
        )
        return [_report(row) for row in rows]

    def reports_to_decide(self) -> list[tuple[Report, str]]:
        """This professional's own reports that wait for them, with whose they are: not signed, signed and not
        released, told in person first; those whose day has come first. Each person is decided and logged.
        """
        if self.actor.kind != "staff" or self.actor.professional_id is None:
            return []
        rows = self.unit.session.execute(
            text(
                f"SELECT {_COLUMNS} FROM document WHERE kind = 'report' AND author_id = :me "
                "AND (released_at IS NULL OR released_at > :now) AND (audience <> 'staff' OR signed_at IS NULL) "
                "ORDER BY tell_first_until NULLS LAST, created_at, id LIMIT 200"
            ),
            {"me": self.actor.professional_id, "now": clock.now()},
        ).all()
        found = [_report(row) for row in rows]
        open_ = {
            level: set(
                self.require_each(
                    [one.person_id for one in found if one.level == level],
                    level=level,
                    object_kind="document",
                    action="list",
                )  # fmt: skip
            )
            for level in {one.level for one in found}
        }
        mine = [one for one in found if one.person_id in open_[one.level]]
        names = self.names([one.person_id for one in mine])  # type: ignore[attr-defined]
        return [(one, names[one.person_id]) for one in mine if one.person_id in names]

    def report(self, document_id: UUID) -> Report:
        """One of them (its own level). Raises NotFound."""
        row = self.unit.session.execute(
            text(f"SELECT {_COLUMNS} FROM document WHERE id = :id AND kind = 'report' FOR UPDATE"), {"id": document_id}
        ).first()
        self._report_desk(row.person_id if row else None, "read", document_id, Level(row.level) if row else Level.N3)
        if row is None:
            raise NotFound()
        return _report(row)

    def write_report(
        self,
        person_id: UUID,
        *,
        title: str,
        name: str,
        content: bytes,
        level: Level = Level.N3,
        audience: str = "represented",
        file_id: UUID | None = None,
    ) -> Report:
        """Put a report into the record, unsigned: only staff see it (N3, or its level).

        Raises NotFound; Invalid (fields title, document, level, audience).
        """
        self._report_desk(person_id, "write", person_id, max(level, Level.N3))
        if level not in (Level.N3, Level.N4):
            raise Invalid(_l("Elija un nivel."), fields={"level": _l("Elija un nivel.")})
        if audience not in AUDIENCES:
            raise Invalid(_l("Elija para quién es."), fields={"audience": _l("Elija para quién es.")})
        return self._report_put(person_id, title, name, content, level, audience, file_id, None)

    def sign_report(self, document_id: UUID) -> Report:
        """Sign it: only its author does. Raises NotFound, Refused; Conflict when it is signed already."""
        found = self.report(document_id)
        if found.author_id is None or found.author_id != self.actor.professional_id:
            raise Refused(_l("Solo lo firma quien lo escribió."))
        if found.signed_at is not None:
            raise Conflict(_l("Este informe ya está firmado."))
        return self._report_change(document_id, "signed_at = :now, signed_by = :who")

    def release_report(
        self, document_id: UUID, *, reason: str = "", until: date | None = None, then: str = "appears"
    ) -> Report:
        """Let the person read it: now, or after it was told in person.

        With a `reason` it waits until that day is over in Madrid, at most the table's `tell_first_days`; `then` it
        appears by itself or a person decides (a key of THEN). Raises NotFound; Conflict for one that is not signed, is
        for staff alone or was released; Invalid (fields reason, until, then).
        """
        found = self.report(document_id)
        if found.signed_at is None:
            raise Conflict(_l("Primero hay que firmarlo."))
        if found.audience == "staff":
            raise Conflict(_l("Este informe es solo para profesionales."))
        if found.state == "released":
            raise Conflict(_l("Este informe ya está en la carpeta de la persona."))
        if not reason.strip() and until is None:
            return self._report_change(
                document_id, "released_at = :now, released_by = :who, told_at = CASE WHEN tell_first_reason IS NULL "
                "THEN NULL ELSE CAST(:now AS timestamptz) END",
            )  # fmt: skip
        limit = self._report_until(reason, until, then)
        return self._report_change(
            document_id,
            "tell_first_reason = :reason, tell_first_until = :until, tell_first_then = :then, released_by = :who, "
            "released_at = :released",
            reason=reason.strip(), until=limit, then=then, released=limit if then == "appears" else None,
        )  # fmt: skip

    def _report_until(self, reason: str, until: date | None, then: str) -> datetime:
        days, wrong = self._table.tell_first_days, {}
        last = clock.today() + timedelta(days=days)
        if not reason.strip():
            wrong["reason"] = _l("Escriba por qué conviene decírselo antes en persona.")
        if until is None or not clock.today() <= until <= last:
            wrong["until"] = _l("Elija un día de los próximos %(days)s.", days=days)
        if then not in THEN:
            wrong["then"] = _l("Elija qué pasa ese día.")
        if wrong or until is None:
            raise Invalid(_l("Falta algo o hay algo que corregir."), fields=wrong)
        return end_of(until)

    def add_part(self, document_id: UUID, member_id: UUID, *, title: str, name: str, content: bytes) -> Report:
        """Put into the record of a household member their own part of a report: a copy without the others.

        The file is cleaned, must hold nothing below what it shows, and must not name the other members as far as its
        text can be read. Unsigned and unreleased, like any report. Raises NotFound, Conflict; Invalid (field document).
        """
        found = self.report(document_id)
        self._report_desk(member_id, "write", document_id)
        members = self.unit.session.execute(_HOUSEHOLD, {"person": found.person_id}).all()
        if member_id == found.person_id or member_id not in {row.id for row in members}:
            raise NotFound()
        others = [row for row in members if row.id != member_id]
        if any(_names(row, [title, name]) for row in others):
            raise _wrong(_l("El título o el nombre del archivo nombra a otra persona de la casa."), "title")
        check_content(name, "", content)
        if content.startswith(b"%PDF-"):
            if pdf_cleaning.has_layers_below(content):
                raise _wrong(_l("El PDF guarda cosas que no se ven. Imprímalo como un PDF nuevo y elíjalo otra vez."))
            if any(_names(row, pdf_cleaning.texts(content)) for row in others):
                raise _wrong(_l("El texto nombra a otra persona de la casa. Quite su nombre y su documento."))
        with self.unit.savepoint():
            return self._report_put(member_id, title, name, content, found.level, found.audience, None, document_id)

    def _report_put(
        self, person_id: UUID, title: str, name: str, content: bytes, level: Level, audience: str,
        file_id: UUID | None, of: UUID | None,
    ) -> Report:  # fmt: skip
        if not title.strip():
            raise _wrong(_l("Escriba un título."), "title")
        media_type = check_content(name, "", content)
        content, cleaned = clean(media_type, content)
        if of is not None and not cleaned:
            raise _wrong(_l("No podemos quitar los datos ocultos de este archivo. Guárdelo como un PDF nuevo."))
        values = {
            "id": new_id(), "person": person_id, "file": file_id, "title": title.strip(), "name": clean_name(name),
            "level": str(level), "audience": audience, "media": media_type, "size": len(content),
            "sha256": hashlib.sha256(content).digest(), "content": content, "author": self.actor.professional_id,
            "now": clock.now(), "of": of, "cleaned": cleaned,
        }  # fmt: skip
        self.unit.session.execute(_INSERT, values)
        return self._report_row(values["id"])

    def _report_change(self, document_id: UUID, what: str, **values: Any) -> Report:
        self.unit.session.execute(
            text(f"UPDATE document SET {what} WHERE id = :id"),
            {"id": document_id, "now": clock.now(), "who": self.actor.professional_id, **values},
        )
        return self._report_row(document_id)

    def _report_row(self, document_id: UUID) -> Report:
        return _report(
            self.unit.session.execute(
                text(f"SELECT {_COLUMNS} FROM document WHERE id = :id"), {"id": document_id}
            ).one()
        )

    def _report_desk(self, person_id: UUID | None, action: str, object_id: UUID, level: Level = Level.N3) -> None:
        """Only professionals work on reports; a person, and whoever they let see, reads them as documents."""
        staff = self.actor.kind == "staff"
        if staff and person_id and self.by_consent(person_id=person_id, level=level, object_kind="document"):
            person_id = None
        self.require(
            person_id=person_id if staff else None, level=level, object_kind="document", object_id=object_id,
            action=action,
        )  # fmt: skip


def _names(person: Any, texts: list[str]) -> bool:
    """Whether one of the texts bears this person's name with a surname, or their document."""
    given, first = plain(person.given_name), plain(person.surname1)
    for each in texts:
        words = f"-{plain(each)}-"
        if f"-{given}-" in words or f"-{given}-{first}-" in words:
            return True
        if person.document_number and person.document_number.lower() in words.replace("-", ""):
            return True
    return False


def _wrong(message: Any, field: str = "document") -> Invalid:
    return Invalid(message, fields={field: message})
