"""How many requests each part answered, how, and how long it took: closed labels, so that no path ever becomes one."""

import time
from collections.abc import Callable, Iterable
from typing import Any

from prometheus_client import Counter, Histogram

_REQUESTS = Counter("alma_http_requests", "Requests answered", ["part", "status"])
_SECONDS = Histogram(
    "alma_http_seconds", "Time to the first byte", ["part"], buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)
)


def observed(app: Callable, part: str) -> Callable:
    """A WSGI app that counts what another answers. `part` is one of the few names that `portal.wsgi` gives."""
    seconds = _SECONDS.labels(part)
    counters = {first: _REQUESTS.labels(part, f"{first}xx") for first in "12345"}

    def call(environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        began = time.perf_counter()

        def start(status: str, headers: list, exc_info: Any = None) -> Callable:
            counters[status[0]].inc()
            seconds.observe(time.perf_counter() - began)
            return start_response(status, headers, exc_info) if exc_info else start_response(status, headers)

        return app(environ, start)

    return call
