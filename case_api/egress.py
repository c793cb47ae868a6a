"""The one way out to an address that somebody else gave us: a webhook's, a picture's.

Only https, only to public addresses, connected to the very address that was checked (a name that answers differently
the second time gains nothing), no redirects followed, no cookies kept, a bounded answer. `ALMA_EGRESS_ALLOW` names the
host:port pairs inside the house that may be reached all the same, with http too: a gateway, the sandbox.
"""

import ipaddress
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

import httpx

from case_api.settings import settings

LONGEST_URL = 2000
LARGEST_ANSWER = 64 * 1024
_INSIDE = (".local", ".internal", ".localhost", ".home.arpa")
_PORTS = {"https": 443, "http": 80}


class Forbidden(ValueError):
    """We do not go there. `reason` is a stable word: url, scheme, credentials, port, address, unknown-host."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `content` is cut at the size asked for; `location` is where it would have sent us."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    whole: bool


@dataclass(frozen=True, slots=True)
class _Target:
    scheme: str
    host: str
    port: int
    path: str
    allowed: bool


def _allowed() -> frozenset[str]:
    return frozenset(filter(None, (one.strip().lower() for one in settings().EGRESS_ALLOW.split(","))))


def _parsed(url: str) -> _Target:
    if len(url) > LONGEST_URL or any(ord(sign) <= 32 or ord(sign) == 127 for sign in url) or "\\" in url:
        raise Forbidden("url")
    try:
        parts: SplitResult = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
        host = (parts.hostname or "").encode("idna").decode("ascii").lower() if parts.hostname else ""
    except (ValueError, UnicodeError):
        raise Forbidden("url") from None
    if parts.scheme not in _PORTS:
        raise Forbidden("scheme")
    if not host or parts.fragment:
        raise Forbidden("url")
    if parts.username is not None or parts.password is not None:
        raise Forbidden("credentials")
    allowed = f"{host}:{port}" in _allowed()
    if not allowed and parts.scheme != "https":
        raise Forbidden("scheme")
    if not allowed and port not in (443, 8443):
        raise Forbidden("port")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return _Target(parts.scheme, host, port, path, allowed)


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet: not ours, not a neighbour's, not a disguise of either."""
    found: Any = ipaddress.ip_address(address.split("%")[0])
    if found.version == 6:
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is None and found in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.ip_address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return bool(found.is_global and not found.is_multicast and not found.is_reserved and not found.is_unspecified)


def check(url: str) -> None:
    """Refuse, before anything is stored, an address that can be seen to be wrong. Asks no name server.

    Raises Forbidden.
    """
    target = _parsed(url)
    if target.allowed:
        return
    try:
        literal = ipaddress.ip_address(target.host.strip("[]"))
    except ValueError:
        # Names of one label, and those that only resolve inside, are nobody's on the internet.
        if "." not in target.host.strip(".") or target.host.endswith(
            (".local", ".internal", ".localhost", ".home.arpa")
        ):
            raise Forbidden("address") from None
        return
    if not is_public(str(literal)):
        raise Forbidden("address")


def _pinned(target: _Target) -> str:
    """One address of the host, when all of them may be gone to. Raises Forbidden."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Forbidden("unknown-host") from None
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    if not addresses:
        raise Forbidden("unknown-host")
    if not target.allowed and not all(is_public(address) for address in addresses):
        raise Forbidden("address")
    return addresses[0]


def send(
    method: str,
    url: str,
    *,
    content: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    seconds: float = 10.0,
    largest: int = LARGEST_ANSWER,
) -> Answer:
    """One request, and its answer up to `largest` bytes, within `seconds` altogether. A redirect is an answer too.

    Raises Forbidden for an address that we do not go to, httpx.HTTPError when nobody answers as they should.
    """
    target = _parsed(url)
    address = _pinned(target)
    shown = f"[{address}]" if ":" in address else address
    default = _PORTS[target.scheme] == target.port
    host = f"[{target.host}]" if ":" in target.host else target.host
    sent = {**(headers or {}), "Host": host if default else f"{host}:{target.port}"}
    until = time.monotonic() + seconds
    with (
        httpx.Client(follow_redirects=False, trust_env=False, timeout=min(seconds, 5.0)) as client,
        client.stream(
            method,
            f"{target.scheme}://{shown}:{target.port}{target.path}",
            content=content,
            headers=sent,
            extensions={"sni_hostname": target.host},
        ) as answer,
    ):
        body, whole = b"", True
        for piece in answer.iter_bytes():
            body += piece
            if len(body) > largest:
                body, whole = body[:largest], False
                break
            if time.monotonic() > until:
                raise httpx.ReadTimeout("the answer takes too long")
        return Answer(answer.status_code, dict(answer.headers), body, whole)
