"""A problem document (RFC 9457), as the OpenAPI document describes it."""

from typing import Any

PROBLEM: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {
                    "field": {"type": "string"},
                    "message": {"type": "string"},
                    "in": {"type": "string"},
                },
            },
        },
        "alternatives": {"type": "array", "items": {"$ref": "#/components/schemas/SlotsPage.SlotOut"}},
        "acr_values": {"type": "string"},
        "scope": {"type": "string"},
    },
}
