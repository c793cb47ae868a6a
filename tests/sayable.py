"""What a test hands to an adapter: made by the gate, like everything that leaves."""

from case_api import clock
from channels.adapters import Outgoing
from channels.outbound import gate


def sayable(outgoing: Outgoing) -> gate.Sayable:
    """The gate's yes to a message, for an address of which nothing is known that stands against it."""
    now = clock.now()
    made = gate.let_through(
        outgoing, rules=gate.Rules(heard_at=now), level="N0", purpose="answer", person_id=None, now=now
    )
    assert isinstance(made, gate.Sayable)
    return made
