"""The secrets of a development install: random, made once, kept in `var/secrets.json` (mode 0600).

Production takes every one of them from its environment and never reads this file.
"""

import base64
import json
import os
import secrets
from pathlib import Path

NAMES = (
    "SECRET_KEY",
    "DATA_KEY",
    "CARRIER_ACCOUNT_SID",
    "CARRIER_AUTH_TOKEN",
    "OIDC_CLIENT_ID",
    "OIDC_CLIENT_SECRET",
    "DATABASE_PASSWORD",
    "DATABASE_OWNER_PASSWORD",
    "STAFF_PASSWORD",
    "STAFF_TOTP_SEED",
)


def _fresh(name: str) -> str:
    if name == "CARRIER_ACCOUNT_SID":
        return "AC" + secrets.token_hex(16)
    if name == "DATA_KEY":
        return base64.b64encode(secrets.token_bytes(32)).decode()
    if name == "STAFF_PASSWORD":
        return "-".join(secrets.token_hex(2) for _ in range(4))
    if name == "STAFF_TOTP_SEED":
        return base64.b32encode(secrets.token_bytes(20)).decode()
    return secrets.token_urlsafe(32)


def install_secrets(folder: Path) -> dict[str, str]:
    """The secrets of the install whose `var/` folder this is, made at the first call; safe to call at once
    from several processes."""
    path = folder / "secrets.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    missing = [name for name in NAMES if name not in known]
    if not missing:
        return known
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(folder / ".secrets.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        import fcntl

        fcntl.flock(lock, fcntl.LOCK_EX)
        known = json.loads(path.read_text()) if path.exists() else {}
        known |= {name: _fresh(name) for name in NAMES if name not in known}
        draft = path.with_suffix(".new")
        handle = os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            json.dump(known, file, indent=1)
        draft.replace(path)
    finally:
        os.close(lock)
    return known
