"""Places where a test may kill this process, to see that nothing is lost there and nothing doubled. Nothing outside of
tests. The list is the path of a message; a place that is not on it cannot be named."""

import os
import signal

from case_api.settings import settings

PLACES = (
    "raw.stored",  # the webhook's event is on disk, the provider has not heard so
    "raw.parsed",  # read, nothing written
    "raw.processed",  # written, not committed
    "raw.committed",  # in the conversation
    "outbox.claimed",  # 'sending' is committed, nothing has left
    "outbox.handed-over",  # the provider has it, nobody knows
    "outbox.written-down",  # written, not committed
    "outbox.recorded",  # known to be sent
    "outbox.doubted",  # in doubt, about to ask
    "outbox.looked-up",  # the provider has answered, nobody knows
)


def reached(name: str) -> None:
    """Die here (SIGKILL) when ALMA_FAILPOINT names this place and this is a test."""
    assert name in PLACES, name
    if os.environ.get("ALMA_FAILPOINT") == name and settings().ENV == "test":
        os.kill(os.getpid(), signal.SIGKILL)
