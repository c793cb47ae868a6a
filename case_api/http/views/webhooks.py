"""Webhooks and recalls: for the programs that are told of changes, and answer for what they were given."""

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import g, request, url_for
from flask_babel import lazy_gettext as _l

from case_api.agenda.repeat import once
from case_api.db import current_unit
from case_api.errors import NotFound, Refused
from case_api.http import paging
from case_api.http.oauth import clients
from case_api.http.schemas import webhooks as schemas
from case_api.http.schemas.base import PageQuery
from case_api.http.scopes import needs
from case_api.webhooks import recalls, recipients

blueprint = APIBlueprint("webhooks", __name__, tag="Webhooks")


def _client() -> str:
    """The program itself: not a person, nor an employee behind one."""
    token = g.token
    if token.actor.kind != "client" or clients.find(current_unit().session, token.client_id) is None:
        raise Refused(_l("Solo una aplicación registrada puede hacerlo."))
    return token.client_id


@blueprint.get("/webhooks")
@needs("webhooks:read")
@blueprint.input(PageQuery, location="query", arg_name="query")
@blueprint.output(schemas.WebhooksPage)
def webhooks(query: PageQuery) -> Any:
    """Where this program is told of what, newest first."""
    found = recipients.of_client(current_unit().session, client_id=_client())
    return paging.after(found, query.cursor, query.limit, lambda one: (one.created_at, one.id))


@blueprint.post("/webhooks")
@needs("webhooks:write")
@blueprint.input(schemas.WebhookIn, arg_name="body")
@blueprint.output(schemas.WebhookMade, 201)
def register(body: schemas.WebhookIn) -> Any:
    """Be told of changes at an address of yours. The answer holds the secret of the signatures, this once.

    With an Idempotency-Key, a repeat holds it again: whoever lost the answer still learns it.
    """
    unit, client_id = current_unit(), _client()
    made, _new = once(
        unit,
        key=request.headers.get("Idempotency-Key"),
        request={"webhook": client_id, **body.model_dump()},
        work=lambda: recipients.register(unit, client_id=client_id, url=body.url, kinds=body.kinds).id,
    )
    told = recipients.with_secret(unit.session, client_id=client_id, webhook_id=made)
    return told, 201, {"Location": url_for("webhooks.webhook", webhook_id=made)}


@blueprint.get("/webhooks/<uuid:webhook_id>")
@needs("webhooks:read")
@blueprint.output(schemas.WebhookOut)
def webhook(webhook_id: UUID) -> Any:
    """One of them, without its secret."""
    return recipients.one(current_unit().session, client_id=_client(), webhook_id=webhook_id)


@blueprint.delete("/webhooks/<uuid:webhook_id>")
@needs("webhooks:write")
@blueprint.output({}, 204)
def end(webhook_id: UUID) -> Any:
    """Be told nothing there any more."""
    recipients.end(current_unit().session, client_id=_client(), webhook_id=webhook_id)
    return ""


@blueprint.get("/recalls")
@needs("webhooks:read")
@blueprint.input(PageQuery, location="query", arg_name="query")
@blueprint.output(schemas.RecallsPage)
def recalls_of_client(query: PageQuery) -> Any:
    """What this program is asked to delete, because the consent that gave it has ended; newest first."""
    found = recalls.of_client(current_unit().session, client_id=_client())
    return paging.after(found, query.cursor, query.limit, lambda one: (one.created_at, one.id))


@blueprint.get("/recalls/<uuid:recall_id>")
@needs("webhooks:read")
@blueprint.output(schemas.RecallOut)
def recall(recall_id: UUID) -> Any:
    """One of them."""
    found = recalls.of_client(current_unit().session, client_id=_client())
    asked = next((one for one in found if one.id == recall_id), None)
    if asked is None:
        raise NotFound()
    return asked


@blueprint.post("/recalls/<uuid:recall_id>/acknowledge")
@needs("webhooks:write")
@blueprint.input(schemas.AcknowledgeIn, arg_name="body")
@blueprint.output(schemas.RecallOut)
def acknowledge(recall_id: UUID, body: schemas.AcknowledgeIn) -> Any:
    """Say what was done with it. The first answer stands; the person reads it beside their consent."""
    return recalls.acknowledge(current_unit().session, client_id=_client(), recall_id=recall_id, outcome=body.outcome)
