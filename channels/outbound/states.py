"""Delivery states move forward only. Pure rules, the same whatever order the carrier's words arrive in.

A message's state is the highest it was ever told. `failed` is below `delivered`: a carrier that says both has
delivered it. That makes the order of arrival, and every repeat, of no consequence.
"""

# What is ours to say comes first (all of it means: the carrier has not spoken yet), then what the carrier says.
RANK = {
    "held": 0,
    "queued": 0,
    "sending": 0,
    "unknown": 0,
    "sent": 1,
    "failed": 2,
    "delivered": 3,
    "read": 4,
}


def merged(now: str, told: str) -> str:
    """The state of a message that is `now` and of which `told` was said. 'queued' from a carrier changes nothing."""
    return told if RANK[told] > RANK[now] else now


def merged_error(state: str, now: str | None, told: str | None) -> str | None:
    """The error code to keep: none once it arrived; of two codes for one failure the lower, whichever came first."""
    if state != "failed":
        return None
    codes = sorted(code for code in (now, told) if code)
    return codes[0] if codes else None
