"""What every answer tells the browser: keep nothing, load nothing foreign, show in no frame."""

import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, g

from case_api.settings import settings


def csp_nonce() -> str:
    """The nonce of this response, for an inline script that cannot be avoided."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return g.csp_nonce


def _policy() -> str:
    issuer = urlsplit(settings().ISSUER_URL)
    # The login form answers with a redirect to the issuer, and browsers hold form-action against redirects too.
    forms = "'self'" + (f" {issuer.scheme}://{issuer.netloc}" if issuer.netloc else "")
    # A page of ours that sends the browser on to somebody it knows says so: `g.form_action`.
    forms += f" {g.form_action}" if "form_action" in g else ""
    script = "'self'" + (f" 'nonce-{g.csp_nonce}'" if "csp_nonce" in g else "")
    return (
        f"default-src 'none'; script-src {script}; style-src 'self'; img-src 'self'; font-src 'self'; "
        f"connect-src 'self'; media-src 'self'; manifest-src 'self'; form-action {forms}; "
        "base-uri 'none'; frame-ancestors 'none'"
    )


def secure(response: Response) -> Response:
    """Add what is missing; a view that said otherwise keeps its word."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _policy())
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault(
        "Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"
    )
    if "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store"
    if settings().PUBLIC_URL.startswith("https://"):
        headers.setdefault("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
    return response


def init_headers(app: Flask) -> None:
    """Put the headers on every answer of this app."""
    app.after_request(secure)
    app.jinja_env.globals["csp_nonce"] = csp_nonce
