"""Whom a person lives with, and their plan."""

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint

from case_api.errors import NotFound
from case_api.http import paging
from case_api.http.request import door
from case_api.http.schemas import care as schemas
from case_api.http.schemas.base import PageQuery
from case_api.http.scopes import needs

blueprint = APIBlueprint("care", __name__, tag="Care")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


@blueprint.get("/people/<uuid:person_id>/households")
@needs("household:read")
@blueprint.input(PageQuery, location="query", arg_name="query")
@blueprint.output(schemas.HouseholdsPage)
def households(person_id: UUID, query: PageQuery) -> Any:
    """The household a person belongs to now: their own part; for professionals, the members they may know."""
    found = door().household(person_id)
    shown = [found] if found else []
    return paging.after(shown, query.cursor, query.limit, lambda one: (_midnight(one.own.joined_on), one.id))


@blueprint.get("/people/<uuid:person_id>/households/<uuid:household_id>")
@needs("household:read")
@blueprint.output(schemas.HouseholdOut)
def household(person_id: UUID, household_id: UUID) -> Any:
    """One household, as seen from this member. The same household is another answer for another member."""
    found = door().household(person_id)
    if found is None or found.id != household_id:
        raise NotFound()
    return found


@blueprint.get("/people/<uuid:person_id>/plans")
@needs("plan:read")
@blueprint.input(PageQuery, location="query", arg_name="query")
@blueprint.output(schemas.PlansPage)
def plans(person_id: UUID, query: PageQuery) -> Any:
    """Plans (PIISO) with their goals, the last begun first, ended ones too: for the person once signed and released."""
    found = door().plans(person_id)
    return paging.after(found, query.cursor, query.limit, lambda one: (_midnight(one.starts_on), one.id))


@blueprint.get("/plans/<uuid:plan_id>")
@needs("plan:read")
@blueprint.output(schemas.PlanOut)
def plan(plan_id: UUID) -> Any:
    """One plan with its goals, standing or ended."""
    return door().plan_by_id(plan_id)
