"""What may be said where: each channel carries content up to its ceiling, and above that a notice."""

from case_api.access.levels import Level

CEILING = {
    "sms": Level.N1,
    "whatsapp": Level.N1,
    "email": Level.N1,
    "portal": Level.N4,  # behind the login; the folder's own rules say at which assurance
    "note": Level.P,
}
STAFF_FREE_TEXT = Level.N1  # what a professional types is taken to be this, unless they say otherwise


def may_say(channel: str, level: Level | str) -> bool:
    """Whether content of a level may travel on a channel. An unknown channel carries nothing but N0."""
    return Level(level) <= CEILING.get(channel, Level.N0)
