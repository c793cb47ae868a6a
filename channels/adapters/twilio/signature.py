"""Whether a request really comes from the carrier.

The signed address is the configured public one, never what the Host header claims.
"""

from functools import lru_cache

from twilio.request_validator import (
    SIGNATURE_HEADER,
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
    get_signature_algorithm,
)
from werkzeug.wrappers import Request

from case_api.settings import settings


@lru_cache(maxsize=4)
def _validator(token: str) -> RequestValidator:
    return RequestValidator(token)


def signed_by_carrier(request: Request, path: str) -> bool:
    """Check the form's signature over PUBLIC_URL + `path` + the query as it came. Never raises for what was sent."""
    signature = request.headers.get(SIGNATURE_HEADER)
    if not signature:
        return False
    query = request.query_string
    address = settings().PUBLIC_URL + path + ("?" + query.decode("latin-1") if query else "")
    algorithm = get_signature_algorithm(request.headers.get(SIGNATURE_SETTINGS_HEADER))
    try:
        return _validator(settings().CARRIER_AUTH_TOKEN).validate(address, request.form, signature, algorithm)
    except (ValueError, TypeError, UnicodeError):
        return False
