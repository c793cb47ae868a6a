"""The carrier's memory: messages, their media, phones and opt-outs, in the state file."""

import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from portal.sandbox.carrier import rules
from portal.sandbox.carrier.rules import Address, Step
from portal.sandbox.config import Config
from portal.sandbox.state import Store

Message = dict[str, Any]


def new_sid(prefix: str) -> str:
    """A Twilio-like id: two letters and 32 hex digits."""
    return prefix + secrets.token_hex(16)


@dataclass(frozen=True)
class Draft:
    """An outbound message that was accepted."""

    sender: Address
    recipient: Address
    body: str
    status_callback: str | None = None
    content_sid: str | None = None
    media_urls: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Attachment:
    """A file that a phone sends."""

    name: str
    type: str
    content: bytes


class Messages:
    """What the carrier stores. Instants are epoch seconds."""

    def __init__(self, store: Store, config: Config) -> None:
        self.store = store
        self.config = config
        for phone in config.phones:
            self.store.execute(
                "INSERT INTO phone (number, name, channels) VALUES (?, ?, ?) ON CONFLICT (number) DO UPDATE "
                "SET name = excluded.name, channels = excluded.channels",
                phone.number,
                phone.name,
                json.dumps(phone.channels),
            )

    # phones

    def phone(self, number: str) -> dict[str, Any]:
        """The phone with this number; one that nobody knows is made on the spot, switched on."""
        self.store.execute(
            "INSERT OR IGNORE INTO phone (number, name, channels) VALUES (?, ?, ?)",
            number,
            "",
            json.dumps(["sms", "whatsapp"]),
        )
        found = self.store.row("SELECT * FROM phone WHERE number = ?", number)
        assert found is not None
        return {**found, "channels": json.loads(found["channels"])}

    def phones(self) -> list[dict[str, Any]]:
        """All phones that are known, by number."""
        found = self.store.rows("SELECT * FROM phone ORDER BY number")
        return [{**phone, "channels": json.loads(phone["channels"])} for phone in found]

    def set_phone_state(self, number: str, state: str) -> None:
        """Switch a phone on or off, or out of reach; see rules.PHONE_STATES."""
        self.phone(number)
        self.store.execute("UPDATE phone SET state = ? WHERE number = ?", state, number)

    # messages

    def get(self, sid: str, *, deleted: bool = False) -> Message | None:
        """A message by its sid; those the account deleted only on request (the phone keeps them)."""
        found = self.store.row("SELECT * FROM message WHERE sid = ?", sid)
        return found if found and (deleted or not found["deleted"]) else None

    def last_inbound(self, *, phone: Address, sender: Address) -> float | None:
        """When this phone last wrote to this sender."""
        found = self.store.row(
            "SELECT max(created_at) AS at FROM message WHERE direction = 'inbound' AND sender = ? AND recipient = ?",
            str(phone),
            str(sender),
        )
        return found["at"] if found else None

    def in_window(self, *, phone: Address, sender: Address) -> bool:
        """Whether a free-form message may go from the sender to the phone now; always for SMS."""
        if sender.channel != "whatsapp":
            return True
        return rules.window_open(last_inbound=self.last_inbound(phone=phone, sender=sender), now=time.time())

    def add_outbound(self, draft: Draft) -> Message:
        """Store a message of Alma's as queued."""
        now = time.time()
        sid = new_sid("MM" if draft.media_urls else "SM")
        with self.store.transaction():
            self.phone(draft.recipient.number)
            self.store.insert(
                "message",
                sid=sid,
                channel=draft.sender.channel,
                direction="outbound-api",
                sender=str(draft.sender),
                recipient=str(draft.recipient),
                body=draft.body,
                status="queued",
                num_segments=rules.segments(draft.body) if draft.sender.channel == "sms" else 1,
                num_media=len(draft.media_urls),
                status_callback=draft.status_callback,
                content_sid=draft.content_sid,
                in_window=int(self.in_window(phone=draft.recipient, sender=draft.sender)),
                created_at=now,
                updated_at=now,
            )
            for url in draft.media_urls:
                self._add_media(sid, name=url.rsplit("/", 1)[-1], kind="application/octet-stream", source_url=url)
        return self._known(sid)

    def add_inbound(
        self,
        *,
        phone: Address,
        to: Address,
        body: str,
        attachments: list[Attachment],
        replied_sid: str | None = None,
        fields: dict[str, str] | None = None,
    ) -> Message:
        """Store what a phone sent, and mind Twilio's opt-out words on SMS. `fields` go into the webhook as they are."""
        now = time.time()
        sid = new_sid("MM" if attachments else "SM")
        with self.store.transaction():
            self.phone(phone.number)
            self.store.insert(
                "message",
                sid=sid,
                channel=phone.channel,
                direction="inbound",
                sender=str(phone),
                recipient=str(to),
                body=body,
                status="received",
                num_segments=rules.segments(body) if phone.channel == "sms" else 1,
                num_media=len(attachments),
                replied_sid=replied_sid,
                fields=json.dumps(fields or {}),
                created_at=now,
                sent_at=now,
                updated_at=now,
            )
            for attachment in attachments:
                self._add_media(sid, name=attachment.name, kind=attachment.type, content=attachment.content)
            if phone.channel == "sms":
                self._mind_keyword(phone=phone.number, sender=to.number, body=body)
        return self._known(sid)

    def advance(self, sid: str, step: Step) -> Message | None:
        """Move a message forward; None when it may not go there (a late or doubled step changes nothing)."""
        now = time.time()
        with self.store.transaction():
            message = self.get(sid, deleted=True)
            if message is None or not rules.may_follow(message["status"], step.status):
                return None
            self.store.execute(
                "UPDATE message SET status = ?, error_code = ?, sent_at = coalesce(sent_at, ?), updated_at = ? "
                "WHERE sid = ?",
                step.status,
                step.error_code,
                now if step.status == "sent" else None,
                now,
                sid,
            )
        return self._known(sid)

    def webhook_done(self, sid: str, status: int, attempts: int) -> None:
        """Remember how Alma answered (HTTP status; 0 when it did not) and how often it was asked."""
        self.store.execute(
            "UPDATE message SET webhook_status = ?, webhook_attempts = webhook_attempts + ? WHERE sid = ?",
            status,
            attempts,
            sid,
        )

    def redact(self, sid: str) -> None:
        """Empty the text, as an update with Body='' does."""
        self.store.execute("UPDATE message SET redacted = 1, updated_at = ? WHERE sid = ?", time.time(), sid)

    def delete(self, sid: str) -> None:
        """Take a message from the account's list; the phone keeps what it got."""
        self.store.execute("UPDATE message SET deleted = 1 WHERE sid = ?", sid)

    def of_phone(self, number: str, *, channel: str | None = None, limit: int = 200) -> list[Message]:
        """What a phone got and sent, oldest first; a message that never left the carrier is not among it for humans
        to filter by status.
        """
        addresses = [str(Address(kind, number)) for kind in ("sms", "whatsapp") if channel in (None, kind)]
        holes = ", ".join("?" for _ in addresses)
        found = self.store.rows(
            f"SELECT * FROM message WHERE sender IN ({holes}) OR recipient IN ({holes}) "  # noqa: S608
            "ORDER BY position DESC LIMIT ?",
            *addresses,
            *addresses,
            limit,
        )
        return found[::-1]

    def waiting_for(self, number: str) -> list[Message]:
        """Messages that were sent and wait for this phone to come back."""
        addresses = [str(Address(kind, number)) for kind in ("sms", "whatsapp")]
        return self.store.rows("SELECT * FROM message WHERE status = 'sent' AND recipient IN (?, ?)", *addresses)

    # media

    def media_of(self, message_sid: str) -> list[dict[str, Any]]:
        """The files of a message, in their order, without content."""
        return self.store.rows(
            "SELECT sid, message_sid, name, type, source_url, created_at, length(content) AS size FROM media "
            "WHERE message_sid = ? ORDER BY rowid",
            message_sid,
        )

    def media(self, message_sid: str, sid: str) -> dict[str, Any] | None:
        """One file with its content."""
        return self.store.row("SELECT * FROM media WHERE message_sid = ? AND sid = ?", message_sid, sid)

    def delete_media(self, message_sid: str, sid: str) -> bool:
        """Remove a file; whether there was one."""
        return self.store.execute("DELETE FROM media WHERE message_sid = ? AND sid = ?", message_sid, sid) > 0

    def _add_media(
        self, message_sid: str, *, name: str, kind: str, content: bytes | None = None, source_url: str | None = None
    ) -> None:
        self.store.insert(
            "media",
            sid=new_sid("ME"),
            message_sid=message_sid,
            name=name,
            type=kind,
            content=content,
            source_url=source_url,
            created_at=time.time(),
        )

    # opt-outs

    def opted_out(self, *, phone: str, sender: str) -> bool:
        """Whether this phone told this SMS sender to stop."""
        return self.store.row("SELECT 1 FROM opt_out WHERE phone = ? AND sender = ?", phone, sender) is not None

    def _mind_keyword(self, *, phone: str, sender: str, body: str) -> None:
        match rules.keyword(body):
            case "stop":
                self.store.execute("INSERT OR IGNORE INTO opt_out VALUES (?, ?)", phone, sender)
            case "start":
                self.store.execute("DELETE FROM opt_out WHERE phone = ? AND sender = ?", phone, sender)

    def _known(self, sid: str) -> Message:
        message = self.get(sid, deleted=True)
        assert message is not None
        return message
