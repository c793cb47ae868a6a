"""Requests about one's data: to correct, to see what the folder withholds, to delete, to limit, to object.

One month from the day of arrival; two more, when it is complex and the person hears why within the first
(RGPD art. 12.3). Nothing is changed here by itself: a professional answers, and says what was done.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from dateutil.relativedelta import relativedelta
from flask_babel import lazy_gettext as _l
from sqlalchemy import text

from case_api import clock
from case_api.access.base import DoorBase
from case_api.access.facts import Decision
from case_api.access.levels import Level
from case_api.db import new_id
from case_api.errors import Conflict, Invalid, NotFound, Refused
from case_api.events import publish

Kind = Literal["rectification", "access", "erasure", "restriction", "objection"]
KINDS: dict[str, Any] = {
    "rectification": _l("Corregir un dato"),
    "access": _l("Ver algo que la carpeta no enseña"),
    "erasure": _l("Borrar datos"),
    "restriction": _l("Que no se usen mientras se aclara algo"),
    "objection": _l("Oponerse a que se usen"),
}
STATES: dict[str, Any] = {
    "received": _l("La estamos mirando"),
    "accepted": _l("Hecho"),
    "partly": _l("Hecho en parte"),
    "refused": _l("No se puede"),
}
MONTHS, MORE_MONTHS = 1, 2
LONGEST = 5000
OPEN_AT_MOST = 20
_KIND = "rights"


@dataclass(frozen=True, slots=True)
class RightsRequest:
    """One request. `due_on` is the last day to answer, in Madrid, itself included."""

    id: UUID
    person_id: UUID
    kind: str
    about: str
    wanted: str
    channel: str
    received_at: datetime
    due_on: date
    extended_at: datetime | None
    extension_why: str | None
    state: str
    answer: str | None
    answered_at: datetime | None

    @property
    def kind_words(self) -> Any:
        return KINDS[self.kind]

    @property
    def state_words(self) -> Any:
        return STATES[self.state]

    @property
    def late(self) -> bool:
        return self.state == "received" and clock.today() > self.due_on


@dataclass(frozen=True, slots=True)
class Watched:
    """A request as the data protection office watches it. `told`: its words may be read; else that there is one."""

    id: UUID
    kind: str
    received_at: datetime
    due_on: date
    extended_at: datetime | None
    state: str
    answered_at: datetime | None
    unit_name: str | None
    told: bool

    @property
    def kind_words(self) -> Any:
        return KINDS[self.kind]

    @property
    def state_words(self) -> Any:
        return STATES[self.state]

    @property
    def days_left(self) -> int:
        """Days until the last one, itself included; below zero when it is late."""
        return (self.due_on - clock.today()).days

    @property
    def late(self) -> bool:
        day = self.answered_at.astimezone(clock.MADRID).date() if self.answered_at else clock.today()
        return day > self.due_on


def due(received_on: date, months: int = MONTHS) -> date:
    """The last day to answer: the same day so many months later, or the last of a shorter month (Ley 39/2015, 30.4)."""
    return received_on + relativedelta(months=months)


_COLUMNS = (
    "r.id, r.person_id, r.kind, r.about, r.wanted, r.channel, r.received_at, r.due_on, r.extended_at, "
    "r.extension_why, r.state, r.answer, r.answered_at"
)


class RequestsDoor(DoorBase):
    def rights_requests(self, person_id: UUID) -> list[RightsRequest]:
        """What a person has asked about their data, newest first (N2). Raises NotFound, StepUpRequired."""
        self.require(person_id=person_id, level=Level.N2, object_kind=_KIND, object_id=person_id, action="list")
        rows = self.unit.session.execute(
            text(
                f"SELECT {_COLUMNS} FROM rights_request r WHERE r.person_id = :person ORDER BY r.received_at DESC, r.id"
            ),
            {"person": person_id},
        )
        return [RightsRequest(*row) for row in rows]

    def rights_request(self, request_id: UUID, *, action: str = "read") -> RightsRequest:
        """One of them (N2). Raises NotFound, StepUpRequired."""
        row = self.unit.session.execute(
            text(f"SELECT {_COLUMNS} FROM rights_request r WHERE r.id = :id"), {"id": request_id}
        ).first()
        self.require(
            person_id=row.person_id if row else None,
            level=Level.N2,
            object_kind=_KIND,
            object_id=request_id,
            action=action,
        )
        if row is None:
            raise NotFound()
        return RightsRequest(*row)

    def ask_about_data(
        self, person_id: UUID, *, kind: str, about: str, wanted: str = "", channel: str = "portal"
    ) -> RightsRequest:
        """Write a request down (N2): the person's own, or at the desk (`channel` desk) as they said it there.

        Raises NotFound, StepUpRequired; Invalid (fields kind, about, wanted); Conflict when too many are open.
        """
        self.require(person_id=person_id, level=Level.N2, object_kind=_KIND, object_id=person_id, action="ask")
        about, wanted = about.replace("\0", "").strip(), wanted.replace("\0", "").strip()
        wrong: dict[str, Any] = {}
        if kind not in KINDS:
            wrong["kind"] = _l("Elija qué quiere pedir.")
        if not about:
            wrong["about"] = _l("Cuéntenos de qué dato o de qué papel se trata.")
        for name, value in (("about", about), ("wanted", wanted)):
            if len(value) > LONGEST:
                wrong[name] = _l("Es muy largo: 5.000 letras como mucho.")
        if wrong:
            raise Invalid(fields=wrong)
        if sum(one.state == "received" for one in self.rights_requests(person_id)) >= OPEN_AT_MOST:
            raise Conflict(_l("Ya tiene muchas peticiones abiertas. Espere a que contestemos alguna."))
        now = clock.now()
        made = new_id()
        values = {
            "id": made, "person": person_id, "kind": kind, "about": about, "wanted": wanted, "channel": channel,
            "now": now, "due": due(now.astimezone(clock.MADRID).date()),
        }  # fmt: skip
        self.unit.session.execute(
            text(
                "INSERT INTO rights_request (id, person_id, kind, about, wanted, channel, received_at, due_on) "
                "VALUES (:id, :person, :kind, :about, :wanted, :channel, :now, :due)"
            ),
            values,
        )
        return self.rights_request(made)

    def waiting_requests(self, *, limit: int = 100) -> list[tuple[RightsRequest, str]]:
        """What waits for an answer among the people of the actor's unit, the next due first, with their names.

        For staff; each person is decided and logged, and those out of reach are left out.
        """
        if self.actor.kind != "staff":
            return []
        rows = self.unit.session.execute(
            text(
                f"SELECT {_COLUMNS}, concat_ws(' ', p.given_name, p.surname1, p.surname2) AS name "
                "FROM rights_request r JOIN person p ON p.id = r.person_id WHERE r.state = 'received' "
                "AND (p.unit_id = :unit OR p.reference_professional_id = :professional) "
                "ORDER BY r.due_on, r.received_at LIMIT :limit"
            ),
            {"unit": self.actor.unit_id, "professional": self.actor.professional_id, "limit": limit},
        ).all()
        allowed = set(
            self.require_each([row.person_id for row in rows], level=Level.N2, object_kind=_KIND, action="list")
        )
        return [(RightsRequest(*row[:-1]), row.name) for row in rows if row.person_id in allowed]

    def answer_request(self, request_id: UUID, *, state: str, answer: str) -> RightsRequest:
        """Say what was done and why (N2), for staff; once said it stays.

        Raises NotFound, Refused, Invalid (fields state, answer), Conflict.
        """
        self._answer(self._for_staff(request_id, "answer"), state, answer)
        return self.rights_request(request_id)

    def _answer(self, found: RightsRequest, state: str, answer: str) -> None:
        answer = answer.replace("\0", "").strip()
        wrong: dict[str, Any] = {}
        if state not in ("accepted", "partly", "refused"):
            wrong["state"] = _l("Elija qué se ha hecho.")
        if not answer or len(answer) > LONGEST:
            wrong["answer"] = _l("Escriba qué se ha hecho y por qué, en 5.000 letras como mucho.")
        if wrong:
            raise Invalid(fields=wrong)
        done = self.unit.session.execute(
            text(
                "UPDATE rights_request SET state = :state, answer = :answer, answered_at = :now, "
                "answered_by = :who WHERE id = :id AND state = 'received' RETURNING id"
            ),
            {
                "id": found.id, "state": state, "answer": answer, "now": clock.now(),
                "who": self.actor.professional_id,
            },
        ).scalar()  # fmt: skip
        if done is None:
            raise Conflict(_l("Esta petición ya está contestada."))
        publish(self.unit, "rights.answered", request_id=found.id, person_id=found.person_id)

    def extend_request(self, request_id: UUID, *, why: str) -> RightsRequest:
        """Two months more, once, said within the first month and with the reason (RGPD art. 12.3), for staff.

        Raises NotFound, Refused; Invalid without a reason; Conflict when it is too late, done before or answered.
        """
        found = self._for_staff(request_id, "extend")
        why = why.replace("\0", "").strip()
        if not why or len(why) > LONGEST:
            raise Invalid(fields={"why": _l("Escriba por qué hace falta más tiempo.")})
        if found.state != "received" or found.extended_at is not None or found.late:
            raise Conflict(_l("Ya no se puede ampliar el plazo de esta petición."))
        received_on = found.received_at.astimezone(clock.MADRID).date()
        self.unit.session.execute(
            text("UPDATE rights_request SET extended_at = :now, extension_why = :why, due_on = :due WHERE id = :id"),
            {"id": request_id, "now": clock.now(), "why": why, "due": due(received_on, MONTHS + MORE_MONTHS)},
        )
        return self.rights_request(request_id)

    def watched_requests(self, *, state: str = "waiting", limit: int = 200) -> list[Watched]:
        """For the data protection office: requests about anybody's data, without names; the first due first.

        `state` is waiting, late or answered (the last first). Each list is in the log. Raises NotFound for others.
        """
        self._watch("list")
        chosen = {
            "waiting": "state = 'received' ORDER BY due_on, received_at, id",
            "late": "state = 'received' AND due_on < :today ORDER BY due_on, received_at, id",
            "answered": "state <> 'received' ORDER BY answered_at DESC, id",
        }.get(state)
        if chosen is None:
            raise NotFound()
        rows = self.unit.session.execute(
            text(f"SELECT * FROM alma_rights_watched() WHERE {chosen} LIMIT :limit"),
            {"today": clock.today(), "limit": limit},
        )
        return [Watched(*row) for row in rows]

    def watched_request(self, request_id: UUID) -> tuple[Watched, RightsRequest | None]:
        """For the office: one of them, and its words where they may be read. Raises NotFound."""
        self._watch(str(request_id))
        row = self.unit.session.execute(
            text("SELECT * FROM alma_rights_watched() WHERE id = :id"), {"id": request_id}
        ).first()
        if row is None:
            raise NotFound()
        told = self.unit.session.execute(
            text(f"SELECT {_COLUMNS} FROM rights_request r WHERE r.id = :id"), {"id": request_id}
        ).first()
        return Watched(*row), RightsRequest(*told) if told else None

    def answer_watched(self, request_id: UUID, *, state: str, answer: str) -> None:
        """For the office: answer one that nobody answers. Raises NotFound for one whose words it may not read; Invalid
        (fields state, answer), Conflict."""
        _one, told = self.watched_request(request_id)
        if told is None:
            raise NotFound()
        self._answer(told, state, answer)

    def _watch(self, what: str) -> None:
        # Its duty is to watch over how requests are answered (RGPD art. 39.1.b); of whom they are is not asked.
        may = self.actor.kind == "staff" and self.actor.role == "data_protection"
        decision = Decision(may, "mandate" if may else "deny", "L" if may else None, Level.N2)
        self._log(decision, None, _KIND, what, "watch")
        if not may:
            raise NotFound()

    def _for_staff(self, request_id: UUID, action: str) -> RightsRequest:
        found = self.rights_request(request_id, action=action)
        if self.actor.kind != "staff":
            raise Refused(_l("Solo puede contestar un profesional."))
        return found
