"""People, files with their steps, benefits, who looked."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask_babel import lazy_gettext as _l

from case_api.errors import Invalid, NotFound
from case_api.http import paging
from case_api.http.request import actor, door
from case_api.http.schemas import record as schemas
from case_api.http.schemas.base import PageQuery
from case_api.http.scopes import needs

blueprint = APIBlueprint("record", __name__, tag="Record")


def _midnight(day: date) -> datetime:
    """A day as a place in a list."""
    return datetime.combine(day, time(), tzinfo=UTC)


def _one(found: Iterable[Any], identifier: UUID) -> Any:
    """That one of what may be seen. Raises NotFound."""
    one = next((one for one in found if one.id == identifier), None)
    if one is None:
        raise NotFound()
    return one


@blueprint.get("/people")
@needs("person:read")
@blueprint.input(schemas.PeopleQuery, location="query", arg_name="query")
@blueprint.output(schemas.People)
def people(query: schemas.PeopleQuery) -> Any:
    """Whom the token acts for; with a professional's, those of their centre whom `q` names, twenty at most."""
    if actor().kind == "staff":
        if query.q is None:
            message = _l("Escriba un nombre o un documento.")
            raise Invalid(message, fields={"q": message})
        return {"items": door().find_people(query.q)}
    if query.q is not None:
        message = _l("Este dato no se admite.")
        raise Invalid(message, fields={"q": message})
    return {"items": [door().me()]}


@blueprint.get("/people/me")
@needs("person:read")
@blueprint.output(schemas.PersonOut)
def me() -> Any:
    """The person for whom the token acts."""
    return door().me()


@blueprint.get("/people/<uuid:person_id>")
@needs("person:read")
@blueprint.output(schemas.PersonOut)
def person(person_id: UUID) -> Any:
    """One person."""
    return door().person(person_id)


@blueprint.get("/people/<uuid:person_id>/files")
@needs("files:read")
@blueprint.input(PageQuery, location="query", arg_name="query")
@blueprint.output(schemas.FilesPage)
def files(person_id: UUID, query: PageQuery) -> Any:
    """A person's files with their steps, newest first."""
    found = door().files(person_id)
    return paging.after(found, query.cursor, query.limit, lambda file: (file.opened_at, file.id))


@blueprint.get("/files/<uuid:file_id>")
@needs("files:read")
@blueprint.output(schemas.FileOut)
def file(file_id: UUID) -> Any:
    """One file with its steps."""
    return door().file(file_id)


@blueprint.get("/files/<uuid:file_id>/steps")
@needs("files:read")
@blueprint.output(schemas.Steps)
def steps(file_id: UUID) -> Any:
    """The steps of a file, in order."""
    return {"items": door().file(file_id).steps}


@blueprint.get("/files/<uuid:file_id>/steps/<uuid:step_id>")
@needs("files:read")
@blueprint.output(schemas.StepOut)
def step(file_id: UUID, step_id: UUID) -> Any:
    """One step of a file."""
    return _one(door().file(file_id).steps, step_id)


@blueprint.get("/people/<uuid:person_id>/benefits/<uuid:benefit_id>")
@needs("files:read")
@blueprint.output(schemas.BenefitOut)
def benefit(person_id: UUID, benefit_id: UUID) -> Any:
    """One of the things that a person has been granted."""
    return _one(door().benefits(person_id), benefit_id)


@blueprint.get("/people/<uuid:person_id>/benefits")
@needs("files:read")
@blueprint.input(PageQuery, location="query", arg_name="query")
@blueprint.output(schemas.BenefitsPage)
def benefits(person_id: UUID, query: PageQuery) -> Any:
    """What a person has been granted, newest first."""
    found = door().benefits(person_id)
    return paging.after(found, query.cursor, query.limit, lambda one: (_midnight(one.granted_on), one.id))


@blueprint.get("/people/<uuid:person_id>/access-log")
@needs("log:read")
@blueprint.input(PageQuery, location="query", arg_name="query")
@blueprint.output(schemas.AccessLogPage)
def access_log(person_id: UUID, query: PageQuery) -> Any:
    """Who looked at a person's record, newest first."""
    place = paging.read(query.cursor)
    found = door().access_entries(person_id, limit=query.limit + 1, before=place[0] if place else "infinity")
    if len(found) > query.limit:
        # The cursor is an instant: looks of the same instant stay on one page, unless they fill it.
        border = found[query.limit].at
        whole = [entry for entry in found if entry.at != border]
        shown = whole or found[: query.limit]
        return {"items": shown, "next": paging.write(shown[-1].at, UUID(int=0))}
    return {"items": found, "next": None}


@blueprint.get("/people/<uuid:person_id>/access-log/<uuid:entry_id>")
@needs("log:read")
@blueprint.output(schemas.LookOut)
def look(person_id: UUID, entry_id: UUID) -> Any:
    """The look that an entry belongs to."""
    return door().look(person_id, entry_id)


@blueprint.get("/people/<uuid:person_id>/administration-queries")
@needs("log:read")
@blueprint.input(PageQuery, location="query", arg_name="query")
@blueprint.output(schemas.QueriesPage)
def administration_queries(person_id: UUID, query: PageQuery) -> Any:
    """What was asked of other administrations about a person, newest first, and what was held back, with the reason."""
    return paging.after(door().queries(person_id), query.cursor, query.limit, lambda one: (one.at, one.id))
