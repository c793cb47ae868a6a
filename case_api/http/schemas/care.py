"""The household, as each member may know it, and the plan with its goals."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from case_api.http.schemas.base import Out


class MemberOut(Out):
    """`name` is told to professionals who may know that person, and to nobody else."""

    person_id: UUID
    relationship: Literal["holder", "partner", "child", "parent", "sibling", "relative", "other"]
    joined_on: date
    name: str | None


class HouseholdOut(Out):
    """`own` is the part of the person asked about; `others` are for professionals: a member sees their own part."""

    id: UUID
    own: MemberOut
    others: list[MemberOut]


class HouseholdsPage(Out):
    items: list[HouseholdOut]
    next: str | None


class GoalOut(Out):
    id: UUID
    ordinal: int
    title: str
    person_does: str
    we_do: str
    state: Literal["todo", "doing", "done", "dropped"]
    target_on: date | None
    done_on: date | None


class PlanOut(Out):
    """A plan agreed with a person; for them once it is signed and released. `ended_on` is null while it stands."""

    id: UUID
    person_id: UUID
    title: str
    author_name: str
    starts_on: date
    review_on: date
    signed_at: datetime | None
    released_at: datetime | None
    ended_on: date | None
    goals: list[GoalOut]


class PlansPage(Out):
    items: list[PlanOut]
    next: str | None
