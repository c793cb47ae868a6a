"""The door to representation: who acts for a person, given, asked for, confirmed at the desk, ended."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text
from stdnum.es import dni, nie

from case_api import clock
from case_api.access.base import DoorBase
from case_api.access.levels import Level
from case_api.access.representing import Tie, birthday, in_force, scope_now
from case_api.access.switches import end_of
from case_api.db import new_id
from case_api.db.violations import violation
from case_api.errors import Conflict, Invalid, NotFound, Refused
from case_api.people.names import document_number

KINDS: dict[str, Any] = {
    "guardian_in_fact": _l("Guardador o guardadora de hecho"),
    "support_person": _l("Curador o curadora"),
    "power_of_attorney": _l("Apoderado o apoderada ante notario"),
    "authorisation": _l("Persona autorizada con su firma"),
    "parent": _l("Madre o padre"),
    "tutor": _l("Tutor o tutora"),
}
CHOSEN = "chosen"
_FOLDER_KINDS = KINDS | {CHOSEN: _l("Persona a quien ha dado permiso")}
_KIND = "representation"
# What the law lets a person end alone (CC art. 1732); the others end at a desk or in court.
_REVOCABLE = frozenset({"authorisation", "power_of_attorney"})
violation("uq_representation_standing", lambda: Conflict(_l("Esa persona ya está apuntada así.")))
violation("ck_representation_another", lambda: Conflict(_l("Nadie se representa a sí mismo.")))


@dataclass(frozen=True, slots=True)
class Representative:
    """One tie between two people. `scope_today` is how far it reaches at this moment, None when it opens nothing.

    `state`: asked, standing, not_yet, suspended, expired, ended. `own_say`: the minor decides about it now.
    """

    id: UUID
    person_id: UUID
    representative_id: UUID | None
    name: str
    document: str
    kind: str
    scope: Level
    evidence: str
    asked_at: datetime
    ends_at: datetime | None
    minor_says: str | None
    state: str
    scope_today: Level | None
    own_say: bool

    @property
    def kind_words(self) -> Any:
        return KINDS[self.kind]

    @property
    def revocable(self) -> bool:
        """Whether the person may end it alone: what they gave, and what nobody has confirmed."""
        return self.state == "asked" or self.kind in _REVOCABLE


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder of somebody for whom the actor acts, and how far; or who let them see something (kind `chosen`)."""

    person_id: UUID
    given_name: str
    name: str
    kind: str
    scope: Level

    @property
    def kind_words(self) -> Any:
        return _FOLDER_KINDS[self.kind]


_COLUMNS = """
    SELECT r.id, r.person_id, r.representative_id, r.representative_name, r.representative_document, r.kind, r.scope,
        r.evidence, r.asked_at, r.confirmed_at, r.starts_at, r.ends_at, r.suspended_at, r.ended_at, r.minor_says,
        r.minor_said_at, p.birth_date, p.deceased_on
    FROM representation r LEFT JOIN person p ON p.id = r.person_id WHERE """
_INSERT = text("""
    INSERT INTO representation (id, person_id, representative_id, representative_document, representative_name, kind,
        scope, evidence, asked_at, confirmed_at, confirmed_by, starts_at, ends_at)
    VALUES (:id, :person, :representative, :document, :name, :kind, :scope, :evidence, :now, :confirmed, :who, :starts,
        :ends)
""")


class RepresentationDoor(DoorBase):
    def representatives(self, person_id: UUID, *, ended: bool = False) -> list[Representative]:
        """Who acts for a person, newest first (N2): for the person and their professionals, no representative.

        Raises NotFound, StepUpRequired.
        """
        self.require(person_id=person_id, level=Level.N2, object_kind=_KIND, object_id=person_id, action="list")
        rows = self.unit.session.execute(
            text(_COLUMNS + "r.person_id = :person AND (r.ended_at IS NULL OR :ended) ORDER BY r.asked_at DESC, r.id"),
            {"person": person_id, "ended": ended},
        )
        return [self._tie_of(row) for row in rows]

    def folders(self) -> list[Folder]:
        """The people whose folder this citizen may look at now, each logged. Nobody who is out of reach shows."""
        me = self.actor.person_id
        if self.actor.kind != "citizen" or me is None:
            return []
        session = self.unit.session
        session.execute(
            text("UPDATE representation SET representative_id = :me WHERE representative_id IS NULL AND ended_at IS "
                 "NULL AND person_id <> :me AND representative_document = "
                 "(SELECT document_number FROM person WHERE id = :me)"),
            {"me": me},
        )  # fmt: skip
        ties = session.execute(
            text("SELECT DISTINCT person_id FROM representation WHERE representative_id = :me AND ended_at IS NULL "
                 "AND confirmed_at IS NOT NULL ORDER BY person_id"),
            {"me": me},
        ).scalars().all()  # fmt: skip
        chosen = session.execute(text("SELECT alma_chosen_by()")).scalar() or []
        found = [self._tie_folder(each) for each in dict.fromkeys((*ties, *chosen))]
        session.execute(text("SELECT set_config('alma.represented_id', '', true)"))
        return sorted((folder for folder in found if folder is not None), key=lambda folder: folder.name)

    def _tie_folder(self, person_id: UUID) -> Folder | None:
        door = type(self)(self.unit, self.actor, self.purpose, frozenset(), self._scopes, person_id)
        facts = door._standing.of(person_id, Level.N0, self._table)
        if "representation" not in facts and facts.get("recipient") != CHOSEN:
            return None
        try:
            person = door.person(person_id)  # type: ignore[attr-defined]
        except NotFound:
            return None
        kind = facts.get("representation", CHOSEN)
        return Folder(person_id, person.given_name, person.name, kind, facts.get("representation_scope", Level.N0))

    def my_ties(self, person_id: UUID) -> list[UUID]:
        """The ties by which this citizen acts for somebody, to end them (`end_representation`)."""
        rows = self.unit.session.execute(
            text("SELECT id FROM representation WHERE person_id = :person AND representative_id = :me "
                 "AND ended_at IS NULL"),
            {"person": person_id, "me": self.actor.person_id},
        )  # fmt: skip
        return list(rows.scalars()) if self.actor.kind == "citizen" else []

    def give_authorisation(
        self, person_id: UUID, *, name: str, document: str, until: date, level: Level = Level.N2
    ) -> Representative:
        """Let somebody look at one's own folder until a day, itself included (N2; the person alone, of age).

        It says nothing of whether that somebody is known. Raises NotFound, StepUpRequired, Refused; Invalid (fields
        name, document, until, level).
        """
        self._tie_own(person_id, "give")
        if self._tie_age_below(person_id, self._table.representation.adult_at):
            raise Refused(_l("Hasta los 18 años esto se hace en su centro."))
        highest = self._table.representation.given.get("authorisation")
        if highest is None or level > highest:
            raise _invalid("level", _l("Elija qué podrá ver."))
        limit = self._tie_last_day("authorisation")
        if not clock.today() <= until <= limit:
            raise _invalid("until", _l("Elija un día, de hoy a dentro de cinco años."))
        now = clock.now()
        return self._tie_write(
            person_id, "authorisation", name, document, level, "", starts=now, ends=end_of(until), confirmed=now
        )

    def ask_representation(self, person_id: UUID, *, kind: str, name: str, document: str) -> Representative:
        """Write down who supports or represents one; it opens nothing until the desk has seen the papers (N2).

        Raises as `give_authorisation`, with the field kind.
        """
        self._tie_own(person_id, "ask")
        if kind not in self._table.representation.asked:
            raise _invalid("kind", _l("Elija qué es esa persona para usted."))
        highest = self._table.representation.kinds[kind]  # type: ignore[index]
        ends = end_of(self._tie_last_day(kind)) if kind in self._table.representation.longest_years else None
        return self._tie_write(
            person_id, kind, name, document, min(highest, Level.N3), "", starts=clock.now(), ends=ends, confirmed=None
        )

    def record_representation(
        self,
        person_id: UUID,
        *,
        kind: str,
        name: str,
        document: str,
        scope: Level,
        evidence: str,
        starts_on: date,
        ends_on: date | None,
    ) -> Representative:
        """Record one at the desk, having seen the paper that `evidence` names; days are of Madrid, both included (N3).

        Raises NotFound; Invalid (fields kind, scope, evidence, ends_on, name, document).
        """
        self._tie_desk(person_id, "write")
        self._tie_check(person_id, kind, scope, evidence, starts_on, ends_on)
        starts = datetime.combine(starts_on, time(), tzinfo=clock.MADRID)
        ends = end_of(ends_on) if ends_on else None
        return self._tie_write(
            person_id, kind, name, document, scope, evidence, starts=starts, ends=ends, confirmed=clock.now()
        )

    def confirm_representation(
        self, representation_id: UUID, *, evidence: str, ends_on: date | None = None
    ) -> Representative:
        """Confirm what a person asked for, having seen the paper (N3). Raises NotFound, Conflict, Invalid."""
        found = self._tie_one(representation_id)
        self._tie_desk(found.person_id if found else None, "confirm")
        if found is None:
            raise NotFound()
        if found.state != "asked":
            raise Conflict(_l("Esto ya estaba decidido."))
        ends = ends_on or (found.ends_at.astimezone(clock.MADRID).date() if found.ends_at else None)
        self._tie_check(found.person_id, found.kind, found.scope, evidence, clock.today(), ends)
        return self._tie_change(
            found, "confirmed_at = :now, confirmed_by = :who, evidence = :evidence, "
            "ends_at = coalesce(CAST(:ends AS timestamptz), ends_at), representative_id = coalesce(representative_id, "
            "(SELECT id FROM person WHERE document_number = representative_document))",
            evidence=evidence.strip(), ends=end_of(ends_on) if ends_on else None,
        )  # fmt: skip

    def suspend_representation(self, representation_id: UUID, *, order: str) -> Representative:
        """Suspend one from this moment, by a court's order that `order` names (N3). Raises NotFound, Invalid."""
        found = self._tie_one(representation_id)
        self._tie_desk(found.person_id if found else None, "suspend")
        if found is None:
            raise NotFound()
        if not order.strip():
            raise _invalid("order", _l("Escriba qué juzgado lo ordena y con qué fecha."))
        if found.state in ("ended", "suspended"):
            return found
        return self._tie_change(
            found, "suspended_at = :now, suspended_by = :who, suspension_order = :order", order=order
        )

    def end_representation(self, representation_id: UUID) -> Representative:
        """End one from this moment: the person what they gave, the representative any, the desk any. Twice is once.

        Raises NotFound; Refused for what the person cannot end alone.
        """
        found = self._tie_one(representation_id)
        me = self.actor.person_id
        if self.actor.kind == "citizen" and found is not None and found.representative_id == me and me is not None:
            return found if found.state == "ended" else self._tie_change(found, "ended_at = :now, ended_by = :by")
        if self.actor.kind == "staff":
            self._tie_desk(found.person_id if found else None, "end")
        else:
            self._tie_own(found.person_id if found else None, "end")
        if found is None:
            raise NotFound()
        if self.actor.kind == "citizen" and not found.revocable:
            raise Refused(_l("Esto no lo puede quitar usted aquí. Hable con su centro: hay que ver los papeles."))
        return found if found.state == "ended" else self._tie_change(found, "ended_at = :now, ended_by = :by")

    def minor_says(self, representation_id: UUID, *, yes: bool) -> Representative:
        """The minor's own say, from 14 years on: whether a parent or tutor may go on seeing more than the minimum.

        Raises NotFound, StepUpRequired; Refused before that age, or for what is no parent's or tutor's.
        """
        found = self._tie_one(representation_id)
        self._tie_own(found.person_id if found else None, "decide")
        if found is None:
            raise NotFound()
        if not found.own_say:
            raise Refused(_l("Sobre esto no se decide aquí."))
        return self._tie_change(found, "minor_says = :says, minor_said_at = :now", says="yes" if yes else "no")

    def _tie_check(
        self, person_id: UUID, kind: str, scope: Level, evidence: str, starts_on: date, ends_on: date | None
    ) -> None:
        rule = self._table.representation
        highest = rule.kinds.get(kind)  # type: ignore[call-overload]
        wrong: dict[str, Any] = {}
        if highest is None:
            wrong["kind"] = _l("Elija qué es esa persona.")
        elif scope > highest:
            wrong["scope"] = _l("Eso es más de lo que puede ver quien actúa así.")
        if kind in rule.of_minors and not self._tie_age_below(person_id, rule.adult_at):
            wrong["kind"] = _l("Solo vale para menores de 18 años.")
        if not evidence.strip():
            wrong["evidence"] = _l("Escriba qué papel ha visto.")
        if kind in rule.longest_years and (ends_on is None or ends_on > self._tie_last_day(kind)):
            years = rule.longest_years[kind]  # type: ignore[index]
            wrong["ends_on"] = _l("Tiene que acabar, en %(years)s años como mucho.", years=years)
        elif ends_on is not None and ends_on < max(starts_on, clock.today()):
            wrong["ends_on"] = _l("Elija un día que no haya pasado.")
        if wrong:
            raise Invalid(_l("Falta algo o hay algo que corregir."), fields=wrong)

    def _tie_write(
        self, person_id: UUID, kind: str, name: str, document: str, scope: Level, evidence: str, *, starts: datetime,
        ends: datetime | None, confirmed: datetime | None,
    ) -> Representative:  # fmt: skip
        number = document_number(document)
        if not name.strip():
            raise _invalid("name", _l("Escriba el nombre y los apellidos."))
        if not (dni.is_valid(number) or nie.is_valid(number)):
            raise _invalid("document", _l("Ese DNI o NIE no es correcto. Revise los números y la letra."))
        session = self.unit.session
        own = session.execute(text("SELECT document_number FROM person WHERE id = :id"), {"id": person_id}).scalar()
        if number == own:
            raise _invalid("document", _l("Escriba el documento de la otra persona, no el suyo."))
        # Only the desk's reading finds the person; a citizen's own eyes reach nobody else (row-level security).
        other = session.execute(text("SELECT id FROM person WHERE document_number = :number"), {"number": number})
        values = {
            "id": new_id(), "person": person_id, "document": number, "name": name.strip(), "kind": kind,
            "representative": other.scalar() if self.actor.kind == "staff" else None, "scope": str(scope),
            "evidence": evidence.strip(), "now": clock.now(), "confirmed": confirmed,
            "who": self.actor.professional_id, "starts": starts, "ends": ends,
        }  # fmt: skip
        with self.unit.savepoint():
            session.execute(_INSERT, values)
        return self._tie_again(values["id"])

    def _tie_one(self, representation_id: UUID) -> Representative | None:
        row = self.unit.session.execute(
            text(_COLUMNS + "r.id = :id FOR UPDATE OF r"), {"id": representation_id}
        ).first()
        return self._tie_of(row) if row else None

    def _tie_again(self, representation_id: UUID) -> Representative:
        return self._tie_of(self.unit.session.execute(text(_COLUMNS + "r.id = :id"), {"id": representation_id}).one())

    def _tie_change(self, found: Representative, what: str, **values: Any) -> Representative:
        by = "desk" if self.actor.kind == "staff" else "person"
        by = "representative" if found.representative_id == self.actor.person_id and by == "person" else by
        self.unit.session.execute(
            text(f"UPDATE representation SET {what} WHERE id = :id"),
            {"id": found.id, "now": clock.now(), "who": self.actor.professional_id, "by": by, **values},
        )
        return self._tie_again(found.id)

    def _tie_of(self, row: Any) -> Representative:
        now, rule = clock.now(), self._table.representation
        tie = Tie(
            row.kind, Level(row.scope), row.confirmed_at, row.starts_at, row.ends_at, row.suspended_at, row.ended_at,
            row.minor_says, row.minor_said_at, row.birth_date, row.deceased_on,
        )  # fmt: skip
        scope = scope_now(tie, rule, now)
        of_minor = row.kind in rule.of_minors and row.birth_date is not None
        own_say = of_minor and in_force(tie, now) and (
            birthday(row.birth_date, rule.own_say_from) <= now < birthday(row.birth_date, rule.adult_at)
        )  # fmt: skip
        return Representative(
            row.id, row.person_id, row.representative_id, row.representative_name, row.representative_document,
            row.kind, Level(row.scope), row.evidence, row.asked_at, row.ends_at, row.minor_says,
            _state(tie, scope, now), scope, own_say,
        )  # fmt: skip

    def _tie_last_day(self, kind: str) -> date:
        today, years = clock.today(), self._table.representation.longest_years[kind]  # type: ignore[index]
        try:
            return today.replace(year=today.year + years)
        except ValueError:
            return date(today.year + years, 2, 28)

    def _tie_age_below(self, person_id: UUID, years: int) -> bool:
        born = self.unit.session.execute(
            text("SELECT birth_date FROM person WHERE id = :id"), {"id": person_id}
        ).scalar()
        return born is not None and clock.now() < birthday(born, years)

    def _tie_own(self, person_id: UUID | None, action: str) -> None:
        """Only for the person: everybody else is told that it is not there."""
        mine = person_id if person_id is not None and person_id == self.actor.person_id else None
        self.require(
            person_id=mine if self.actor.kind == "citizen" else None, level=Level.N2, object_kind=_KIND,
            object_id=person_id or "", action=action,
        )  # fmt: skip

    def _tie_desk(self, person_id: UUID | None, action: str) -> None:
        self.require(
            person_id=person_id if self.actor.kind == "staff" else None, level=Level.N3, object_kind=_KIND,
            object_id=person_id or "", action=action,
        )  # fmt: skip


def _state(tie: Tie, scope: Level | None, now: datetime) -> str:
    if tie.ended_at is not None:
        return "ended"
    if tie.confirmed_at is None:
        return "asked"
    if tie.suspended_at is not None:
        return "suspended"
    if scope is not None:
        return "standing"
    return "not_yet" if now < tie.starts_at else "expired"


def _invalid(field: str, message: Any) -> Invalid:
    return Invalid(message, fields={field: message})
