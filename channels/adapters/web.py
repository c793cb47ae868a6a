"""The portal as a channel: what is written there is there already; nothing has to travel."""

from channels.adapters import Entry, Quarantine, RawEvent, SendResult
from channels.adapters.outgoing import Sayable, opened


class Web:
    channel = "portal"

    def parse(self, raw: RawEvent) -> list[Entry]:
        """Raises Quarantine always: the portal writes straight into the conversation."""
        raise Quarantine("unknown-kind")

    def send(self, sayable: Sayable) -> SendResult:
        """Delivered by being written."""
        return SendResult("delivered", str(opened(sayable).id))
