"""The wire below the official client: its requests over one pool of open connections, for any number of threads.

The client's own HTTP layer belongs to one thread, reads the machine's proxies anew for every request and takes twice
the time. Nothing is repeated or redirected here: only the outbox knows what may be sent again.
"""

import json
import logging
import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import urllib3
from requests import certs
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies, select_proxy
from twilio.http import HttpClient
from twilio.http.response import Response

_OPEN = 64  # connections kept open: as many as messages are handed over side by side


class Wire(HttpClient):
    """For one carrier. The proxy and the certificates that the environment names hold, as they are at the start."""

    def __init__(self, base: str, *, seconds: float) -> None:
        super().__init__(logging.getLogger(__name__), False, seconds)
        trusted = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or certs.where()
        common: dict[str, Any] = {
            "maxsize": _OPEN, "retries": False, "timeout": urllib3.Timeout(connect=seconds, read=seconds),
            "ca_certs": trusted,
        }  # fmt: skip
        proxy = select_proxy(base, get_environ_proxies(base))
        self._pool = (
            urllib3.ProxyManager(proxy, proxy_headers=HTTPAdapter().proxy_headers(proxy), **common)
            if proxy
            else urllib3.PoolManager(**common)
        )

    def request(
        self,
        method: str,
        uri: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """See HttpClient; `timeout` and `allow_redirects` stay as this wire has them. Raises urllib3's HTTPError."""
        sent = dict(headers or {})
        if auth:
            sent |= urllib3.make_headers(basic_auth=":".join(auth))
        if given := {name: value for name, value in (params or {}).items() if value is not None}:
            uri = f"{uri}?{urlencode(given, doseq=True)}"
        as_json = "json" in sent.get("Content-Type", "")
        body = None if data is None else json.dumps(data) if as_json else urlencode(data, doseq=True)
        answer = self._pool.request(method, uri, body=body, headers=sent, redirect=False)
        return Response(answer.status, answer.data.decode(errors="replace"), answer.headers)
