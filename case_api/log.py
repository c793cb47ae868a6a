"""Structured logs that cannot carry personal data: only the fields named here are written.

A value outside the list is dropped by construction, not by care; an exception is logged by its class and where it
happened, never by its text, which may quote what somebody wrote.
"""

import logging
import sys
import traceback
from typing import Any

import structlog

SAFE_FIELDS = frozenset(
    "event level timestamp logger process request_id route method status ms kind id job attempt attempts state channel "
    "adapter reason code count backlog seconds error where port host version worker result rule level_needed signal "
    "name pid stage".split()
)


def _only_safe(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in event.items() if key in SAFE_FIELDS}


def _exception_by_class(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    info = event.pop("exc_info", None)
    error = info if isinstance(info, BaseException) else (sys.exc_info()[1] if info else None)
    if isinstance(info, tuple):
        error = info[1]
    if error is not None:
        event["error"] = type(error).__name__
        frames = traceback.extract_tb(error.__traceback__)[-6:]
        event["where"] = " < ".join(f"{f.filename.rsplit('/', 2)[-1]}:{f.lineno}" for f in reversed(frames))
    return event


class _Bridge(logging.Handler):
    """Other libraries' records: the name, the level and the unformatted text, for their arguments may be anything."""

    def emit(self, record: logging.LogRecord) -> None:
        text = record.msg if isinstance(record.msg, str) and record.args else type(record.msg).__name__
        if isinstance(record.msg, str) and not record.args:
            text = "message of a library"
        structlog.get_logger().log(
            record.levelno, text[:120], logger=record.name, exc_info=record.exc_info[1] if record.exc_info else None
        )


def configure(process: str) -> None:
    """Set this process's logging up: one JSON object a line on standard error."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _exception_by_class,
            _only_safe,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)
    root = logging.getLogger()
    root.handlers = [_Bridge()]
    root.setLevel(logging.WARNING)


def logger() -> Any:
    """The logger: `logger().info("what happened", count=3)`."""
    return structlog.get_logger()
