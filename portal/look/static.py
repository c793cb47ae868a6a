"""Built files under names that carry their content's hash, served for ever."""

import json
from functools import lru_cache

from flask import Blueprint, Flask, Response, abort, send_from_directory

from case_api.settings import STATIC

PREFIX = "/recursos"
FOR_EVER = "public, max-age=31536000, immutable"

blueprint = Blueprint("look", __name__)


@lru_cache(maxsize=1)
def _manifest(changed: int) -> dict[str, str]:
    return json.loads((STATIC / "manifest.json").read_text())


def manifest() -> dict[str, str]:
    """Which file stands for which name. Raises RuntimeError when nothing was built."""
    try:
        return _manifest((STATIC / "manifest.json").stat().st_mtime_ns)
    except FileNotFoundError:
        raise RuntimeError("no styles yet: run `python -m portal.look.build`") from None


def asset(name: str) -> str:
    """The address of a built file. Both apps share it, so a browser fetches it once. Raises KeyError if unknown."""
    return f"{PREFIX}/{manifest()[name]}"


@blueprint.get(f"{PREFIX}/<path:name>")
def file(name: str) -> Response:
    """A built file; nothing else in the folder is served."""
    if name not in manifest().values():
        abort(404)
    response = send_from_directory(STATIC, name, conditional=True)
    response.headers["Cache-Control"] = FOR_EVER
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def init_static(app: Flask) -> None:
    """Serve the files and tell templates where they are: `asset('alma.css')`."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals["asset"] = asset
