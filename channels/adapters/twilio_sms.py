"""SMS over Twilio."""

from collections.abc import Callable
from datetime import datetime

from case_api.settings import settings
from channels.adapters import Entry, Media, Outgoing, RawEvent, SendResult
from channels.adapters.outgoing import Sayable
from channels.adapters.twilio import client
from channels.adapters.twilio.parsing import TwilioSource


class TwilioSms:
    channel = "sms"

    def parse(self, raw: RawEvent) -> list[Entry]:
        """See TwilioSource."""
        return TwilioSource().parse(raw)

    def send(self, sayable: Sayable) -> SendResult:
        """Raises SendError."""
        return client.send(sayable, sender=settings().SMS_SENDER)

    def find(self, outgoing: Outgoing, *, since: datetime, known: Callable[[str], bool]) -> SendResult | None:
        """See Finder."""
        return client.find(
            outgoing, sender=settings().SMS_SENDER, recipient=outgoing.recipient, since=since, known=known
        )

    def fetch(self, url: str, *, largest: int) -> Media:
        """See MediaSource."""
        return client.fetch(url, largest=largest)
