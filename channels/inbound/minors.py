"""Whether a child seems to write: by how children say their age. A suggestion; a professional decides.

Pure: the patterns are `data/minors.yaml`.
"""

import re
from functools import cache
from pathlib import Path

import yaml

from channels.inbound.words import plain

_DATA = Path(__file__).parent / "data" / "minors.yaml"


def seems_a_minor(text: str) -> bool:
    """Whether the writer says of themselves to be under age. Never raises."""
    patterns, numbers, youngest, adult_from = _rules()
    written = plain(text)
    for pattern in patterns:
        for found in pattern.finditer(written):
            said = found.groupdict().get("age")
            if said is None:
                return True
            age = numbers.get(said) or (int(said) if said.isdigit() else 0)
            if youngest <= age < adult_from:
                return True
    return False


@cache
def _rules() -> tuple[tuple[re.Pattern[str], ...], dict[str, int], int, int]:
    read = yaml.safe_load(_DATA.read_text(encoding="utf-8"))
    numbers = "|".join(read["numbers"])
    patterns = tuple(re.compile(pattern.replace("{number}", numbers)) for pattern in read["patterns"])
    return patterns, read["numbers"], read["youngest"], read["adult_from"]
