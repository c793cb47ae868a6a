"""Every channel and the adapter that knows its provider. Adding one is a folder and a line here."""

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from case_api.settings import settings
from channels.adapters import Adapter, Sweeper

if TYPE_CHECKING:
    from flask import Blueprint

# channel: module and class. Loaded at first use: the listener for mail needs no SMS.
ADAPTERS = {
    "sms": "channels.adapters.twilio_sms:TwilioSms",
    "whatsapp": "channels.adapters.twilio_whatsapp:TwilioWhatsApp",
    "email": "channels.adapters.email.adapter:EmailAdapter",
    "portal": "channels.adapters.web:Web",
    "phone": "channels.adapters.phone:Phone",
    "voice": "channels.adapters.twilio_voice:TwilioVoice",
    "paper": "channels.adapters.paper:Paper",
    "in_person": "channels.adapters.paper:InPerson",
    "video": "channels.adapters.video:Video",
}

# Where raw events come from, when that is not one channel: `parse` tells the channel of each entry.
SOURCES = {
    "twilio": "channels.adapters.twilio.parsing:TwilioSource",
    "whatsapp_cloud": "channels.adapters.whatsapp_cloud.parsing:CloudSource",
}

# Carriers that can be asked for what they have for us.
SWEEPERS = ("channels.adapters.twilio.sweep:TwilioSweep",)

WEBHOOKS = (
    "channels.adapters.twilio.webhooks:blueprint",
    "channels.adapters.whatsapp_cloud.webhooks:blueprint",
)

# Who carries a channel that more than one provider offers: the one that the setting names.
CHOSEN = {
    ("whatsapp", "cloud"): "channels.adapters.whatsapp_cloud:WhatsAppCloud",
}


def _load(place: str):
    module, name = place.split(":")
    return getattr(import_module(module), name)


@cache
def adapter(channel: str) -> Adapter:
    """The adapter of a channel. Raises KeyError for a channel nobody registered."""
    provider = settings().WHATSAPP_PROVIDER if channel == "whatsapp" else ""
    return _load(CHOSEN.get((channel, provider), ADAPTERS[channel]))()


@cache
def source(channel: str):
    """Who reads the raw events stored under `channel`. Raises KeyError for one nobody registered."""
    return _load(SOURCES[channel])() if channel in SOURCES else adapter(channel)


@cache
def sweepers() -> tuple[Sweeper, ...]:
    """Who can be asked for messages that never reached us."""
    return tuple(_load(place)() for place in SWEEPERS)


def webhook_blueprints() -> "list[Blueprint]":
    """The blueprints of every carrier that posts to us."""
    return [_load(place)() for place in WEBHOOKS]


# Who knows a provider's error codes in words.
CODES = ("channels.adapters.twilio.codes:CODES", "channels.adapters.whatsapp_cloud.codes:CODES")


def error_words_of(code: str):
    """The words of a provider's error code, or None."""
    for place in CODES:
        found = _load(place).get(code)
        if found is not None:
            return found.words
    return None
