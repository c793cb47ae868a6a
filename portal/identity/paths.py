"""Where to go after a login: pages of ours, nothing else."""

from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException

LONGEST = 1000


def is_local_path(value: str) -> bool:
    """Whether this is a plain path on this site: browsers read `//host`, `/\\host` and tabs in more ways than one."""
    if not value.startswith("/") or value.startswith("//") or len(value) > LONGEST:
        return False
    if "\\" in value or any(ord(sign) < 33 or ord(sign) == 127 for sign in value):
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return not parts.scheme and not parts.netloc and "//" not in parts.path


def page_of_ours(value: str | None, default: str) -> str:
    """`value` when it is a page of this app that can be opened with GET, else `default`."""
    if not value or not is_local_path(value):
        return default
    root = request.script_root
    path = urlsplit(value).path
    if root and path != root and not path.startswith(root + "/"):
        return default
    try:
        endpoint, _ = current_app.url_map.bind("").match(path.removeprefix(root) or "/", method="GET")
    except HTTPException:
        return default
    return default if endpoint.split(".")[0] in ("identity", "look") else value


def here() -> str:
    """The page being asked for, as a path to come back to; for a form, the page that showed it."""
    query = "?" + request.query_string.decode("latin-1") if request.query_string else ""
    return f"{request.script_root}{request.path}{query}"
