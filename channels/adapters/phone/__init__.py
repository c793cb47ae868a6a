"""Speaking by telephone: a professional dials, listens and writes down what was said; nothing travels by itself."""

from channels.adapters import Entry, Quarantine, RawEvent, SendError, SendResult
from channels.adapters.outgoing import Sayable, opened


class Phone:
    channel = "phone"

    def parse(self, raw: RawEvent) -> list[Entry]:
        """Raises Quarantine always: a call is written down by whoever spoke."""
        raise Quarantine("unknown-kind")

    def send(self, sayable: Sayable) -> SendResult:
        """Nobody can be told this by a machine: it has to be said. Raises SendError('permanent', 'to-call')."""
        opened(sayable)
        raise SendError("permanent", "to-call")
