"""Two cookies, one for citizens and one for staff, each signed with a key of its own."""

import hashlib
import hmac
from types import SimpleNamespace

from flask import Request, Response
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadData

from case_api.settings import settings

NAMES = {"citizen": "alma_citizen", "staff": "alma_staff"}
OTHER = {"citizen": "staff", "staff": "citizen"}


def signing_key(kind: str) -> str:
    """The key of one cookie: the value of one is no use as the other."""
    return hmac.new(settings().SECRET_KEY.encode(), f"cookie {kind}".encode(), hashlib.sha256).hexdigest()


def configuration(kind: str) -> dict[str, object]:
    """Flask's settings for the cookie of an app."""
    return {
        "SECRET_KEY": signing_key(kind),
        "SESSION_COOKIE_NAME": NAMES[kind],
        "SESSION_COOKIE_PATH": "/",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings().PUBLIC_URL.startswith("https://"),
    }


def token_in(request: Request, kind: str) -> str | None:
    """The session token inside the cookie of either kind, or None."""
    value = request.cookies.get(NAMES[kind])
    app = SimpleNamespace(secret_key=signing_key(kind), config={"SECRET_KEY_FALLBACKS": None})
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    if not value or serializer is None:
        return None
    try:
        token = serializer.loads(value).get("_user_id")
    except (BadData, AttributeError, ValueError):
        return None
    return token if isinstance(token, str) else None


def forget(response: Response, kind: str) -> Response:
    """Take a cookie away."""
    response.delete_cookie(
        NAMES[kind], path="/", httponly=True, samesite="Lax", secure=settings().PUBLIC_URL.startswith("https://")
    )
    return response
