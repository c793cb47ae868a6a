"""Run a program that refuses to be root, and end it when its parent ends.

PostgreSQL will not start as root. Started by root, we enter a user namespace in which we bear another number: the
files stay root's, no folder is opened to anybody, no account is made. Linux only; elsewhere nobody runs this as root.
Used as `python unroot.py PROGRAM ARGUMENT...`, imports nothing of ours so that it starts at once.
"""

import ctypes
import os
import signal
import sys

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1


def enter_user_namespace(libc: ctypes.CDLL) -> None:
    uid, gid = os.geteuid(), os.getegid()
    if libc.unshare(CLONE_NEWUSER) != 0:
        sys.exit(
            "alma: PostgreSQL does not run as root, and this machine allows no user namespaces.\n"
            "Start Alma as an ordinary user, or point ALMA_DATABASE_URL at a PostgreSQL of your own."
        )
    for name, text in (("setgroups", "deny"), ("uid_map", f"1000 {uid} 1"), ("gid_map", f"1000 {gid} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def main() -> None:
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        parent = os.getppid()
        if os.geteuid() == 0:
            enter_user_namespace(libc)
        if os.environ.pop("ALMA_DIE_WITH_PARENT", "") == "1":
            # SIGINT is PostgreSQL's fast shutdown; set after the namespace, which clears it.
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGINT)
            if os.getppid() != parent:
                sys.exit("alma: the parent has gone")
    os.execv(sys.argv[1], sys.argv[1:])


if __name__ == "__main__":
    main()
