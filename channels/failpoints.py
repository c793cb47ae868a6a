"""Places where a test may kill this process, to see that nothing is lost there. Nothing outside of tests."""

import os
import signal

from case_api.settings import settings


def reached(name: str) -> None:
    """Die here (SIGKILL) when ALMA_FAILPOINT names this place and this is a test."""
    if os.environ.get("ALMA_FAILPOINT") == name and settings().ENV == "test":
        os.kill(os.getpid(), signal.SIGKILL)
