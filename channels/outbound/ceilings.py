"""What may be said where: each channel carries content up to its ceiling, and above that a notice.

The level of what leaves is that of its words: a template's is written in the template, and what a professional types is
as delicate as they say it is.
"""

from case_api.access.levels import Level

CEILING = {
    "sms": Level.N1,
    "whatsapp": Level.N1,
    "email": Level.N1,
    "voice": Level.N1,  # a machine reads it aloud to whoever lifts the receiver
    "paper": Level.N1,  # a letter is opened by others, a slip is lost
    "video": Level.N1,  # the proposal of a time, read in the folder
    "in_person": Level.N3,  # handed over by a professional who has seen who it is
    "phone": Level.N3,  # a professional speaks, and hears who answers
    "portal": Level.N4,  # behind the login; the folder's own rules say at which assurance
    "note": Level.P,
}
STAFF_FREE_TEXT = Level.N1  # what a caller of `reply` says by saying nothing; the desk's form always says it
WINDOWED = frozenset({"whatsapp"})  # the provider takes free words for 24 hours after the person's own
# A professional speaks, and sees or hears to whom: whoever else may read the address is not there.
_TOLD_BY_A_PERSON = frozenset({"phone", "in_person", "note"})
_BEHIND_THE_LOGIN = frozenset({"portal", "video"})


def ceiling(channel: str, *, read_by_others: bool = False, shielded: bool = False) -> Level:
    """The highest level that a channel carries to an address. One that nobody knows carries nothing but N0.

    Where others may read, nothing that tells of the matter; under a shield nothing on any channel, not even in the
    folder, but from person to person.
    """
    most = CEILING.get(channel, Level.N0)
    if channel in _TOLD_BY_A_PERSON:
        return most
    if shielded or (read_by_others and channel not in _BEHIND_THE_LOGIN):
        return Level.N0
    return most


def may_say(channel: str, level: Level | str, *, read_by_others: bool = False, shielded: bool = False) -> bool:
    """Whether content of a level may travel on a channel to such an address."""
    return Level(level) <= ceiling(channel, read_by_others=read_by_others, shielded=shielded)
