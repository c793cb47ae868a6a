"""schemathesis over the API's own document: two people who must not see each other's things, every check it has.

One command for the product and for an app with a hole in it, so that it is known to bite.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import httpx

# A body may be as the schema says and still not be possible: an hour that is past, words that have changed, a key
# that came before with another body. Those
# answers are 409 and 422, and only where a rule stands behind the shape.
_RULES_BEHIND = (
    "/slots", "/slots/first", "/appointments", "/appointment-holds", "/appointments/{appointment_id}/move",
    "/people/{person_id}/consents", "/webhooks", "/files/{file_id}/documents",
    "/people/{person_id}/conversations", "/conversations/{conversation_id}/messages", "/people",
    "/people/{person_id}/exports", "/people/{person_id}/rights-requests",
)  # fmt: skip
_CONFIG = """
max-failures = 5
[auth.wfc]
path = "{users}"
peers = ["amparo", "roberto"]
[generation]
with-security-parameters = false
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "3xx", "401", "403", "404", "409"]
"""
_OPERATION = """
[[operations]]
include-path = "{path}"
checks.positive_data_acceptance.expected-statuses = ["2xx", "3xx", "401", "403", "404", "409", "412", "422"]
"""
CHECKS = "all"


def _as_bearer(document: dict) -> dict:
    """The document with its OAuth scheme told as what it comes to on the wire: a bearer token.

    schemathesis takes credentials away, and sends false ones, only where the scheme is http, basic or an API key; of
    `oauth2` it knows no header, and its check of ignored credentials passes over every operation in silence.
    """
    schemes = document["components"]["securitySchemes"]
    for name, scheme in schemes.items():
        if scheme["type"] == "oauth2":
            schemes[name] = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    for operations in document["paths"].values():
        for operation in operations.values():
            if "security" in operation:
                operation["security"] = [dict.fromkeys(one, []) for one in operation["security"]]
    return document


def _paged(document: dict) -> set[str]:
    """Lists: a cursor is a string of ours, and any other one is refused, whatever its shape."""
    return {
        path
        for path, operations in document["paths"].items()
        for operation in operations.values()
        if any(one["name"] == "cursor" for one in operation.get("parameters", []))
    }


def run(base: str, folder: Path, tokens: dict[str, str], *, seconds: int, phases: str, only: str = ""):
    """Run these phases against a base address for so many seconds; the process that ran, its output in `stdout`.

    `only`: a tag, to look at these operations alone.
    """
    users = folder / "users.json"
    auth = [
        {"name": name, "fixedHeaders": [{"name": "Authorization", "value": f"Bearer {token}"}]}
        for name, token in tokens.items()
    ]
    users.write_text(json.dumps({"auth": auth}))
    document = _as_bearer(httpx.get(f"{base}/openapi.json", timeout=30).json())
    told = folder / "openapi.json"
    told.write_text(json.dumps(document))
    config = folder / "schemathesis.toml"
    config.write_text(
        _CONFIG.format(users=users)
        + "".join(_OPERATION.format(path=path) for path in sorted({*_RULES_BEHIND, *_paged(document)}))
    )
    command = [
        str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(config), "run",
        str(told), "--url", base, "--checks", CHECKS, "--max-time", str(seconds), "--seed",
        os.environ.get("ALMA_FUZZ_SEED", "1"), "--request-timeout", "20", "--warnings", "off", "--no-color",
        "--phases", phases, *(["--include-tag", only] if only else []),
    ]  # fmt: skip
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ALMA_")}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=seconds * 3 + 120, check=False
    )


def seconds() -> int:
    """How long: a little in the suite, as long as one likes by hand (ALMA_FUZZ_SECONDS)."""
    return int(os.environ.get("ALMA_FUZZ_SECONDS", "20"))
