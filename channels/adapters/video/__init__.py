"""Seeing each other by video: a time is proposed in the folder. The room's place is never sent anywhere."""

from channels.adapters import Entry, Quarantine, RawEvent, SendResult
from channels.adapters.outgoing import Sayable, opened


class Video:
    channel = "video"

    def parse(self, raw: RawEvent) -> list[Entry]:
        """Raises Quarantine always: nothing arrives by video that is not said there."""
        raise Quarantine("unknown-kind")

    def send(self, sayable: Sayable) -> SendResult:
        """Delivered by being written, like everything behind the login."""
        return SendResult("delivered", str(opened(sayable).id))
