"""Consents and oppositions: what is offered, what stands, giving, withdrawing, the receipt."""

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import request, url_for

from case_api.access.levels import Level
from case_api.agenda.repeat import once
from case_api.db import current_unit
from case_api.http.request import door
from case_api.http.schemas import consents as schemas
from case_api.http.scopes import needs

blueprint = APIBlueprint("consents", __name__, tag="Consents")


@blueprint.get("/people/<uuid:person_id>/consents")
@needs("consents:read")
@blueprint.input(schemas.OfferQuery, location="query", arg_name="query")
@blueprint.output(schemas.Consents)
def consents(person_id: UUID, query: schemas.OfferQuery) -> Any:
    """What a person has consented to and opposed, newest first, and what may be moved, with the words to be read."""
    opened = door()
    return {"items": opened.consents(person_id), "offered": opened.offered(person_id, file_id=query.file_id)}


@blueprint.post("/people/<uuid:person_id>/consents")
@needs("consents:write")
@blueprint.input(schemas.ConsentIn, arg_name="body")
@blueprint.output(schemas.ConsentOut, 201)
def give(person_id: UUID, body: schemas.ConsentIn) -> Any:
    """Turn a switch on, by the person alone. What is on already stays the same one. 409: the words have changed.

    With an Idempotency-Key, a repeat tells of the same one, and gives nothing again that was withdrawn meanwhile.
    """
    opened, asked = door(), body.model_dump()

    def work() -> UUID:
        shown = asked["words_sha256"]
        switch = {name: value for name, value in asked.items() if name != "words_sha256"}
        return opened.give(person_id, **switch, shown=shown, channel="api").id

    # Decided before a repeat is recognised: what is closed by now says no.
    opened.require(person_id=person_id, level=Level.N2, object_kind="consent", object_id=person_id, action="give")
    key = request.headers.get("Idempotency-Key")
    given, _new = once(current_unit(), key=key, request={"consent": person_id, **asked}, work=work)
    return opened.consent(given), 201, {"Location": url_for("consents.consent", consent_id=given)}


@blueprint.get("/consents/<uuid:consent_id>")
@needs("consents:read")
@blueprint.output(schemas.ConsentOut)
def consent(consent_id: UUID) -> Any:
    """One consent or opposition."""
    return door().consent(consent_id)


@blueprint.post("/consents/<uuid:consent_id>/withdraw")
@needs("consents:write")
@blueprint.output(schemas.ConsentOut)
def withdraw(consent_id: UUID) -> Any:
    """Turn it off, from this moment. Twice changes nothing."""
    return door().withdraw(consent_id, channel="api")


@blueprint.get("/consents/<uuid:consent_id>/receipt")
@needs("consents:read")
@blueprint.output({}, content_type="application/json")
def receipt(consent_id: UUID) -> Any:
    """The receipt, with the fields of ISO/IEC TS 27560:2023."""
    return door().consent_receipt(consent_id)
