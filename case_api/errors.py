"""What can go wrong in words a person can read.

Services raise these; each app renders them as a page or a problem document. `message` is already in the
person's language or lazily translated; it never carries somebody's data.
"""

from typing import Any


class DomainError(Exception):
    """A rule of the house said no. `status` is the HTTP status it becomes, `code` a stable machine word."""

    status = 400
    code = "error"

    def __init__(self, message: Any = "", **details: Any) -> None:
        super().__init__(str(self.code))
        self.message = message
        self.details = details


class NotFound(DomainError):
    """It does not exist, or this actor may not know that it does: the two are one answer."""

    status = 404
    code = "not-found"


class Refused(DomainError):
    """The token or the page is not for this actor; says nothing about any record."""

    status = 403
    code = "refused"


class StepUpRequired(DomainError):
    """The person's own record, but a stronger login is needed. `assurance` is the level that would do."""

    status = 403
    code = "step-up"

    def __init__(self, assurance: str, message: Any = "") -> None:
        super().__init__(message, assurance=assurance)
        self.assurance = assurance


class Conflict(DomainError):
    """Somebody was first, or the page is out of date. `alternatives` lists what may be chosen instead."""

    status = 409
    code = "conflict"

    def __init__(self, message: Any = "", *, alternatives: tuple = (), **details: Any) -> None:
        super().__init__(message, **details)
        self.alternatives = alternatives


class Invalid(DomainError):
    """What came in cannot be used as it is. `fields` maps a field's name to what is wrong with it."""

    status = 422
    code = "invalid"

    def __init__(self, message: Any = "", *, fields: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.fields = fields or {}
