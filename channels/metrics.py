"""Counters of the channels, with labels from closed lists only."""

from prometheus_client import Counter, Histogram

_received = Counter("alma_channel_received_total", "Raw events by what became of them", ["source", "outcome"])
_sent = Counter("alma_channel_sent_total", "Messages handed to a provider, by outcome", ["channel", "outcome"])
_seconds = Histogram("alma_channel_provider_seconds", "How long a provider takes to answer", ["channel"])

_SOURCES = frozenset({"twilio", "email"})
_CHANNELS = frozenset({"sms", "whatsapp", "email", "portal"})


def received(source: str, outcome: str) -> None:
    """`outcome`: done, duplicate, quarantined, retry, swept."""
    _received.labels(source if source in _SOURCES else "other", outcome).inc()


def sent(channel: str, outcome: str) -> None:
    """`outcome`: sent, held, or a kind of SendError."""
    _sent.labels(channel if channel in _CHANNELS else "other", outcome).inc()


def provider_seconds(channel: str, seconds: float) -> None:
    """How long one call took."""
    _seconds.labels(channel if channel in _CHANNELS else "other").observe(seconds)
