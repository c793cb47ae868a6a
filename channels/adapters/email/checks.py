"""Whether a mail comes from its sender's domain, asked of the domain itself: SPF, DKIM, DMARC (RFC 7208, 6376, 7489).

For mail that no relay of ours vouches for. Every question goes through a `Lookup`, so that tests answer it; it holds no
database connection, and takes SECONDS at most.
"""

import re
import time
from collections.abc import Callable
from functools import cache
from typing import Any

import dkim
import dns.exception
import dns.resolver
import spf
from authheaders import dmarc_per_from
from authheaders.dmarc_lookup import get_org_domain
from authres import DKIMAuthenticationResult, SPFAuthenticationResult

from channels.adapters.email.headers import domain_of, mailboxes

SECONDS = 15.0  # all questions about one mail
A_QUESTION = 4.0
MOST_SIGNATURES = 5
SMALLEST_KEY = 1024  # bits; RFC 8301 section 3.2

# Name and type ('TXT', 'A', 'AAAA', 'MX', 'PTR') → the records as text, a preference before an MX's name. An empty list
# when there are none; Unanswered when nobody can say now.
Lookup = Callable[[str, str], list[str]]


class Unanswered(Exception):
    """The domain name system gave no answer; asked again later it may."""


class _Budget:
    """A lookup that asks no more once the time is over."""

    def __init__(self, lookup: Lookup, seconds: float) -> None:
        self._lookup, self._ends = lookup, time.monotonic() + seconds

    def __call__(self, name: str, kind: str) -> list[str]:
        if time.monotonic() > self._ends:
            raise Unanswered
        return self._lookup(name.rstrip(".").lower(), kind)


def by_network(name: str, kind: str) -> list[str]:
    """The records as the resolver of this machine gives them. Raises Unanswered."""
    try:
        answer = _resolver().resolve(name, kind, lifetime=A_QUESTION)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, ValueError, OSError) as error:
        raise Unanswered from error
    if kind == "TXT":
        return [b"".join(record.strings).decode("latin-1") for record in answer]
    return [record.to_text() for record in answer]


@cache
def _resolver() -> dns.resolver.Resolver:
    return dns.resolver.Resolver()


def check(
    raw: bytes, *, peer: str | None, mail_from: str | None, helo: str | None, lookup: Lookup = by_network
) -> dict[str, str]:
    """What the domains say of a mail: `spf`, `dkim`, `dmarc` (RFC 8601 words) of `domain`, which is From's.

    `peer` is the address that handed the mail over, None when it was not the sender's. Never raises.
    """
    ask = _Budget(lookup, SECONDS)
    domain = _from_domain(raw)
    found = {"by": "us", "domain": domain or "", "spf": "none", "dkim": "none", "dmarc": "none"}
    spf_result = None
    if peer:
        found["spf"] = _spf(peer, mail_from or "", helo or "", ask)
        spf_result = SPFAuthenticationResult(result=found["spf"], smtp_mailfrom=mail_from or "", smtp_helo=helo or "")
    signatures = _signatures(raw, ask)
    found["dkim"] = next((word for word in ("pass", "temperror", "fail") if word in signatures.values()), "none")
    if domain:
        found["dmarc"] = _dmarc(domain, spf_result, signatures, ask)
    return found


def _from_domain(raw: bytes) -> str | None:
    try:
        headers, _ = dkim.rfc822_parse(raw[:1_000_000])
    except dkim.MessageFormatError:
        return None
    values = [value for name, value in headers if name.lower() == b"from"]
    if len(values) != 1:
        return None
    read = mailboxes(values[0].decode("latin-1"))
    return domain_of(read.found[0][1]) if len(read.found) == 1 else None


class _Query(spf.query):
    """pyspf's question, its look-ups through ours."""

    def __init__(self, ask: Lookup, **who: Any) -> None:
        super().__init__(timeout=A_QUESTION, querytime=SECONDS, **who)
        self._ask = ask

    def dns(self, name: str, qtype: str, cnames: Any = None, ignore_void: bool = False) -> list[Any]:
        key = (str(name).lower().rstrip("."), qtype)
        if key not in self.cache:
            try:
                self.cache[key] = [_as_spf(text, qtype) for text in self._ask(*key)]
            except Unanswered:
                raise spf.TempError("no answer") from None
        if not self.cache[key] and not ignore_void:
            self.void_lookups += 1
            if self.void_lookups > spf.MAX_VOID_LOOKUPS:
                raise spf.PermError("void lookups")
        return self.cache[key]


def _as_spf(text: str, kind: str) -> Any:
    if kind in ("TXT", "SPF"):
        return (text.encode("latin-1"),)
    if kind == "MX":
        preference, _, name = text.partition(" ")
        return int(preference), name
    return text


def _spf(peer: str, mail_from: str, helo: str, ask: Lookup) -> str:
    try:
        return str(_Query(ask, i=peer, s=mail_from.strip("<>"), h=helo).check()[0])
    except Exception:  # noqa: BLE001 (what strangers publish breaks the library in ways of its own)
        return "permerror"


def _signatures(raw: bytes, ask: Lookup) -> dict[str, str]:
    """Signing domain → what its signature is worth. One that covers only a part of the text counts as none."""
    try:
        read = dkim.DKIM(raw, minkey=SMALLEST_KEY)
    except Exception:  # noqa: BLE001
        return {}
    found: dict[str, str] = {}
    values = [value for name, value in read.headers if name.lower() == b"dkim-signature"]
    for number, value in enumerate(values[:MOST_SIGNATURES]):
        domain = re.search(rb"(?:^|;)\s*d\s*=\s*([^;\s]{1,253})", value)
        if domain is None or re.search(rb"(?:^|;)\s*l\s*=", value):
            continue  # RFC 6376 section 8.2: with l= anybody may append text
        name = domain[1].decode("latin-1").lower().rstrip(".")
        result = _signature(raw, number, ask)
        if found.get(name) != "pass":
            found[name] = result
    return found


def _signature(raw: bytes, number: int, ask: Lookup) -> str:
    def key(name: bytes | str, timeout: float = A_QUESTION) -> bytes | None:
        records = ask(name.decode("latin-1") if isinstance(name, bytes) else name, "TXT")
        return records[0].encode("latin-1") if records else None

    try:
        return "pass" if dkim.DKIM(raw, minkey=SMALLEST_KEY).verify(idx=number, dnsfunc=key) else "fail"
    except Unanswered:
        return "temperror"
    except Exception:  # noqa: BLE001
        return "fail"


def _dmarc(domain: str, spf_result: Any, signatures: dict[str, str], ask: Lookup) -> str:
    def record(name: str) -> str | None:
        published = [text for text in ask(name, "TXT") if text.strip().lower().startswith("v=dmarc1")]
        return published[0] if len(published) == 1 else None  # RFC 7489 section 6.6.3: two are none

    results = []
    try:
        if "." not in get_org_domain(domain):
            # Below an ending that the list of public suffixes lacks, all domains would be one: only the same counts.
            signatures = {signer: result for signer, result in signatures.items() if signer == domain}
            if spf_result is not None and domain_of(spf_result.smtp_mailfrom or spf_result.smtp_helo or "") != domain:
                spf_result = None
        for signer, result in signatures.items() or [("", "none")]:
            one = DKIMAuthenticationResult(result=result, header_d=signer, header_i="@" + signer)
            results.append(str(dmarc_per_from(domain, spf_result=spf_result, dkim_result=one, dnsfunc=record)[0]))
    except Unanswered:
        return "temperror"
    except Exception:  # noqa: BLE001
        return "permerror"
    return next((word for word in ("pass", "fail") if word in results), "none")
