"""The capped process that parses: `python -m channels.adapters.email.child`. Frames on standard input and output.

A frame is 4 bytes of length (big endian) and a JSON object, then the blobs whose lengths the object lists. It has no
key, no setting and no connection, and its limits are set before the first mail is read.
"""

import gc
import json
import os
import resource
import signal
import sys
from typing import BinaryIO

from channels.adapters.email.limits import CPU_SECONDS, MEMORY_BYTES
from channels.adapters.email.parser import Unreadable, parse


def _lower(kind: int, value: int) -> None:
    hard = resource.getrlimit(kind)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (value, value))


def _cap() -> None:
    _lower(resource.RLIMIT_AS, MEMORY_BYTES)
    _lower(resource.RLIMIT_FSIZE, 0)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_NOFILE, 32)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent, which closes our input


def _more_time() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + CPU_SECONDS + 1, hard))


def write_frame(stream: BinaryIO, head: dict, blobs: list[bytes]) -> None:
    raw = json.dumps({**head, "blobs": [len(blob) for blob in blobs]}, ensure_ascii=True).encode("ascii")
    stream.write(len(raw).to_bytes(4, "big") + raw)
    for blob in blobs:
        stream.write(blob)
    stream.flush()


def read_frame(stream: BinaryIO) -> tuple[dict, list[bytes]] | None:
    """The next frame; None at the end of the stream or when it was cut off."""
    length = stream.read(4)
    if len(length) < 4:
        return None
    raw = stream.read(int.from_bytes(length, "big"))
    try:
        head = json.loads(raw)
    except ValueError:
        return None
    blobs = [stream.read(size) for size in head["blobs"]]
    return (head, blobs) if [len(blob) for blob in blobs] == head["blobs"] else None


def _answer(job: dict, raw: bytes) -> tuple[dict, list[bytes]]:
    try:
        values, attachments = parse(
            raw, mail_from=job["mail_from"], rcpt_to=job["rcpt_to"], authserv_id=job["authserv_id"]
        )
    except Unreadable as error:
        return {"unreadable": str(error)}, []
    except MemoryError:
        gc.collect()
        return {"unreadable": "memory", "last": True}, []
    except Exception as error:  # noqa: BLE001 (a mail that breaks the parser is quarantined, not fatal)
        last = error.__traceback__
        while last is not None and last.tb_next is not None:
            last = last.tb_next
        where = f"{os.path.basename(last.tb_frame.f_code.co_filename)}:{last.tb_lineno}" if last else ""
        return {"unreadable": "parser-error", "error": type(error).__name__, "where": where}, []
    values["parts"] = [{"name": item.name, "media_type": item.media_type} for item in attachments]
    return {"values": values}, [item.content for item in attachments]


def main() -> None:
    """Read mails until the input ends."""
    _cap()
    incoming, outgoing = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a stray print must not look like a frame
    write_frame(outgoing, {"ready": True}, [])
    while (frame := read_frame(incoming)) is not None:
        _more_time()
        head, blobs = _answer(frame[0], blobs[0] if (blobs := frame[1]) else b"")
        write_frame(outgoing, head, blobs)
        if head.get("last"):
            return


if __name__ == "__main__":
    main()
