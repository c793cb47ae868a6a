"""What can be wrong with a request, read from the OpenAPI document: one list of attempts for each operation."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from uuid import uuid4

JSON = "application/json"


@dataclass
class Attempt:
    """A request with one thing wrong, and the statuses that say so."""

    what: str
    statuses: set[int]
    path: str
    options: dict[str, Any] = field(default_factory=dict)


def names_in(path: str) -> list[str]:
    return [piece.split("}")[0] for piece in path.split("{")[1:]]


BAD_IDS = {
    "no UUID": "not-a-uuid",
    "a UUID and more": f"{uuid4()}x",
    "a null byte": "%00",
    "a way out": "..%2f..%2fetc",
    "very long": "a" * 4000,
    "an injection": quote("1' OR '1'='1"),
    "letters of another script": quote("٠١٢٣٤٥٦٧-٠١٢٣-٠١٢٣-٠١٢٣-٠١٢٣٤٥٦٧٨٩٠١"),
    "unknown": str(uuid4()),
}


def of_path(path: str, ids: dict[str, str], body: dict[str, Any]) -> Iterator[Attempt]:
    for name in names_in(path):
        for what, value in BAD_IDS.items():
            yield Attempt(f"{name}: {what}", {404, 403}, path.format(**ids | {name: value}), body)


BAD_QUERY: dict[str, tuple[str, ...]] = {
    "cursor": ("x", "%00", "a" * 301, "W10", "bnVsbA", "%F0%9F%99%82", "WyIwMDAxLTAxLTAxVDAwOjAwOjAwIiwgIngiXQ"),
    "limit": ("0", "-1", "201", "x", "", "1e3", "1.5", "9" * 40, "%00"),
    "uuid": ("x", "", "%00", "a" * 400),
    "date": ("x", "2026-13-01", "0001-01-01", "9999-12-31", "1", "%00"),
    "integer": ("x", ""),
    "string": ("%00", "a" * 6000),
}


def of_query(path: str, operation: dict[str, Any], body: dict[str, Any] | None = None) -> Iterator[Attempt]:
    sent = body or {}
    yield Attempt("a parameter nobody reads", {422}, f"{path}?nada=1", sent)
    yield Attempt("a parameter of a strange name", {422}, f"{path}?%00=1", sent)
    for one in operation.get("parameters", []):
        if one["in"] != "query":
            continue
        name, schema = one["name"], one["schema"]
        shapes = [schema, *schema.get("anyOf", [])]
        kind = name if name in BAD_QUERY else ""
        for shape in shapes:
            kind = kind or (shape.get("format") if shape.get("format") in BAD_QUERY else "")
        for value in BAD_QUERY[kind or next(shape["type"] for shape in shapes if "type" in shape)]:
            # What is asked for beside it may be missing too, which is also to be said.
            yield Attempt(f"{name}={value[:20]}", {422, 403}, f"{path}?{name}={value}", sent)
        yield Attempt(f"{name} said twice", {422}, f"{path}?{name}=1&{name}=2", sent)


def of_headers(path: str, operation: dict[str, Any], body: dict[str, Any]) -> Iterator[Attempt]:
    read = {one["name"] for one in operation.get("parameters", []) if one["in"] == "header"}
    if "If-Match" in read:
        for tag in ("x", '"x"', 'W/"x"', '"', ",,,", "a" * 3000, '"x", "y"', "\t"):
            yield Attempt(f"If-Match {tag[:9]}", {412}, path, {**body, "headers": {"If-Match": tag}})
    if "Idempotency-Key" in read:
        for key in ("", "a" * 201, "\x01", "\t"):
            headers = {**body.get("headers", {}), "Idempotency-Key": key}
            yield Attempt(f"key {key[:5]!r}", {422}, path, {**body, "headers": headers})
    for token in ("", "Bearer", "Bearer ", "Basic eDp4", "Bearer x", "Bearer " + "a" * 5000, "Bearer a.b.c", "\x7f"):
        yield Attempt(f"token {token[:9]}", {401}, path, {**body, "headers": {"Authorization": token}})


def of_body(path: str, schema: dict[str, Any] | None, valid: dict[str, Any]) -> Iterator[Attempt]:
    """`schema` is None where nothing is read: anything but nothing is then too much."""
    for kind in ("text/xml", "text/plain", "multipart/form-data", "application/x-www-form-urlencoded", "x"):
        yield Attempt(kind, {415}, path, {"data": b"<a/>", "content_type": kind})
    for what, data, statuses in (
        ("half a JSON", b"{", {400}),
        ("no JSON", b"x", {400}),
        ("no UTF-8", b'{"a": "\xff"}', {400}),
        ("nested without end", b"[" * 30_000, {400}),
        ("nested, whole", b'{"a":' + b"[" * 25_000 + b"]" * 25_000 + b"}", {400, 422}),
        ("too large", b"{" + b" " * 70_000 + b"}", {413}),
        ("a list", b"[]", {422}),
        ("a word", b'"x"', {422}),
        ("a number", b"1", {422}),
        ("nothing at all, in JSON", b"null", {422}),
        ("no number", b'{"a": NaN}', {400, 422}),
        ("what nobody reads", b'{"nada": 1}', {422}),
        ("said of oneself", b'{"id": "x", "state": "done", "person_id": "x", "is_admin": true}', {422}),
        ("the name of a null byte", b'{"\\u0000": 1}', {422}),
    ):
        yield Attempt(what, statuses, path, {"data": data, "content_type": JSON})
    for name, one in (schema or {}).get("properties", {}).items():
        for what, value in _wrong(one):
            yield Attempt(f"{name}: {what}", {422}, path, {"json": valid | {name: value}})
    for name in (schema or {}).get("required", []):
        left = {key: value for key, value in valid.items() if key != name}
        yield Attempt(f"without {name}", {422}, path, {"json": left})


def _wrong(schema: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    shapes = [schema, *schema.get("anyOf", [])]
    types = {shape.get("type") for shape in shapes}
    yield "an object", {"a": 1}
    yield "nested", [[[[]]]]
    if "string" in types:
        yield "a number", 7
        yield "a null byte", "a\x00b"
        yield "too long", "a" * 20_000
        # Half of a pair: no text, and nothing that a database can keep.
        yield "half a letter", "a\ud800b"
    if "boolean" in types:
        yield "no boolean", "perhaps"
    if "null" not in types:
        yield "null", None
    if "array" in types:
        yield "nothing in it", []
        yield "something else in it", ["nada"]
