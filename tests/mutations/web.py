"""Alma's pages with a fault in them: `python -m tests.mutations.web PORT`, in the environment of a running Alma.

POST /__plant takes a list of changes and clears the last: `{"file", "find", "put"}` in a template, in a built style
sheet or script (`alma.css`, `alma.rtl.css`, `alma.js`), or in the answer itself (`answer`, for what Python writes).
Without `find`, `put` is added at the end. What is not in the template is refused: a fault that was not planted proves
nothing.
"""

import json
import re
import sys
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any

from jinja2 import BaseLoader, Environment
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

_changes: list[dict[str, str]] = []
_lock = Lock()


def changed(text: str, name: str) -> str:
    """A file's text with what is planted in it."""
    for change in _changes:
        if change["file"] != name:
            continue
        text = text.replace(change["find"], change["put"]) if change.get("find") else text + change["put"]
    return text


# A picture with words in it, for a page to show.
_LINES = ("Las oficinas cierran por obras el viernes", "y abren de nuevo el lunes por la tarde")
_POSTER = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="480" height="160"><rect width="480" height="160" fill="#fff"/>'
    + "".join(f'<text x="12" y="{40 + 35 * n}" font-size="22">{line}</text>' for n, line in enumerate(_LINES))
    + "</svg>"
)


class Planting(BaseLoader):
    """The loader of an app's templates, with the fault put in."""

    def __init__(self, loader: BaseLoader) -> None:
        self.loader = loader

    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, Callable[[], bool]]:
        source, _, _ = self.loader.get_source(environment, template)
        return changed(source, template), None, lambda: True


def _built(path: str) -> str:
    """`/recursos/alma.0a1b.css` is `alma.css`."""
    return re.sub(r"\.[0-9a-f]{12}(?=\.\w+$)", "", path.rsplit("/", 1)[-1])


class Planted:
    """The pages, with what is planted in built files and answers."""

    def __init__(self, apps: list[Any], pages: Callable[..., Iterable[bytes]]) -> None:
        self.environments = [app.jinja_env for app in apps]
        for environment in self.environments:
            environment.loader = Planting(environment.loader)
        self.pages = pages

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        request = Request(environ)
        if request.path == "/__plant":
            return self._plant(request.get_json())(environ, start_response)
        if request.path == "/recursos/cartel.svg":
            return Response(_POSTER, mimetype="image/svg+xml")(environ, start_response)
        answer = Response.from_app(self.pages, environ)
        name = _built(request.path) if request.path.startswith("/recursos/") else "answer"
        if any(change["file"] == name for change in _changes) and answer.mimetype.startswith(
            ("text/", "application/j")
        ):
            answer.direct_passthrough = False
            answer.set_data(changed(answer.get_data(as_text=True), name))
        # A built file bears its content's hash and is kept for ever: not while its content changes.
        answer.headers["Cache-Control"] = "no-store"
        return answer(environ, start_response)

    def _plant(self, changes: list[dict[str, str]]) -> Response:
        with _lock:
            _changes.clear()
            for change in changes:
                if change["file"] != "answer" and "." in change["file"] and change.get("find"):
                    text = self._text(change["file"])
                    if text is not None and change["find"] not in text:
                        return Response(json.dumps({"missing": change}), 409, mimetype="application/json")
            _changes.extend(changes)
            for environment in self.environments:
                environment.cache.clear()
        return Response("{}", mimetype="application/json")

    def _text(self, name: str) -> str | None:
        if not name.endswith((".html", ".txt")):
            return None
        environment = self.environments[0]
        return environment.loader.loader.get_source(environment, name)[0]


def main(port: int) -> None:
    """Serve until stopped."""
    from case_api.settings import settings
    from portal.apps import create_citizen_app, create_staff_app
    from portal.sandbox_proxy import SandboxProxy

    citizen, staff = create_citizen_app(), create_staff_app()
    mounts = {"/profesionales": staff, "/sandbox": SandboxProxy(settings().SANDBOX_PORT)}
    application = Planted([citizen, staff], DispatcherMiddleware(citizen, mounts))
    make_server("127.0.0.1", port, application, threaded=True).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))
