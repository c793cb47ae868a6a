"""The mail adapter: raw events in, messages out."""

from datetime import datetime
from ipaddress import ip_address
from typing import Any

from case_api.settings import Settings, settings
from channels.adapters import CalendarReply, DeliveryReport, Inbound, InboundPart, RawEvent, SendResult
from channels.adapters.email import outgoing as sending
from channels.adapters.email import tokens
from channels.adapters.email.authentication import vouched
from channels.adapters.email.checks import Lookup, by_network, check
from channels.adapters.email.envelope import CHANNEL, dedupe_digest
from channels.adapters.email.headers import domain_of
from channels.adapters.email.pool import ParserPool, shared_pool
from channels.adapters.outgoing import Sayable


def is_ours(address: str, own: str) -> bool:
    """Whether `address` is `own` or a plus-address of it, in any case."""
    local, _, domain = address.strip().strip("<>").lower().rpartition("@")
    own_local, _, own_domain = own.lower().rpartition("@")
    return domain.rstrip(".") == own_domain and (local == own_local or local.startswith(own_local + "+"))


def trusted_peer(peer: str | None, relays: str) -> bool:
    """Whether `peer` (an IP address) is in the comma-separated list of trusted relays."""
    if not peer:
        return False
    try:
        found = ip_address(peer.partition("%")[0])
        found = getattr(found, "ipv4_mapped", None) or found
        return any(found == ip_address(relay.strip()) for relay in relays.split(",") if relay.strip())
    except ValueError:
        return False


class EmailAdapter:
    channel = CHANNEL

    def __init__(self, configuration: Settings | None = None, pool: ParserPool | None = None) -> None:
        self._settings = configuration or settings()
        self._pool = pool
        self.lookup: Lookup = by_network

    def parse(self, raw: RawEvent) -> list[Inbound]:
        """One mail, read in the capped process.

        Raises Quarantine: 'empty', 'no-header', 'no-sender', 'too-large', 'too-deep', 'too-many-parts', 'time-out',
        'memory', 'parser-error', 'parser-died'. The reasons' words for staff are the caller's.
        """
        envelope = raw.headers
        values, blobs = (self._pool or shared_pool()).read(
            raw.payload,
            mail_from=envelope.get("mail_from"),
            rcpt_to=list(envelope.get("rcpt_to") or ()),
            authserv_id=self._settings.MAIL_AUTHSERV_ID,
        )
        return [self._inbound(raw, values, blobs)]

    def wants_preparing(self, raw: RawEvent) -> bool:
        """Whether the sender's domain has to be asked: no relay of ours vouches for the mail, and it came by SMTP."""
        headers = raw.headers
        if not self._settings.mail_checks or "checks" in headers or headers.get("source") != "smtp":
            return False
        trusted = trusted_peer(headers.get("peer"), self._settings.MAIL_TRUSTED_RELAYS)
        return not (trusted and vouched(raw.payload, self._settings.MAIL_AUTHSERV_ID))

    def prepare(self, raw: RawEvent) -> dict[str, Any]:
        """Ask the sender's domain about the mail. Takes seconds; never raises."""
        peer = raw.headers.get("peer")
        # A relay of ours that says nothing hides who handed it the mail.
        sender_peer = None if trusted_peer(peer, self._settings.MAIL_TRUSTED_RELAYS) else peer
        return {
            "checks": check(
                raw.payload,
                peer=sender_peer,
                mail_from=raw.headers.get("mail_from"),
                helo=raw.headers.get("helo"),
                lookup=self.lookup,
            )
        }

    def _inbound(self, raw: RawEvent, values: dict[str, Any], blobs: list[bytes]) -> Inbound:
        notes, automatic = list(values["notes"]), values["automatic"]
        trusted = trusted_peer(raw.headers.get("peer"), self._settings.MAIL_TRUSTED_RELAYS)
        words = values["authentication"] if trusted else "none"
        authenticated = bool(values["authenticated"]) and trusted
        checks = {"by": "relay", **values["methods"]} if trusted and values["methods"] else {}
        asked = raw.headers.get("checks")
        if not checks and asked:
            # Nobody of ours vouched for it, so the sender's domain was asked.
            checks, words = asked, f"dmarc={asked['dmarc']}"
            same = asked["domain"] == domain_of(values["sender"])
            authenticated = asked["dmarc"] == "pass" and same and not values["mistrusted"]
        if not trusted and values["authentication"] != "none":
            notes.append("authentication-results-through-an-unknown-relay")
        if is_ours(values["sender"], self._settings.MAIL_ADDRESS):
            automatic = automatic or "auto-reply"  # our own address as sender: a loop or a forgery, never a person
            notes.append("from-our-own-address")
        ours = [address for address in values["recipients"] if is_ours(address, self._settings.MAIL_ADDRESS)]
        message_id = values["message_id"]
        digest = dedupe_digest(raw.payload)
        return Inbound(
            channel=CHANNEL,
            # A Message-ID is the sender's word: two mails under a forged one are two messages.
            external_id=f"{message_id}#{digest[:16]}" if message_id else f"sha256:{digest}",
            sender=values["sender"],
            recipient=ours[0] if ours else self._settings.MAIL_ADDRESS,
            body=values["body"],
            body_full=values["body_full"],
            subject=values["subject"],
            provider_at=datetime.fromisoformat(values["date"]) if values["date"] else None,
            parts=tuple(
                InboundPart(part["name"], part["media_type"], blob)
                for part, blob in zip(values["parts"], blobs, strict=True)
            ),
            reply_token=self._token(ours, values),
            authenticated=authenticated,
            authentication=words,
            automatic=automatic,
            notes=tuple(notes),
            message_id=message_id,
            sender_name=values["shown_name"] or None,
            placeholder=values["placeholder"],
            report=DeliveryReport(**values["report"]) if values["report"] else None,
            checks=checks,
            calendar=tuple(CalendarReply(**reply) for reply in values["calendar"]),
        )

    def _token(self, ours: list[str], values: dict[str, Any]) -> str | None:
        reported = (values["report"] or {}).get("original_message_id")
        for text in (*ours[:10], *values["references"], reported):
            if text and (conversation_id := tokens.read(text)) is not None:
                return str(conversation_id)
        return None

    def send(self, sayable: Sayable) -> SendResult:
        """Hand one message to the relay; see `outgoing.send`. Raises SendError."""
        return sending.send(sayable, self._settings)
