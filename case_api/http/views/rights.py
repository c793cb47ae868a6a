"""One's rights over one's data: a copy of everything, requests with their deadline, questions about a look.

Opposition to asking another administration is a switch (`O`): it is given and withdrawn as a consent.
"""

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from apiflask.schemas import FileSchema
from flask import Response, current_app, request, url_for

from case_api.agenda.repeat import once
from case_api.db import current_unit
from case_api.errors import NotFound, Refused
from case_api.http import paging, tags
from case_api.http.request import actor, door
from case_api.http.schemas import rights as schemas
from case_api.http.schemas.base import PageQuery
from case_api.http.scopes import needs
from case_api.rights.exports import Export, Section

blueprint = APIBlueprint("rights", __name__, tag="Rights")
SECTIONS = "alma.export_sections"
"""Where the app keeps what the floors above add to a copy."""


def _more() -> tuple[Section, ...]:
    return current_app.extensions[SECTIONS]


def _export(opened: Any, person_id: UUID, export_id: UUID) -> Export:
    found = next((one for one in opened.exports(person_id) if one.id == export_id), None)
    if found is None:
        raise NotFound()
    return found


@blueprint.get("/people/<uuid:person_id>/exports")
@needs("rights:read")
@blueprint.input(PageQuery, location="query", arg_name="query")
@blueprint.output(schemas.ExportsPage)
def exports(person_id: UUID, query: PageQuery) -> Any:
    """The copies that a person asked for and may still fetch, newest first."""
    return paging.after(door().exports(person_id), query.cursor, query.limit, lambda one: (one.asked_at, one.id))


@blueprint.post("/people/<uuid:person_id>/exports")
@needs("rights:write")
@blueprint.output(schemas.ExportOut, 201)
def ask_for_copy(person_id: UUID) -> Any:
    """Ask for a copy of everything held, by the person alone. It holds what the token's scopes open."""
    opened = door()
    made, _new = once(
        current_unit(),
        key=request.headers.get("Idempotency-Key"),
        request={"export": person_id},
        work=lambda: opened.ask_for_copy(person_id, _more()).id,
    )
    where = url_for("rights.export", person_id=person_id, export_id=made)
    return _export(opened, person_id, made), 201, {"Location": where}


@blueprint.get("/people/<uuid:person_id>/exports/<uuid:export_id>")
@needs("rights:read")
@blueprint.output(schemas.ExportOut)
def export(person_id: UUID, export_id: UUID) -> Any:
    """What is known of one copy."""
    return _export(door(), person_id, export_id)


@blueprint.get("/people/<uuid:person_id>/exports/<uuid:export_id>/content")
@needs("rights:read")
@blueprint.output(FileSchema(), content_type="application/zip")
def export_content(person_id: UUID, export_id: UUID) -> Any:
    """The copy: a ZIP with `datos.json`, `leer.html` and the documents, each decided again while it is sent."""
    opened = door()
    _export(opened, person_id, export_id)
    response = Response(opened.fetch_copy(export_id, _more()), content_type="application/zip")
    response.headers.set("Content-Disposition", "attachment", filename="mis-datos.zip")
    return response


@blueprint.get("/people/<uuid:person_id>/rights-requests")
@needs("rights:read")
@blueprint.input(PageQuery, location="query", arg_name="query")
@blueprint.output(schemas.RightsPage)
def rights_requests(person_id: UUID, query: PageQuery) -> Any:
    """What a person asked about their data, newest first, with the last day to answer and the answer."""
    found = door().rights_requests(person_id)
    return paging.after(found, query.cursor, query.limit, lambda one: (one.received_at, one.id))


@blueprint.post("/people/<uuid:person_id>/rights-requests")
@needs("rights:write")
@blueprint.input(schemas.RightsIn, arg_name="body")
@blueprint.output(schemas.RightsOut, 201)
def ask_about_data(person_id: UUID, body: schemas.RightsIn) -> Any:
    """Ask for a correction or for another right. 409: too many are open."""
    opened = door()

    def work() -> UUID:
        return opened.ask_about_data(person_id, **body.model_dump(), channel=_channel()).id

    # Decided before a repeat is recognised: what is closed by now says no.
    opened.rights_requests(person_id)
    asked = {"rights": person_id, **body.model_dump()}
    made, _new = once(current_unit(), key=request.headers.get("Idempotency-Key"), request=asked, work=work)
    where = url_for("rights.rights_request", request_id=made)
    return tags.answer(schemas.RightsOut, opened.rights_request(made), 201, Location=where)


def _channel() -> str:
    return "desk" if actor().kind == "staff" else "api"


@blueprint.get("/rights-requests/<uuid:request_id>")
@needs("rights:read")
@blueprint.output(schemas.RightsOut)
def rights_request(request_id: UUID) -> Any:
    """One request, with its deadline and its answer."""
    return tags.answer(schemas.RightsOut, door().rights_request(request_id))


@blueprint.post("/rights-requests/<uuid:request_id>/answer")
@needs("rights:write")
@blueprint.input(schemas.AnswerIn, arg_name="body")
@blueprint.output(schemas.RightsOut)
def answer(request_id: UUID, body: schemas.AnswerIn) -> Any:
    """Say what was done and why, for professionals. Once said it stays. Honours If-Match."""
    opened = _for_staff(request_id)
    return tags.answer(schemas.RightsOut, opened.answer_request(request_id, state=body.state, answer=body.answer))


@blueprint.post("/rights-requests/<uuid:request_id>/extend")
@needs("rights:write")
@blueprint.input(schemas.ExtendIn, arg_name="body")
@blueprint.output(schemas.RightsOut)
def extend(request_id: UUID, body: schemas.ExtendIn) -> Any:
    """Two months more, once, within the first (RGPD art. 12.3), for professionals. Honours If-Match."""
    opened = _for_staff(request_id)
    return tags.answer(schemas.RightsOut, opened.extend_request(request_id, why=body.why))


def _for_staff(request_id: UUID) -> Any:
    """The door, once it is sure that the request is as the client saw it."""
    opened = door()
    found = opened.rights_request(request_id, action="answer")
    if actor().kind != "staff":
        raise Refused()
    tags.check(schemas.RightsOut, found)
    return opened


@blueprint.get("/people/<uuid:person_id>/log-challenges")
@needs("log:read")
@blueprint.input(PageQuery, location="query", arg_name="query")
@blueprint.output(schemas.ChallengesPage)
def challenges(person_id: UUID, query: PageQuery) -> Any:
    """What a person asked about looks at their record, newest first, with the answers."""
    found = sorted(door().challenges(person_id), key=lambda one: one.id)
    found.sort(key=lambda one: one.asked_at, reverse=True)
    return paging.after(found, query.cursor, query.limit, lambda one: (one.asked_at, one.id))


@blueprint.post("/people/<uuid:person_id>/access-log/<uuid:entry_id>/challenge")
@needs("log:write")
@blueprint.input(schemas.ChallengeIn, arg_name="body")
@blueprint.output(schemas.ChallengeOut, 201)
def challenge(person_id: UUID, entry_id: UUID, body: schemas.ChallengeIn) -> Any:
    """Say that a look is not all right, by the person alone: the data protection office answers. 409: asked before.

    With an Idempotency-Key, a repeat tells of the same question.
    """
    opened = door()
    opened.look(person_id, entry_id)
    if actor().person_id != person_id:
        raise Refused()
    made, _new = once(
        current_unit(),
        key=request.headers.get("Idempotency-Key"),
        request={"challenge": entry_id, "words": body.words},
        work=lambda: opened.challenge(entry_id, words=body.words).id,
    )
    told = next(one for one in opened.challenges(person_id) if one.id == made)
    return told, 201, {"Location": url_for("rights.challenges", person_id=person_id)}
