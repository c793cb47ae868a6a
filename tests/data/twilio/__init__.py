"""What the carrier's public description says, as data of our own."""

from pathlib import Path
from typing import Any

import yaml


def described() -> dict[str, Any]:
    """The facts of `messages.yaml`."""
    return yaml.safe_load((Path(__file__).parent / "messages.yaml").read_text(encoding="utf-8"))
