"""A provider nobody has heard of, to see what a new one costs: this folder and one line of the registry."""

import json
from datetime import datetime

from channels.adapters import DeliveryStatus, Entry, Inbound, Quarantine, RawEvent, SendResult
from channels.adapters.outgoing import Sayable, opened


class Demo:
    """Batches of JSON in, a list out."""

    channel = "demo"
    sent: list[tuple[str, str]] = []

    def parse(self, raw: RawEvent) -> list[Entry]:
        """Every item of a delivery: a message, a state, or a Quarantine for one that cannot be read."""
        return [self._entry(item) for item in json.loads(raw.payload)]

    def _entry(self, item: dict) -> Entry:
        if item.get("kind") == "status":
            return DeliveryStatus("demo", item["id"], item["state"])
        if not item.get("from"):
            return Quarantine("no-sender")
        return Inbound(
            channel="demo",
            external_id=item["id"],
            sender=item["from"],
            recipient="demo:alma",
            body=item["text"],
            provider_at=datetime.fromisoformat(item["at"]) if "at" in item else None,
            authenticated=True,
            authentication="carrier",
        )

    def send(self, sayable: Sayable) -> SendResult:
        """Keeps what was to be said."""
        outgoing = opened(sayable)
        self.sent.append((outgoing.recipient, outgoing.body))
        return SendResult("sent", f"demo-{outgoing.id}")
