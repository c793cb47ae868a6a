"""Answers on their way to the folder: sealed in a cookie of half an hour while somebody logs in, not on the server."""

import base64
import json
import zlib
from typing import Any

from cryptography.exceptions import InvalidTag
from flask import Request, Response

from case_api import clock, keys
from case_api.settings import settings
from portal.simulators.state import State

COOKIE = "alma_answers"
PATH = "/carpeta/ayudas"
SECONDS = 30 * 60
_PURPOSE = "held-answers"
_LARGEST = 3800  # a browser drops a cookie of more than 4096 bytes


def hold(answer: Response, state: State) -> bool:
    """Put the answers into the response's cookie; False when there are too many for one."""
    content: dict[str, Any] = {
        "at": clock.now().timestamp(),
        "chosen": state.chosen,
        "said": {name: text for name, text in state.said.items() if name not in state.problems},
    }
    packed = zlib.compress(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(), 9)
    value = base64.urlsafe_b64encode(keys.seal(_PURPOSE, packed)).decode()
    if len(value) > _LARGEST:
        return False
    answer.set_cookie(COOKIE, value, max_age=SECONDS, **_options())
    return True


def held(request: Request) -> State | None:
    """The answers that came along, or None: there are none, they are old, or not ours."""
    try:
        packed = keys.unseal(_PURPOSE, base64.urlsafe_b64decode(request.cookies.get(COOKIE, "").encode()))
        content = json.loads(zlib.decompress(packed))
    except (InvalidTag, ValueError, zlib.error):
        return None
    if not 0 <= clock.now().timestamp() - content["at"] <= SECONDS:
        return None
    return State.from_texts(content["chosen"], content["said"])


def let_go(answer: Response) -> Response:
    """Take the cookie away."""
    answer.delete_cookie(COOKIE, **_options())
    return answer


def _options() -> dict[str, Any]:
    secure = settings().PUBLIC_URL.startswith("https://")
    return {"path": PATH, "httponly": True, "samesite": "Lax", "secure": secure}
