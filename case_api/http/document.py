"""What the OpenAPI document says beyond what APIFlask can: errors, headers, files, and the ways to a token."""

from typing import Any

from case_api.files.content import ACCEPTED
from case_api.http import problems
from case_api.http.schemas.problem import PROBLEM
from case_api.http.scopes import SCOPES

_STRING = {"type": "string"}
_IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "description": "The same key again within a day gives the same answer and does nothing more.",
}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "schema": _STRING,
    "description": "The ETag of the version that was seen; another one now answers 412.",
}
_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "schema": _STRING,
    "description": "The ETag of the version that is at hand; the same one now answers 304.",
}
_REPEATABLE = ("/appointments", "/files/{file_id}/documents", "/people/{person_id}/conversations")
_REPEATABLE += ("/conversations/{conversation_id}/messages", "/people/{person_id}/exports")
_REPEATABLE += ("/people/{person_id}/rights-requests", "/people/{person_id}/access-log/{entry_id}/challenge")
_REPEATABLE += ("/people/{person_id}/consents", "/appointment-holds", "/webhooks")
_FILES = {("post", "/files/{file_id}/documents")}
_BYTES = {"schema": {"type": "string", "format": "binary", "minLength": 1}}
_VERSIONED = ("/appointments/{appointment_id}/cancel", "/appointments/{appointment_id}/move")
_VERSIONED += ("/rights-requests/{request_id}/answer", "/rights-requests/{request_id}/extend")

# Answered with the ETag of what was made.
_TAGGED = ("/appointments", "/people/{person_id}/rights-requests")


def _headers_of(method: str, path: str, operation: dict[str, Any]) -> list[dict[str, Any]]:
    """The headers that an operation reads."""
    if method == "post":
        return [_IDEMPOTENCY] * (path in _REPEATABLE) + [_IF_MATCH] * (path in _VERSIONED)
    return [_IF_NONE_MATCH] if method == "get" and operation.get("security") and not path.endswith("/content") else []


def _tell_headers(path: str, read: list[dict[str, Any]], responses: dict[str, Any]) -> None:
    """Say which answers bear an ETag, and which tell where the thing that was made is."""
    tagged = _IF_NONE_MATCH in read or _IF_MATCH in read or path in _TAGGED
    for status in {"200", "201"} & responses.keys():
        names = ["ETag"] * tagged + ["Location"] * (status == "201")
        if names:
            told = responses[status].setdefault("headers", {})
            told |= {name: {"schema": _STRING} for name in names}


def security() -> dict[str, Any]:
    """The scheme of the tokens, with where to get them; addresses are relative to the site."""
    scopes = {name: str(words) for name, words in SCOPES.items()}
    return {
        "type": "oauth2",
        "description": "RFC 9068 access tokens; PKCE with S256 for every client. Metadata: RFC 8414.",
        "flows": {
            "authorizationCode": {
                "authorizationUrl": "/autorizar", "tokenUrl": "/oauth/token", "refreshUrl": "/oauth/token",
                "scopes": scopes,
            },
            "clientCredentials": {"tokenUrl": "/oauth/token", "scopes": scopes},
        },
    }  # fmt: skip


def mend(document: dict[str, Any]) -> dict[str, Any]:
    """Say of every error what it is, a problem document, and name the headers that APIFlask cannot."""
    components = document["components"]["schemas"]
    for name in ("HTTPError", "ValidationError"):
        components.pop(name, None)
    components["Problem"] = PROBLEM
    content = {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            for parameter in operation.get("parameters", []):
                if parameter["in"] == "path":
                    parameter["schema"] = {"type": "string", "format": "uuid"}
            if "requestBody" in operation:
                operation["requestBody"]["required"] = not path.endswith(("/cancel", "/withdraw"))
            if (method, path) in _FILES:
                operation["requestBody"] = {"required": True, "content": dict.fromkeys(ACCEPTED, _BYTES)}
            responses = operation["responses"]
            errors = {"422": "Something to correct", "500": "Our fault", "503": "Busy"}
            if operation.get("security"):
                errors |= {"401": "No valid token, or a stronger login needed", "403": "Another scope needed"}
            if "{" in path or path.endswith(("/me", "/appointments", "/people")):
                errors["404"] = "Not there, or not for this token"
            if method in ("post", "delete"):
                errors |= {"400": "Cannot be read", "413": "Too large", "415": "Not a type that is taken here"}
            if method == "post":
                errors["409"] = "No longer possible, or the same request is under way"
                errors["404"] = "Not there, or not for this token"
            headers = _headers_of(method, path, operation)
            operation["parameters"] = operation.get("parameters", []) + headers
            if _IF_MATCH in headers:
                errors["412"] = "Changed since it was seen"
            if _IF_NONE_MATCH in headers:
                responses["304"] = {"description": "The same as before"}
            for status, words in errors.items():
                responses.setdefault(status, {"description": words})
            for status, response in responses.items():
                if status.startswith(("4", "5")):
                    response["content"] = content
            _tell_headers(path, headers, responses)
    return document
