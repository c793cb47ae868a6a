"""People, files with their steps, benefits, who looked."""

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint

from case_api.http import paging
from case_api.http.request import door
from case_api.http.schemas import record as schemas
from case_api.http.schemas.base import PageQuery
from case_api.http.scopes import needs

blueprint = APIBlueprint("record", __name__, tag="Record")


def _midnight(day: date) -> datetime:
    """A day as a place in a list."""
    return datetime.combine(day, time(), tzinfo=UTC)


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
