"""The door to referrals between units, and to the named case team of a person."""

from dataclasses import dataclass, replace
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
from case_api.errors import Conflict, Invalid, NotFound

STATES: dict[str, Any] = {
    "sent": _l("Enviada"),
    "accepted": _l("Aceptada"),
    "returned": _l("Devuelta"),
    "ended": _l("Terminada"),
    "expired": _l("Fuera de plazo"),
}
OPENS: dict[Level, Any] = {
    Level.N2: _l("Sus prestaciones y documentos administrativos"),
    Level.N3: _l("También su historia, su plan y sus informes"),
    Level.N4: _l("También los datos más delicados"),
}
violation("uq_referral_open", lambda: Conflict(_l("Ya hay una derivación abierta a ese centro.")))


@dataclass(frozen=True, slots=True)
class Referral:
    """One unit asks another to take part. `state` is a key of STATES; it is over in the instant of `ends_at`."""

    id: UUID
    person_id: UUID
    from_unit_id: UUID
    from_unit: str
    to_unit_id: UUID
    to_unit: str
    level: Level
    reason: str
    state: str
    sent_at: datetime
    answered_at: datetime | None
    answer: str | None
    ends_at: datetime
    person_name: str | None = None

    @property
    def state_words(self) -> Any:
        return STATES[self.state]

    @property
    def opens_words(self) -> Any:
        return OPENS[self.level]

    @property
    def is_open(self) -> bool:
        return self.state in ("sent", "accepted")


@dataclass(frozen=True, slots=True)
class TeamMember:
    """A named professional of a case team."""

    id: UUID
    professional_id: UUID
    name: str
    unit_name: str
    ends_at: datetime


_COLUMNS = """
    SELECT r.id, r.person_id, r.from_unit_id, f.name, r.to_unit_id, t.name, r.level, r.reason,
        CASE WHEN r.state IN ('sent', 'accepted') AND r.ends_at <= :now THEN 'expired' ELSE r.state END,
        r.sent_at, r.answered_at, r.answer, r.ends_at
    FROM referral r JOIN unit f ON f.id = r.from_unit_id JOIN unit t ON t.id = r.to_unit_id WHERE """


def _referral(row: Any, name: str | None = None) -> Referral:
    values = list(row)
    values[6] = Level(values[6])
    return Referral(*values, person_name=name)


class ReferralDoor(DoorBase):
    def referrals(self, person_id: UUID) -> list[Referral]:
        """The referrals of a person, newest first, for their professionals (N2). Raises NotFound."""
        self._referral_desk(person_id, Level.N2, "list")
        rows = self.unit.session.execute(
            text(_COLUMNS + "r.person_id = :person ORDER BY r.sent_at DESC, r.id"),
            {"person": person_id, "now": clock.now()},
        )
        return [_referral(row) for row in rows]

    def referrals_here(self) -> list[Referral]:
        """What other units ask of the actor's own, oldest first, with the names that this actor may know."""
        if self.actor.kind != "staff" or self.actor.unit_id is None:
            return []
        rows = self.unit.session.execute(
            text(_COLUMNS + "r.to_unit_id = :unit AND r.state IN ('sent', 'accepted') AND r.ends_at > :now "
                 "ORDER BY r.sent_at, r.id"),
            {"unit": self.actor.unit_id, "now": clock.now()},
        ).all()  # fmt: skip
        names = self.names([row.person_id for row in rows])  # type: ignore[attr-defined]
        return [_referral(row, names[row.person_id]) for row in rows if row.person_id in names]

    def refer(self, person_id: UUID, *, to_unit_id: UUID, level: Level, reason: str, until: date) -> Referral:
        """Ask another unit to take part, up to a level and until a day, itself included (N3).

        Raises NotFound; Invalid (fields to_unit_id, level, reason, until); Conflict when one is open.
        """
        self._referral_desk(person_id, Level.N3, "refer")
        wrong: dict[str, Any] = {}
        if level not in OPENS or not self.allows(person_id=person_id, level=level, object_kind="referral"):
            wrong["level"] = _l("Elija qué podrán ver.")
        if not reason.strip():
            wrong["reason"] = _l("Escriba qué necesita de ese centro.")
        days = self._table.referral_days
        if not clock.today() <= until <= clock.today() + timedelta(days=days):
            wrong["until"] = _l("Elija un día de los próximos %(days)s.", days=days)
        exists = text("SELECT 1 FROM unit WHERE id = :id AND open AND kind = 'centre'")
        known = self.unit.session.execute(exists, {"id": to_unit_id}).scalar()
        if to_unit_id == self.actor.unit_id or known is None:
            wrong["to_unit_id"] = _l("Elija otro centro.")
        if wrong:
            raise Invalid(_l("Falta algo o hay algo que corregir."), fields=wrong)
        values = {
            "id": new_id(), "person": person_id, "from": self.actor.unit_id, "to": to_unit_id, "level": str(level),
            "reason": reason.strip(), "now": clock.now(), "who": self.actor.professional_id, "ends": end_of(until),
        }  # fmt: skip
        # One that expired gives way to a new one.
        self.unit.session.execute(
            text("UPDATE referral SET state = 'ended', ended_at = ends_at WHERE person_id = :person "
                 "AND to_unit_id = :to AND state IN ('sent', 'accepted') AND ends_at <= :now"),
            values,
        )  # fmt: skip
        with self.unit.savepoint():
            self.unit.session.execute(
                text("INSERT INTO referral (id, person_id, from_unit_id, to_unit_id, level, reason, state, sent_at, "
                     "sent_by, ends_at) VALUES (:id, :person, :from, :to, :level, :reason, 'sent', :now, :who, :ends)"),
                values,
            )  # fmt: skip
        return self._referral_again(values["id"])

    def answer_referral(self, referral_id: UUID, *, accept: bool, answer: str = "") -> Referral:
        """Accept a referral to one's own unit, which opens what it says, or give it back with a reason.

        Raises NotFound; Conflict when it was answered; Invalid (field answer) for one given back without a reason.
        """
        found = self._referral_one(referral_id, "answer", to_us=True)
        if found.state != "sent":
            raise Conflict(_l("Esta derivación ya está contestada."))
        if not accept and not answer.strip():
            message = _l("Escriba por qué la devuelve.")
            raise Invalid(message, fields={"answer": message})
        state, said = "accepted" if accept else "returned", answer.strip() or None
        what = "state = :state, answered_at = :now, answered_by = :who, answer = :answer"
        self._referral_change(found.id, what, state=state, answer=said)
        return replace(found, state=state, answered_at=clock.now(), answer=said)

    def end_referral(self, referral_id: UUID) -> Referral:
        """End one from this moment; either unit may. Raises NotFound."""
        found = self._referral_one(referral_id, "end", to_us=False)
        if not found.is_open:
            return found
        self._referral_change(found.id, "state = 'ended', ended_at = :now")
        return replace(found, state="ended")

    def case_team(self, person_id: UUID) -> list[TeamMember]:
        """The named members of a person's case team now (N1: the person knows who works with them). Raises NotFound."""
        self.require(person_id=person_id, level=Level.N1, object_kind="case_team", object_id=person_id, action="list")
        if self.actor.kind not in ("staff", "system"):
            return []
        rows = self.unit.session.execute(
            text("SELECT m.id, m.professional_id, concat_ws(' ', p.given_name, p.surnames), u.name, m.ends_at "
                 "FROM case_team_member m JOIN professional p ON p.id = m.professional_id JOIN unit u ON "
                 "u.id = p.unit_id WHERE m.person_id = :person AND m.starts_at <= :now AND m.ends_at > :now "
                 "ORDER BY p.surnames, m.id"),
            {"person": person_id, "now": clock.now()},
        )  # fmt: skip
        return [TeamMember(*row) for row in rows]

    def add_to_case_team(self, person_id: UUID, professional_id: UUID, *, until: date) -> None:
        """Name a professional for the case team until a day, itself included (N4: never oneself, never by the team).

        Raises NotFound; Invalid (fields professional_id, until).
        """
        self._referral_desk(person_id, Level.N4, "team")
        last = clock.today() + timedelta(days=self._table.case_team_days)
        if not clock.today() <= until <= last:
            message = _l("Elija un día, como mucho dentro de un año.")
            raise Invalid(message, fields={"until": message})
        known = self.unit.session.execute(
            text("SELECT 1 FROM professional WHERE id = :id AND active"), {"id": professional_id}
        ).scalar()
        if known is None or professional_id == self.actor.professional_id:
            message = _l("Elija a otra persona del equipo.")
            raise Invalid(message, fields={"professional_id": message})
        self.unit.session.execute(
            text("INSERT INTO case_team_member (id, person_id, professional_id, starts_at, ends_at, added_by) "
                 "VALUES (:id, :person, :professional, :now, :ends, :who)"),
            {"id": new_id(), "person": person_id, "professional": professional_id, "now": clock.now(),
             "ends": end_of(until), "who": self.actor.professional_id},
        )  # fmt: skip

    def leave_case_team(self, person_id: UUID, member_id: UUID) -> None:
        """End somebody's place in the team, from this moment (N4). Raises NotFound."""
        self._referral_desk(person_id, Level.N4, "team")
        self.unit.session.execute(
            text("UPDATE case_team_member SET ends_at = :now WHERE id = :id AND person_id = :person "
                 "AND ends_at > :now AND starts_at < :now"),
            {"id": member_id, "person": person_id, "now": clock.now()},
        )  # fmt: skip

    def _referral_one(self, referral_id: UUID, action: str, *, to_us: bool) -> Referral:
        row = self.unit.session.execute(
            text(_COLUMNS + "r.id = :id FOR UPDATE OF r"), {"id": referral_id, "now": clock.now()}
        ).first()
        found = _referral(row) if row else None
        mine = found is not None and self.actor.unit_id in (
            (found.to_unit_id,) if to_us else (found.to_unit_id, found.from_unit_id)
        )
        self._referral_desk(found.person_id if found and mine else None, Level.N2, action)
        if found is None:
            raise NotFound()
        return found

    def _referral_change(self, referral_id: UUID, what: str, **values: Any) -> None:
        """Not read again: a unit that gives a referral back, or ends it, sees the person no more."""
        self.unit.session.execute(
            text(f"UPDATE referral SET {what} WHERE id = :id"),
            {"id": referral_id, "now": clock.now(), "who": self.actor.professional_id, **values},
        )

    def _referral_again(self, referral_id: UUID) -> Referral:
        row = self.unit.session.execute(text(_COLUMNS + "r.id = :id"), {"id": referral_id, "now": clock.now()}).one()
        return _referral(row)

    def _referral_desk(self, person_id: UUID | None, level: Level, action: str) -> None:
        self.require(
            person_id=person_id if self.actor.kind == "staff" else None, level=level, object_kind="referral",
            object_id=person_id or "", action=action,
        )  # fmt: skip
