"""A machine reads words aloud over Twilio: for a telephone that takes no messages."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from case_api.settings import settings
from channels.adapters import Entry, Outgoing, Quarantine, RawEvent, SendError, SendResult
from channels.adapters.outgoing import Sayable, opened
from channels.adapters.twilio import client

VOICES = {"es": "es-ES", "en": "en-GB", "ar": "arb", "fr": "fr-FR", "ro": "ro-RO", "zh": "cmn-CN"}
TIMES = 3  # said so often: nobody has a pencil at the first
LONGEST = 3500  # Twilio takes 4,000 characters of TwiML
_FAILED = frozenset({"busy", "failed", "no-answer", "canceled"})


class TwilioVoice:
    channel = "voice"

    def parse(self, raw: RawEvent) -> list[Entry]:
        """Raises Quarantine always: nobody calls this number. What became of our calls is read with the messages."""
        raise Quarantine("unknown-kind")

    def send(self, sayable: Sayable) -> SendResult:
        """Call and say it. Raises SendError."""
        outgoing = opened(sayable)
        try:
            made = client.client().calls.create(
                to=outgoing.recipient,
                from_=settings().SMS_SENDER,
                twiml=spoken(outgoing),
                timeout=30,
                status_callback=client.callback_url(outgoing.id, client.CALLS_PATH),
                status_callback_event=["initiated", "ringing", "answered", "completed"],
                status_callback_method="POST",
            )
        except Exception as error:  # noqa: BLE001 (judged one by one; what nobody knows is unknown)
            raise client.judged(error) from None
        return SendResult("sent", made.sid)

    def find(self, outgoing: Outgoing, *, since: datetime, known: Callable[[str], bool]) -> SendResult | None:
        """See Finder. A call has no words to compare: one to this number since then that is no other message's."""
        try:
            listed = client.client().calls.list(to=outgoing.recipient, from_=settings().SMS_SENDER, limit=50)
        except Exception as error:  # noqa: BLE001
            raise SendError("retry", client.judged(error).code, "look-up") from None
        for found in listed:
            if found.date_created and found.date_created.replace(tzinfo=UTC) < since - client.LOOK_BACK:
                break
            if not known(found.sid) and str(found.status) not in _FAILED:
                return SendResult("sent", found.sid)
        return None


def spoken(outgoing: Outgoing) -> str:
    """The TwiML of a message: digits one by one, said several times with a pause, in the language's own voice."""
    voice = VOICES.get(outgoing.language, VOICES["es"])
    words = re.sub(r"(?<=\d)[ .-]?(?=\d)", ", ", " ".join(outgoing.body[: LONGEST // TIMES].split()))
    words = "".join(sign for sign in words if sign.isprintable())
    say = f'<Say language="{voice}">{escape(words)}</Say>'
    return "<Response>" + '<Pause length="2"/>'.join([say] * TIMES) + "</Response>"
