"""In development, `/sandbox/…` on the web port leads to the sandbox process: one port to remember, none to open."""

from collections.abc import Callable, Iterable
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpx
from werkzeug.wrappers import Request, Response

# RFC 9110, 7.6.1: these speak of one connection only.
HOP_BY_HOP = frozenset(
    "connection keep-alive proxy-authenticate proxy-authorization te trailer transfer-encoding upgrade".split()
)


class SandboxProxy:
    """A WSGI app that passes each request on to the sandbox, path unchanged, and its answer back."""

    def __init__(self, port: int):
        # Without a jar that keeps nothing, one browser's cookies would be sent for the next browser that has none.
        nobody = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
        self._client = httpx.Client(
            base_url=f"http://127.0.0.1:{port}", timeout=30, follow_redirects=False, cookies=nobody
        )

    def __call__(self, environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        request = Request(environ)
        path = request.script_root + request.path
        query = environ.get("QUERY_STRING", "")
        headers = [(name, value) for name, value in request.headers if name.lower() not in HOP_BY_HOP]
        try:
            answer = self._client.request(
                request.method,
                path + ("?" + query if query else ""),
                headers=[pair for pair in headers if pair[0].lower() != "content-length"],
                content=request.get_data(),
            )
        except httpx.InvalidURL:
            bad = Response("That is no address.", status=400, content_type="text/plain; charset=utf-8")
            return bad(environ, start_response)
        except httpx.HTTPError:
            gone = Response("The sandbox is not running.", status=502, content_type="text/plain; charset=utf-8")
            return gone(environ, start_response)
        dropped = HOP_BY_HOP | {"content-encoding", "content-length"}
        response = Response(answer.content, status=answer.status_code)
        response.headers.clear()
        for name, value in answer.headers.multi_items():
            if name.lower() not in dropped:
                response.headers.add(name, value)
        return response(environ, start_response)
