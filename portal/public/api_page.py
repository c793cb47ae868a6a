"""The API for whoever writes programs: a page made on the server from the OpenAPI document itself. No scripts."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import Blueprint, render_template

from case_api.http.app import MOUNT, create_api_app
from case_api.http.scopes import SCOPES
from case_api.settings import ROOT, settings
from case_api.webhooks.outbox import KINDS
from channels.http.conversation_views import blueprint as conversations
from portal.identity.guard import access

blueprint = Blueprint("api_page", __name__)
README = ROOT / "case_api/http/README.md"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as the page tells it. `says` is in the document's language, English."""

    anchor: str
    method: str
    path: str
    says: str
    scope: str
    reads: tuple[tuple[str, str, bool], ...]
    body: tuple[tuple[str, str, bool], ...]
    answers: tuple[tuple[str, str], ...]


def quickstart(base: str) -> str:
    """The commands of the README, for this address."""
    found = re.search(r"```sh\n(.*?)```", README.read_text(), re.DOTALL)
    return (found[1] if found else "").replace("http://localhost:8000", base)


def _kind(schema: dict[str, Any]) -> str:
    """A schema in a few words: its type, its format, what it may be."""
    if "$ref" in schema:
        return schema["$ref"].rpartition("/")[2].rpartition(".")[2]
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_kind(one) for one in schema["anyOf"]))
    if schema.get("type") == "array":
        return f"array: {_kind(schema.get('items', {}))}"
    return " ".join(str(schema[name]) for name in ("type", "format") if name in schema) or "any"


def _fields(document: dict[str, Any], operation: dict[str, Any]) -> tuple[tuple[str, str, bool], ...]:
    content = operation.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema")
    if schema is None:
        return tuple((name, "binary", True) for name in content)
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    needed = schema.get("required", [])
    return tuple((name, _kind(one), name in needed) for name, one in schema.get("properties", {}).items())


def _operation(document: dict[str, Any], path: str, method: str, found: dict[str, Any]) -> Operation:
    scopes = [name for each in found.get("security", []) for name in next(iter(each.values()))]
    return Operation(
        anchor=found["operationId"],
        method=method.upper(),
        path=MOUNT + path,
        says=" ".join(filter(None, (found.get("summary"), found.get("description")))).strip(),
        scope=scopes[0] if scopes else "",
        reads=tuple(
            (f"{one['name']} ({one['in']})", _kind(one.get("schema", {})), bool(one.get("required")))
            for one in found.get("parameters", [])
        ),
        body=_fields(document, found),
        answers=tuple((status, one.get("description", "")) for status, one in sorted(found["responses"].items())),
    )


@lru_cache(maxsize=1)
def sections() -> list[tuple[str, list[Operation]]]:
    """Every operation of the document, by its tag, in the document's order."""
    document = create_api_app([conversations]).spec
    told: dict[str, list[Operation]] = {}
    for path, operations in document["paths"].items():
        for method, found in operations.items():
            tag = (found.get("tags") or ["API"])[0]
            told.setdefault(tag, []).append(_operation(document, path, method, found))
    return list(told.items())


@blueprint.get("/api")
@access("public")
def api_page():
    """What the API does, how to begin, and every operation."""
    return render_template(
        "pages/public/api.html",
        sections=sections(),
        scopes=SCOPES,
        kinds=sorted(KINDS),
        quickstart=quickstart(settings().PUBLIC_URL),
        base=settings().PUBLIC_URL,
        mount=MOUNT,
    )
