"""WhatsApp over Twilio: the same API, addresses with a prefix."""

from collections.abc import Callable
from datetime import datetime

from case_api.settings import settings
from channels.adapters import Entry, Media, Outgoing, RawEvent, SendResult
from channels.adapters.outgoing import Sayable
from channels.adapters.twilio import client
from channels.adapters.twilio.parsing import TwilioSource


def _prefixed(number: str) -> str:
    return f"whatsapp:{number}"


class TwilioWhatsApp:
    channel = "whatsapp"

    def parse(self, raw: RawEvent) -> list[Entry]:
        """See TwilioSource."""
        return TwilioSource().parse(raw)

    def send(self, sayable: Sayable) -> SendResult:
        """Raises SendError."""
        return client.send(sayable, sender=_prefixed(settings().WHATSAPP_SENDER), prefix="whatsapp:")

    def find(self, outgoing: Outgoing, *, since: datetime, known: Callable[[str], bool]) -> SendResult | None:
        """See Finder."""
        return client.find(
            outgoing,
            sender=_prefixed(settings().WHATSAPP_SENDER),
            recipient=_prefixed(outgoing.recipient),
            since=since,
            known=known,
        )

    def fetch(self, url: str, *, largest: int) -> Media:
        """See MediaSource."""
        return client.fetch(url, largest=largest)
