"""Violated constraints, by their names, as errors a person can read."""

from collections.abc import Callable

from sqlalchemy.exc import IntegrityError

from case_api.errors import Conflict, DomainError

_known: dict[str, Callable[[], DomainError]] = {}


def violation(name: str, make: Callable[[], DomainError]) -> None:
    """Say what the violation of one constraint means: `violation("uq_person_document", lambda: Conflict(_l("…")))`."""
    _known[name] = make


def translate(error: IntegrityError) -> DomainError:
    """The domain error of a violated constraint; one nobody named is a plain Conflict, which says nothing of rows."""
    diagnostics = getattr(error.orig, "diag", None)
    make = _known.get(getattr(diagnostics, "constraint_name", None) or "")
    return make() if make else Conflict()
