"""Documents and reports, and handing one in."""

import hashlib
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from apiflask.schemas import FileSchema
from flask import Response, request, url_for

from case_api.agenda.repeat import once
from case_api.db import current_unit
from case_api.files.content import ACCEPTED, LARGEST
from case_api.files.documents import Document
from case_api.http import paging
from case_api.http.request import door, takes_bytes
from case_api.http.schemas import documents as schemas
from case_api.http.schemas.base import PageQuery
from case_api.http.scopes import needs

blueprint = APIBlueprint("documents", __name__, tag="Documents")


def _stream(found: Document, pieces: Iterator[bytes]) -> Response:
    response = Response(pieces, content_type=found.media_type)
    response.content_length = found.size
    response.headers.set("Content-Disposition", "attachment", filename=found.file_name)
    # Whoever handed it in chose the bytes: no browser may run them as ours.
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@blueprint.get("/people/<uuid:person_id>/documents")
@needs("documents:read")
@blueprint.input(PageQuery, location="query", arg_name="query")
@blueprint.output(schemas.DocumentsPage)
def documents(person_id: UUID, query: PageQuery) -> Any:
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
    return _stream(*door().document_stream(document_id))


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
    return opened.document(made), 201, {"Location": url_for("documents.document", document_id=made)}


@blueprint.get("/people/<uuid:person_id>/reports")
@needs("documents:read")
@blueprint.input(PageQuery, location="query", arg_name="query")
@blueprint.output(schemas.ReportsPage)
def reports(person_id: UUID, query: PageQuery) -> Any:
    """A person's reports, newest first: signed and released; not those that are still to be told in person."""
    found = door().released_reports(person_id)
    return paging.after(found, query.cursor, query.limit, lambda report: (report.created_at, report.id))


@blueprint.get("/reports/<uuid:report_id>")
@needs("documents:read")
@blueprint.output(schemas.ReportOut)
def report(report_id: UUID) -> Any:
    """What is known of one report."""
    return door().released_report(report_id)


@blueprint.get("/reports/<uuid:report_id>/content")
@needs("documents:read")
@blueprint.output(FileSchema(), content_type="*/*")
def report_content(report_id: UUID) -> Any:
    """The report itself, as it was signed."""
    return _stream(*door().released_report_stream(report_id))
