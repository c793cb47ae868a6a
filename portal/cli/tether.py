"""Run a program that ends when its parent does, however that ends. Used as `python tether.py PROGRAM ARGUMENT...`.

Linux tells a process of its parent's death (prctl PR_SET_PDEATHSIG); elsewhere the supervisor's own ending is enough.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def tether() -> None:
    """From here on, this process gets SIGTERM when its parent dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    parent = os.getppid()
    tether()
    if os.getppid() != parent:
        sys.exit(0)
    os.execv(sys.argv[1], sys.argv[1:])
