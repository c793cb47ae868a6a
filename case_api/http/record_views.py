"""People, files, documents, benefits, who looked."""

import hashlib
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from apiflask.schemas import FileSchema
from flask import Response, request, url_for

from case_api import directory
from case_api.agenda.repeat import once
from case_api.db import current_unit
from case_api.files.content import ACCEPTED, LARGEST
from case_api.http import paging, schemas
from case_api.http.request import door, takes_bytes
from case_api.http.scopes import PUBLIC, needs

blueprint = APIBlueprint("record", __name__, tag="Record")


def _midnight(day: date) -> datetime:
    """A day as a place in a list."""
    return datetime.combine(day, time(), tzinfo=UTC)


@blueprint.get("/centres")
@needs(PUBLIC)
@blueprint.output(schemas.Centres)
def centres() -> Any:
    """The city's social services centres."""
    return {"items": directory.centres(current_unit().session)}


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
@blueprint.input(schemas.PageQuery, location="query", arg_name="query")
@blueprint.output(schemas.FilesPage)
def files(person_id: UUID, query: schemas.PageQuery) -> Any:
    """A person's files with their steps, newest first."""
    found = door().files(person_id)
    return paging.after(found, query.cursor, query.limit, lambda file: (file.opened_at, file.id))


@blueprint.get("/files/<uuid:file_id>")
@needs("files:read")
@blueprint.output(schemas.FileOut)
def file(file_id: UUID) -> Any:
    """One file with its steps."""
    return door().file(file_id)


@blueprint.get("/people/<uuid:person_id>/documents")
@needs("documents:read")
@blueprint.input(schemas.PageQuery, location="query", arg_name="query")
@blueprint.output(schemas.DocumentsPage)
def documents(person_id: UUID, query: schemas.PageQuery) -> Any:
    """A person's documents and released reports, newest first."""
    found = door().documents(person_id)
    return paging.after(found, query.cursor, query.limit, lambda document: (document.created_at, document.id))


@blueprint.get("/documents/<uuid:document_id>")
@needs("documents:read")
@blueprint.output(schemas.DocumentOut)
def document(document_id: UUID) -> Any:
    """What is known of one document."""
    return door().document(document_id)


@blueprint.get("/documents/<uuid:document_id>/content")
@needs("documents:read")
@blueprint.output(FileSchema(), content_type="*/*")
def document_content(document_id: UUID) -> Any:
    """The document itself, as it was stored."""
    found, pieces = door().document_stream(document_id)
    response = Response(pieces, content_type=found.media_type)
    response.content_length = found.size
    response.headers.set("Content-Disposition", "attachment", filename=found.file_name)
    # Whoever handed it in chose the bytes: no browser may run them as ours.
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@blueprint.post("/files/<uuid:file_id>/documents")
@needs("documents:write")
@takes_bytes(*ACCEPTED, largest=LARGEST)
@blueprint.input(schemas.HandInQuery, location="query", arg_name="query")
@blueprint.output(schemas.DocumentOut, 201)
def hand_in(file_id: UUID, query: schemas.HandInQuery) -> Any:
    """Hand in what a step of a file asks for: the bytes of a PDF or a photograph as the body. 409: it asks for none."""
    opened, content = door(), request.get_data()

    def work() -> UUID:
        return opened.add_document(file_id, query.name, request.mimetype, content, step_id=query.step_id).id

    # Decided before a repeat is recognised: what is closed by now says no.
    opened.file(file_id)
    asked = {"file": file_id, "sha256": hashlib.sha256(content).hexdigest(), **query.model_dump()}
    made, _new = once(current_unit(), key=request.headers.get("Idempotency-Key"), request=asked, work=work)
    return opened.document(made), 201, {"Location": url_for("record.document", document_id=made)}


@blueprint.get("/people/<uuid:person_id>/benefits")
@needs("files:read")
@blueprint.input(schemas.PageQuery, location="query", arg_name="query")
@blueprint.output(schemas.BenefitsPage)
def benefits(person_id: UUID, query: schemas.PageQuery) -> Any:
    """What a person has been granted, newest first."""
    found = door().benefits(person_id)
    return paging.after(found, query.cursor, query.limit, lambda one: (_midnight(one.granted_on), one.id))


@blueprint.get("/people/<uuid:person_id>/access-log")
@needs("log:read")
@blueprint.input(schemas.PageQuery, location="query", arg_name="query")
@blueprint.output(schemas.AccessLogPage)
def access_log(person_id: UUID, query: schemas.PageQuery) -> Any:
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
