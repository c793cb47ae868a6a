"""What the carrier has and may never have told us: its list of messages to our numbers, as the webhook's forms.

The list knows less than a webhook: no profile name, no place, no button. Words and files are there.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from case_api.settings import settings
from channels.adapters import Listed, SendError
from channels.adapters.twilio.client import client, judged
from channels.adapters.twilio.parsing import MOST_MEDIA
from channels.adapters.twilio.webhooks import SOURCE, message_dedupe, number_of

_PAGE = 200
_SECOND = timedelta(seconds=1)  # the list's instants have no fractions


class TwilioSweep:
    """See Sweeper."""

    source = SOURCE

    def listed(self, *, since: datetime, until: datetime) -> Iterator[Listed]:
        """Messages to our numbers of that time, of each number the newest first. Raises SendError('retry')."""
        for ours in (settings().SMS_SENDER, f"whatsapp:{settings().WHATSAPP_SENDER}"):
            yield from self._of_number(ours, since, until)

    def _of_number(self, ours: str, since: datetime, until: datetime) -> Iterator[Listed]:
        try:
            for found in client().messages.stream(to=ours, date_sent_after=since - _SECOND, page_size=_PAGE):
                at = _instant(found)
                if at is None or found.direction != "inbound" or not since - _SECOND <= at <= until:
                    continue
                yield Listed(message_dedupe(found.sid), number_of(found.from_ or ""), at, found)
        except Exception as error:  # noqa: BLE001 (whatever it was, it is asked again)
            raise SendError("retry", judged(error).code, "sweep") from None

    def event(self, listed: Listed) -> dict[str, Any]:
        """The arguments of `intake.store` for one of them; asks for its files. Raises SendError('retry')."""
        found = listed.resource
        form = {
            "MessageSid": found.sid,
            "SmsSid": found.sid,
            "AccountSid": found.account_sid or "",
            "From": found.from_ or "",
            "To": found.to or "",
            "Body": found.body or "",
            "NumMedia": found.num_media or "0",
            "SmsStatus": "received",
        }
        if form["NumMedia"] != "0":
            form |= self._media(found.sid)
        return {
            "channel": SOURCE,
            "kind": "message",
            "dedupe": listed.dedupe,
            "payload": urlencode(form).encode(),
            "headers": {"sent_at": listed.at.isoformat()},
            "contact_key": listed.contact_key,
        }

    def _media(self, sid: str) -> dict[str, str]:
        try:
            files = client().messages(sid).media.list(limit=MOST_MEDIA)
        except Exception as error:  # noqa: BLE001
            raise SendError("retry", judged(error).code, "sweep") from None
        form = {}
        for number, item in enumerate(files):
            form[f"MediaUrl{number}"] = settings().CARRIER_URL + (item.uri or "").removesuffix(".json")
            form[f"MediaContentType{number}"] = item.content_type or ""
        return form


def _instant(found: Any) -> datetime | None:
    at = found.date_sent or found.date_created
    if at is None:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
