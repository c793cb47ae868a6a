"""Conversations over the API: a person's own, whatever channel they went on, and writing in them."""

from typing import Any
from uuid import UUID, uuid4

from apiflask import APIBlueprint
from flask import request, url_for

from case_api.access.levels import Level
from case_api.agenda.repeat import once
from case_api.db import current_unit
from case_api.errors import NotFound, Refused
from case_api.http import paging
from case_api.http.request import actor, door
from case_api.http.schemas.base import PageQuery
from case_api.http.scopes import needs
from channels.conversations import service as conversations
from channels.conversations.service import ConversationView
from channels.http import conversation_schemas as schemas

blueprint = APIBlueprint("conversations", __name__, tag="Conversations")
_KIND = "conversation"


def _own(person_id: UUID, action: str, object_id: UUID | None = None) -> list[ConversationView]:
    """A person's conversations, as far as this token may read them; logged."""
    opened = door()
    opened.require(
        person_id=person_id, level=Level.N1, object_kind=_KIND, object_id=object_id or person_id, action=action
    )
    levels = opened.highest(person_id=person_id, object_kind=_KIND)
    return conversations.for_person(current_unit().session, person_id=person_id, levels=[str(one) for one in levels])


def _one(conversation_id: UUID, action: str) -> ConversationView:
    """One conversation. Hidden and unknown are the same work, the same entry in the log and the same answer."""
    try:
        person_id = conversations.open_conversation(current_unit().session, conversation_id=conversation_id).person_id
    except NotFound:
        person_id = None
    if person_id is None:
        door().require(person_id=None, level=Level.N1, object_kind=_KIND, object_id=conversation_id, action=action)
        raise NotFound()
    found = next((one for one in _own(person_id, action, conversation_id) if one.id == conversation_id), None)
    if found is None:
        raise NotFound()
    return found


def _write(person_id: UUID, body: str, conversation_id: UUID | None) -> ConversationView:
    """Write as the person: staff answer from the desk, where it is seen who else is answering."""
    if actor().kind not in ("citizen", "client"):
        raise Refused()
    unit = current_unit()
    written, _new = once(
        unit,
        key=request.headers.get("Idempotency-Key"),
        request={"write": person_id, "to": conversation_id, "body": body},
        work=lambda: conversations.write_from_portal(
            unit.session, person_id=person_id, body=body, conversation_id=conversation_id, key=str(uuid4())
        ),
    )
    return _one(written, "read")


def _made(written: ConversationView) -> Any:
    return written, 201, {"Location": url_for("conversations.conversation", conversation_id=written.id)}


@blueprint.get("/people/<uuid:person_id>/conversations")
@needs("conversations:read")
@blueprint.input(PageQuery, location="query", arg_name="query")
@blueprint.output(schemas.ConversationsPage)
def conversations_of(person_id: UUID, query: PageQuery) -> Any:
    """A person's conversations with their messages, the latest first."""
    found = sorted(_own(person_id, "list"), key=lambda one: one.id)
    found.sort(key=lambda one: one.last_message_at, reverse=True)
    return paging.after(found, query.cursor, query.limit, lambda one: (one.last_message_at, one.id))


@blueprint.get("/conversations/<uuid:conversation_id>")
@needs("conversations:read")
@blueprint.output(schemas.ConversationOut)
def conversation(conversation_id: UUID) -> Any:
    """One conversation with its messages, oldest first."""
    return _one(conversation_id, "read")


@blueprint.post("/people/<uuid:person_id>/conversations")
@needs("conversations:write")
@blueprint.input(schemas.MessageIn, arg_name="body")
@blueprint.output(schemas.ConversationOut, 201)
def write(person_id: UUID, body: schemas.MessageIn) -> Any:
    """Write to social services: into the open conversation, or a new one."""
    door().require(person_id=person_id, level=Level.N1, object_kind=_KIND, object_id=person_id, action="write")
    return _made(_write(person_id, body.body, None))


@blueprint.post("/conversations/<uuid:conversation_id>/messages")
@needs("conversations:write")
@blueprint.input(schemas.MessageIn, arg_name="body")
@blueprint.output(schemas.ConversationOut, 201)
def go_on(conversation_id: UUID, body: schemas.MessageIn) -> Any:
    """Write in a conversation; a closed one opens again."""
    return _made(_write(_one(conversation_id, "write").person_id, body.body, conversation_id))
