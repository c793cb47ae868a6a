"""The carrier's rules, free of Flask, clock and storage."""

import math
import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qs, urldefrag

import phonenumbers

WINDOW_SECONDS = 24 * 60 * 60
MAX_BODY = 1600

# Twilio's default English keywords for long codes; other languages need Advanced Opt-Out, which is not imitated.
STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "OPTOUT", "REVOKE"})
START_WORDS = frozenset({"START", "YES", "UNSTOP"})

# Which state may follow which. Delivery only moves forward.
FOLLOWS: dict[str, frozenset[str]] = {
    "queued": frozenset({"sent", "failed"}),
    "sent": frozenset({"delivered", "undelivered", "failed"}),
    "delivered": frozenset({"read"}),
    "undelivered": frozenset(),
    "failed": frozenset(),
    "read": frozenset(),
    "received": frozenset(),
}
FINAL = frozenset({"delivered", "undelivered", "failed", "read"})

PHONE_STATES = ("on", "off", "unreachable", "blocked")

_GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENDED = frozenset("^{}\\[~]|€\f")


@dataclass(frozen=True)
class Address:
    """One end of a message: a channel and a number in E.164."""

    channel: Literal["sms", "whatsapp"]
    number: str

    def __str__(self) -> str:
        return f"whatsapp:{self.number}" if self.channel == "whatsapp" else self.number


@dataclass(frozen=True)
class Step:
    """A delivery state to move to, with Twilio's error code where it is a failure."""

    status: str
    error_code: int | None = None


@dataclass(frozen=True)
class Retries:
    """Twilio's connection overrides: how often and on what to try again, and the total time in seconds."""

    count: int = 0
    on: frozenset[str] = frozenset({"ct"})
    total: float = 15.0
    read: float = 15.0
    connect: float = 5.0

    def again(self, outcome: int | str) -> bool:
        """Whether an outcome (an HTTP status, or `ct` / `rt` for a failed connection / read) is worth another try."""
        if isinstance(outcome, str):
            return "all" in self.on or outcome in self.on
        if outcome < 400:
            return False
        return "all" in self.on or f"{outcome // 100}xx" in self.on


def parse_address(text: str) -> Address | None:
    """`+34…` or `whatsapp:+34…`; None when it is not a number that exists in its country's plan."""
    channel: Literal["sms", "whatsapp"] = "sms"
    if text.startswith("whatsapp:"):
        channel, text = "whatsapp", text.removeprefix("whatsapp:")
    if not re.fullmatch(r"\+[0-9 ().-]{5,30}", text):
        return None
    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return Address(channel, phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def is_landline(number: str) -> bool:
    """Whether an E.164 number is a fixed line, to which no SMS goes (error 21614)."""
    kind = phonenumbers.number_type(phonenumbers.parse(number, None))
    return kind == phonenumbers.PhoneNumberType.FIXED_LINE


def segments(body: str) -> int:
    """How many SMS parts a text takes: 160/153 in GSM-7 (extension characters count twice), 70/67 in UCS-2."""
    if all(character in _GSM_BASIC or character in _GSM_EXTENDED for character in body):
        units, single, joined = sum(2 if c in _GSM_EXTENDED else 1 for c in body), 160, 153
    else:
        units, single, joined = len(body.encode("utf-16-be")) // 2, 70, 67
    return 1 if units <= single else math.ceil(units / joined)


def keyword(body: str) -> Literal["stop", "start"] | None:
    """Whether an inbound SMS is one of Twilio's default opt-out or opt-in words (alone, in any case)."""
    word = body.strip().upper()
    if word in STOP_WORDS:
        return "stop"
    if word in START_WORDS:
        return "start"
    return None


def window_open(*, last_inbound: float | None, now: float) -> bool:
    """WhatsApp: free-form messages go out for 24 hours after the person last wrote to this sender (epoch seconds)."""
    return last_inbound is not None and now - last_inbound < WINDOW_SECONDS


def may_follow(before: str, after: str) -> bool:
    """Whether a message may move from one delivery state to another."""
    return after in FOLLOWS.get(before, frozenset())


def next_step(
    *,
    channel: str,
    status: str,
    phone_state: str,
    phone_channels: list[str],
    in_window: bool,
    templated: bool,
    status_default: str = "delivered",
) -> Step | None:
    """What the network does next with an outbound message; None when it rests (switched off, or at its end)."""
    if status == "queued":
        if channel == "whatsapp" and not in_window and not templated:
            return Step("failed", 63016)
        if channel == "whatsapp" and "whatsapp" not in phone_channels:
            return Step("failed", 63024)
        if status_default == "failed":
            return Step("failed", 30008)
        return Step("sent")
    if status == "sent":
        if phone_state == "off" or (phone_state == "on" and status_default == "sent"):
            return None
        if phone_state == "unreachable":
            return Step("undelivered", 30003)
        if phone_state == "blocked":
            return Step("undelivered", 30004)
        if channel not in phone_channels:
            return Step("undelivered", 30006)
        if status_default == "undelivered":
            return Step("undelivered", 30005)
        return Step("delivered")
    return None


def retries(url: str) -> tuple[str, Retries]:
    """Part a webhook address from its overrides (`#rc=5&rp=all&tt=…`).

    Returns the address that is called and signed, and the policy.

    Without `rc` nothing is retried. Values out of range are cut to Twilio's limits; unknown ones are left aside.
    """
    address, fragment = urldefrag(url)
    given = {name: values[-1] for name, values in parse_qs(fragment).items()}

    def number(name: str, default: int, low: int, high: int) -> int:
        text = given.get(name, "")
        return max(low, min(high, int(text))) if re.fullmatch(r"\d{1,6}", text) else default

    policy = frozenset(part for part in given.get("rp", "ct").split(",") if part in {"4xx", "5xx", "ct", "rt", "all"})
    return address, Retries(
        count=number("rc", 0, 0, 5),
        on=policy or frozenset({"ct"}),
        total=number("tt", 15000, 100, 15000) / 1000,
        read=number("rt", 15000, 100, 15000) / 1000,
        connect=number("ct", 5000, 100, 10000) / 1000,
    )


def render_template(text: str, variables: dict[str, str]) -> str:
    """A template's words with {{1}}, {{name}} filled; an unfilled hole stays as it is."""
    return re.sub(r"\{\{\s*(\w+)\s*\}\}", lambda hole: str(variables.get(hole.group(1), hole.group(0))), text)
