"""The door to the PIISO: the plan agreed with a person, with goals in words they can follow."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text

from case_api import clock
from case_api.access.base import DoorBase
from case_api.access.levels import Level
from case_api.db import new_id
from case_api.db.violations import violation
from case_api.errors import Conflict, Invalid, NotFound, Refused

GOAL_STATES: dict[str, Any] = {
    "todo": _l("Por empezar"),
    "doing": _l("En marcha"),
    "done": _l("Conseguido"),
    "dropped": _l("Lo hemos dejado"),
}
_KIND = "plan"
violation("uq_plan_standing", lambda: Conflict(_l("Esta persona ya tiene un plan. Termínelo antes de hacer otro.")))


@dataclass(frozen=True, slots=True)
class NewGoal:
    """A goal as it is written: what for, what the person does, what we do, until when."""

    title: str
    person_does: str = ""
    we_do: str = ""
    target_on: date | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal and how it goes. `state` is a key of GOAL_STATES."""

    id: UUID
    ordinal: int
    title: str
    person_does: str
    we_do: str
    state: str
    target_on: date | None
    done_on: date | None

    @property
    def state_words(self) -> Any:
        return GOAL_STATES[self.state]


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan. `released_at` is None while only staff read it, `ended_on` while it stands."""

    id: UUID
    person_id: UUID
    title: str
    author_id: UUID
    author_name: str
    starts_on: date
    review_on: date
    signed_at: datetime | None
    released_at: datetime | None
    ended_on: date | None
    goals: tuple[Goal, ...]

    @property
    def done(self) -> int:
        """How many goals are reached."""
        return sum(goal.state == "done" for goal in self.goals)


class PlanDoor(DoorBase):
    def plan(self, person_id: UUID) -> Plan | None:
        """The plan of a person (N3): for them once signed and released. Raises NotFound, StepUpRequired."""
        self.require(person_id=person_id, level=Level.N3, object_kind=_KIND, object_id=person_id)
        return self._plan_standing(person_id)

    def plans(self, person_id: UUID) -> list[Plan]:
        """Every plan that a person has had (N3), the last begun first, ended ones too: as `plan`."""
        self.require(person_id=person_id, level=Level.N3, object_kind=_KIND, object_id=person_id, action="list")
        return self._plans(person_id, "true")

    def plan_by_id(self, plan_id: UUID) -> Plan:
        """One of them by its own identifier, standing or ended. Raises NotFound, StepUpRequired."""
        person_id = self.unit.session.execute(
            text("SELECT person_id FROM plan WHERE id = :id AND (released_at <= :now OR :staff)"),
            {"id": plan_id, "now": clock.now(), "staff": self.actor.kind == "staff"},
        ).scalar()
        self.require(person_id=person_id, level=Level.N3, object_kind=_KIND, object_id=plan_id)
        found = self._plans(person_id, "l.id = :id", id=plan_id) if person_id else []
        if not found:
            raise NotFound()
        return found[0]

    def _plan_standing(self, person_id: UUID) -> Plan | None:
        return next(iter(self._plans(person_id, "l.ended_on IS NULL")), None)

    def _plans(self, person_id: UUID, where: str, **values: Any) -> list[Plan]:
        rows = self.unit.session.execute(
            text("SELECT l.id, l.person_id, l.title, l.author_id, concat_ws(' ', p.given_name, p.surnames), "
                 "l.starts_on, l.review_on, l.signed_at, l.released_at, l.ended_on FROM plan l "
                 f"JOIN professional p ON p.id = l.author_id WHERE l.person_id = :person AND {where} "
                 "AND (l.released_at <= :now OR :staff) ORDER BY l.starts_on DESC, l.id"),
            {
                "person": person_id, "now": clock.now(), **values,
                "staff": self.actor.kind == "staff"
                and not self.by_consent(person_id=person_id, level=Level.N3, object_kind=_KIND),
            },
        ).all()  # fmt: skip
        goals: dict[UUID, list[Goal]] = {row.id: [] for row in rows}
        found = self.unit.session.execute(
            text("SELECT plan_id, id, ordinal, title, person_does, we_do, state, target_on, done_on FROM plan_goal "
                 "WHERE plan_id = ANY(:plans) ORDER BY ordinal"),
            {"plans": list(goals)},
        )  # fmt: skip
        for plan_id, *goal in found:
            goals[plan_id].append(Goal(*goal))
        made = [Plan(*row, goals=tuple(goals[row.id])) for row in rows]
        return made if self.locates(person_id) else [replace(one, author_name="") for one in made]

    def draft_plan(self, person_id: UUID, *, title: str, review_on: date, goals: Sequence[NewGoal]) -> Plan:
        """Write a plan, unsigned: only staff see it (N3).

        Raises NotFound, Conflict; Invalid (fields title, review_on, goals).
        """
        self._plan_desk(person_id, "write")
        wrong: dict[str, Any] = {}
        if not title.strip():
            wrong["title"] = _l("Escriba para qué es el plan.")
        if review_on <= clock.today():
            wrong["review_on"] = _l("Elija un día que esté por llegar.")
        if not goals or any(not goal.title.strip() for goal in goals) or len(goals) > 12:
            wrong["goals"] = _l("Escriba al menos una meta y doce como mucho.")
        if wrong:
            raise Invalid(_l("Falta algo o hay algo que corregir."), fields=wrong)
        values = {
            "id": new_id(), "person": person_id, "title": title.strip(), "who": self.actor.professional_id,
            "day": clock.today(), "review": review_on,
        }  # fmt: skip
        with self.unit.savepoint():
            self.unit.session.execute(
                text("INSERT INTO plan (id, person_id, title, author_id, starts_on, review_on) "
                     "VALUES (:id, :person, :title, :who, :day, :review)"),
                values,
            )  # fmt: skip
            for ordinal, goal in enumerate(goals, start=1):
                self.unit.session.execute(
                    text("INSERT INTO plan_goal (id, plan_id, person_id, ordinal, title, person_does, we_do, state, "
                         "target_on) VALUES (:id, :plan, :person, :ordinal, :title, :does, :we, 'todo', :target)"),
                    {
                        "id": new_id(), "plan": values["id"], "person": person_id, "ordinal": ordinal,
                        "title": goal.title.strip(), "does": goal.person_does.strip(), "we": goal.we_do.strip(),
                        "target": goal.target_on,
                    },
                )  # fmt: skip
        return self._plan_found(person_id)

    def sign_plan(self, plan_id: UUID) -> Plan:
        """Sign it and let the person read it: only its author does. Raises NotFound, Refused, Conflict."""
        person_id, author_id, signed_at = self._plan_one(plan_id, "sign")
        if author_id != self.actor.professional_id:
            raise Refused(_l("Solo lo firma quien lo escribió."))
        if signed_at is not None:
            raise Conflict(_l("Este plan ya está firmado."))
        self._plan_change("UPDATE plan SET signed_at = :now, released_at = :now WHERE id = :id", plan_id)
        return self._plan_found(person_id)

    def end_plan(self, plan_id: UUID) -> None:
        """End it, today. Raises NotFound."""
        self._plan_one(plan_id, "end")
        self._plan_change("UPDATE plan SET ended_on = :day WHERE id = :id AND ended_on IS NULL", plan_id)

    def set_goal(self, goal_id: UUID, *, state: str) -> Plan:
        """How a goal goes, from today (N3). Raises NotFound; Invalid (field state)."""
        plan_id = self.unit.session.execute(
            text("SELECT plan_id FROM plan_goal WHERE id = :id"), {"id": goal_id}
        ).scalar()
        person_id, _author, _signed = self._plan_one(plan_id, "write")
        if state not in GOAL_STATES:
            message = _l("Elija cómo va.")
            raise Invalid(message, fields={"state": message})
        self._plan_change(
            "UPDATE plan_goal SET state = :state, done_on = CASE WHEN :state = 'done' THEN coalesce(done_on, :day) END "
            "WHERE id = :id", goal_id, state=state,
        )  # fmt: skip
        return self._plan_found(person_id)

    def _plan_one(self, plan_id: UUID | None, action: str) -> Any:
        row = self.unit.session.execute(
            text("SELECT person_id, author_id, signed_at FROM plan WHERE id = :id FOR UPDATE"), {"id": plan_id}
        ).first()
        self._plan_desk(row.person_id if row else None, action)
        if row is None:
            raise NotFound()
        return row

    def _plan_found(self, person_id: UUID) -> Plan:
        found = self.plan(person_id)
        if found is None:
            raise NotFound()
        return found

    def _plan_change(self, statement: str, row_id: UUID, **values: Any) -> None:
        self.unit.session.execute(text(statement), {"id": row_id, "now": clock.now(), "day": clock.today(), **values})

    def _plan_desk(self, person_id: UUID | None, action: str) -> None:
        self.require(
            person_id=person_id if self.actor.kind == "staff" else None, level=Level.N3, object_kind=_KIND,
            object_id=person_id or "", action=action,
        )  # fmt: skip
