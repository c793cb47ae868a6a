"""An app with one hole, told by ALMA_TEST_HOLE: to see that what is run against the API would find one."""

import os
from uuid import UUID, uuid4

from apiflask import APIBlueprint
from flask import Flask, g, jsonify
from pydantic import Field
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from case_api.errors import NotFound
from case_api.http.app import MOUNT, create_api_app
from case_api.http.schemas import base as schemas
from case_api.http.scopes import PUBLIC, needs

HOLE = os.environ["ALMA_TEST_HOLE"]
blueprint = APIBlueprint("hole", __name__, tag="Hole")


class NoteIn(schemas.In):
    body: str = Field(min_length=1, max_length=40, pattern="^[a-z]+$")


class NoteOut(schemas.Out):
    id: UUID
    body: str


class Things(schemas.Out):
    items: list[NoteOut]


if HOLE == "foreign":
    NOTES: dict[UUID, dict] = {}

    @blueprint.post("/notes")
    @needs("person:read")
    @blueprint.input(NoteIn, arg_name="body")
    @blueprint.output(NoteOut, 201)
    def write(body: NoteIn):
        made = NOTES[uuid4()] = {"id": uuid4(), "body": body.body, "of": g.token.actor.person_id}
        NOTES[made["id"]] = made
        return made

    @blueprint.get("/notes/<uuid:note_id>")
    @needs("person:read")
    @blueprint.output(NoteOut)
    def note(note_id: UUID):
        if note_id not in NOTES:
            raise NotFound()
        return NOTES[note_id]  # whose it is, nobody asks


if HOLE == "undeclared":

    @blueprint.get("/me-and-more")
    @needs("person:read")
    @blueprint.output({"type": "object", "properties": {"id": {"type": "string"}}, "additionalProperties": False})
    def me_and_more():
        return jsonify(id=str(g.token.actor.person_id), document_number="00000001R")


if HOLE == "crash":

    @blueprint.get("/crash")
    @needs("person:read")
    @blueprint.input(schemas.PageQuery, location="query", arg_name="query")
    @blueprint.output(Things)
    def crash(query: schemas.PageQuery):
        return {"items": [1 // (query.limit - 1)]}


if HOLE == "open":

    def declared(view):
        """The document says that a token is needed; nobody asks for it."""
        view.demanded_scope = PUBLIC
        view.__dict__.setdefault("_spec", {})["security"] = [{"token": ["person:read"]}]
        return view

    @blueprint.get("/notice-board")
    @declared
    @blueprint.input(schemas.PageQuery, location="query", arg_name="query")
    @blueprint.output(Things)
    def notice_board(query: schemas.PageQuery):
        return {"items": [{"id": uuid4(), "body": "hola"}]}


application = DispatcherMiddleware(Flask("nothing"), {MOUNT: create_api_app([blueprint])})
