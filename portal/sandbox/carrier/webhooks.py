"""The requests that the carrier makes to Alma: their fields, their signature, and how stubbornly they are sent."""

import hashlib
import json
import random
import secrets
import time
from typing import Any

import requests
from twilio.request_validator import RequestValidator

from portal.sandbox.carrier import errors, rules
from portal.sandbox.carrier.messages import Message, Messages
from portal.sandbox.config import Config

API_VERSION = "2010-04-01"
Fields = dict[str, str]


def media_url(config: Config, message_sid: str, media_sid: str) -> str:
    """Where a file can be fetched with basic auth; begins with the REST base that Alma is configured with."""
    account = config.carrier.account_sid
    return f"{config.carrier_url}/{API_VERSION}/Accounts/{account}/Messages/{message_sid}/Media/{media_sid}"


def inbound_fields(
    message: Message, *, config: Config, media: list[dict[str, Any]], profile_name: str, replied: Message | None
) -> Fields:
    """The form that Twilio posts for an incoming message, for SMS or WhatsApp."""
    sid = message["sid"]
    fields = {
        "SmsMessageSid": sid,
        "NumMedia": str(len(media)),
        "SmsSid": sid,
        "SmsStatus": "received",
        "Body": message["body"],
        "To": message["recipient"],
        "NumSegments": str(message["num_segments"]),
        "MessageSid": sid,
        "AccountSid": config.carrier.account_sid,
        "From": message["sender"],
        "ApiVersion": API_VERSION,
    }
    for index, item in enumerate(media):
        fields[f"MediaContentType{index}"] = item["type"]
        fields[f"MediaUrl{index}"] = media_url(config, sid, item["sid"])
    if message["channel"] == "whatsapp":
        number = message["sender"].removeprefix("whatsapp:")
        kind = media[0]["type"].split("/", 1)[0] if media else "text"
        fields["ProfileName"] = profile_name
        fields["WaId"] = number.removeprefix("+")
        fields["ExternalUserId"] = external_user_id(number)
        fields["MessageType"] = "document" if kind in ("application", "text") and media else kind
        fields["ReferralNumMedia"] = "0"
        if message["replied_sid"]:
            fields["OriginalRepliedMessageSid"] = message["replied_sid"]
            fields["OriginalRepliedMessageSender"] = replied["sender"] if replied else message["recipient"]
    else:
        fields |= {"FromCountry": "ES", "FromState": "", "FromCity": "", "FromZip": ""}
        fields |= {"ToCountry": "ES", "ToState": "", "ToCity": "", "ToZip": ""}
    return fields | json.loads(message["fields"])


def external_user_id(number: str) -> str:
    """The business-scoped id WhatsApp gives beside the number; here derived from it."""
    return "ES." + str(int.from_bytes(hashlib.sha256(number.encode()).digest()[:7], "big"))


def callback_fields(message: Message, *, status: str, error_code: int | None, config: Config) -> Fields:
    """The form that Twilio posts to a StatusCallback. `status` is passed apart: the message may have moved on."""
    fields = {
        "SmsSid": message["sid"],
        "SmsStatus": status,
        "MessageStatus": status,
        "To": message["recipient"],
        "MessageSid": message["sid"],
        "AccountSid": config.carrier.account_sid,
        "From": message["sender"],
        "ApiVersion": API_VERSION,
    }
    if message["channel"] == "whatsapp":
        fields |= {"ChannelPrefix": "whatsapp", "ChannelToAddress": message["recipient"].removeprefix("whatsapp:")}
        if status in ("delivered", "read"):
            fields["EventType"] = status.upper()
    if error_code is not None:
        fields["ErrorCode"] = str(error_code)
        fields["ErrorMessage"] = errors.FAILURES.get(error_code, "Unknown error")
    return fields


def sign(url: str, fields: Fields, auth_token: str) -> str:
    """X-Twilio-Signature over the address without its fragment and the form."""
    return RequestValidator(auth_token).compute_signature(url, fields)


class Poster:
    """Sends one form to one address, again where the address's overrides say so, within the total time."""

    def __init__(self, config: Config, messages: Messages) -> None:
        self._config = config
        self._messages = messages

    def post(self, url: str, fields: Fields, *, auth_token: str | None = None) -> tuple[int, int]:
        """Returns the last HTTP status (0: no answer) and the number of attempts. Never raises for the network."""
        address, policy = rules.retries(url)
        headers = {
            "X-Twilio-Signature": sign(address, fields, auth_token or self._config.carrier.auth_token),
            "I-Twilio-Idempotency-Token": secrets.token_hex(16),
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        }
        ends = time.monotonic() + policy.total
        for attempt in range(1, policy.count + 2):
            outcome = self._attempt(address, fields, headers, policy, ends)
            pause = 0.2 * 2 ** (attempt - 1) * random.uniform(0.75, 1.25)  # noqa: S311
            last = attempt > policy.count or time.monotonic() + pause >= ends
            if last or not policy.again(outcome):
                break
            time.sleep(pause)
        return (outcome if isinstance(outcome, int) else 0), attempt

    def post_inbound(self, message: Message, *, forged: bool = False) -> int:
        """Deliver an incoming message to Alma's webhook, then to the fallback address; returns the HTTP status."""
        replied_sid = message["replied_sid"]
        fields = inbound_fields(
            message,
            config=self._config,
            media=self._messages.media_of(message["sid"]),
            profile_name=self._profile_name(message["sender"]),
            replied=self._messages.get(replied_sid, deleted=True) if replied_sid else None,
        )
        carrier = self._config.carrier
        token = secrets.token_hex(16) if forged else None
        status, attempts = self.post(carrier.webhook_url, fields, auth_token=token)
        if not 200 <= status < 300 and carrier.fallback_url:
            failed = {"ErrorCode": "11200", "ErrorUrl": rules.retries(carrier.webhook_url)[0]}
            status, more = self.post(carrier.fallback_url, fields | failed, auth_token=token)
            attempts += more
        if not forged:
            self._messages.webhook_done(message["sid"], status, attempts)
        return status

    def _profile_name(self, sender: str) -> str:
        number = sender.removeprefix("whatsapp:")
        return self._messages.phone(number)["name"] or number

    def _attempt(
        self, address: str, fields: Fields, headers: dict[str, str], policy: rules.Retries, ends: float
    ) -> int | str:
        """One request: its HTTP status, or `ct` / `rt` for what failed."""
        left = max(0.1, ends - time.monotonic())
        try:
            answer = requests.post(
                address,
                data=fields,
                headers=headers,
                timeout=(min(policy.connect, left), min(policy.read, left)),
                allow_redirects=False,
            )
        except requests.exceptions.ConnectionError:
            return "ct"
        except (requests.exceptions.RequestException, ValueError):
            # An address that the library cannot even encode raises ValueError.
            return "rt"
        return answer.status_code
