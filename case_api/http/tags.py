"""Entity tags of what has no version of its own: of what is shown, and of nothing else."""

import hashlib
import json
from typing import Any

from flask import Response, jsonify, request
from flask_babel import lazy_gettext as _l

from case_api.errors import Conflict
from case_api.http.schemas.base import Out


def of(body: dict[str, Any]) -> str:
    """The tag of a JSON object, without its quotes."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:32]


def answer(schema: type[Out], value: Any, status: int = 200, **headers: str) -> Response:
    """The value as this schema tells it, with its ETag."""
    body = schema.model_validate(value).model_dump(mode="json")
    response = jsonify(body)
    response.status_code = status
    response.headers["ETag"] = f'"{of(body)}"'
    response.headers.update(headers)
    return response


def check(schema: type[Out], value: Any) -> None:
    """Raise Conflict (412) when the request was made on another version than this (If-Match, RFC 9110 13.1.1)."""
    given = request.headers.get("If-Match")
    if given is None or given.strip() == "*":
        return
    if of(schema.model_validate(value).model_dump(mode="json")) not in request.if_match.as_set():
        raise Conflict(_l("Ha cambiado desde que usted lo vio. Mírelo de nuevo, por favor."), stale=True)
