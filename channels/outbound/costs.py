"""What a message will cost, told before it is sent: dated data, and the parts that its characters make of it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from case_api.settings import settings
from channels.outbound.segments import Segments, segments

_FIELDS = {"channel", "unit", "euros", "from", "source", "kind"}
_UNITS = {"part", "message", "call"}


@dataclass(frozen=True, slots=True)
class Price:
    """Euros a unit from a day on. `kind` parts WhatsApp's free words ('window') from approved ones ('template')."""

    channel: str
    kind: str
    unit: str
    euros: Decimal
    since: date
    source: str


@dataclass(frozen=True, slots=True)
class Estimate:
    """What one message will take. `euros` is None when nobody said what the channel costs; `source` and `since` say
    whose price that is and from which day. `sample`: nobody's yet, and to be called so wherever it is shown."""

    parts: Segments
    euros: Decimal | None
    sample: bool
    source: str = ""
    since: date | None = None


@cache
def prices() -> tuple[Price, ...]:
    """The city's table (ALMA_COSTS), or our sample. Raises ValueError for a line that cannot be read, and for two of
    one day."""
    path = Path(settings().COSTS) if settings().COSTS else Path(__file__).with_suffix(".yaml")
    read = yaml.safe_load(path.read_text(encoding="utf-8"))
    found = tuple(_price(line) for line in read)
    if len({(one.channel, one.kind, one.since) for one in found}) != len(found):
        raise ValueError("costs.yaml: two prices for one channel and day")
    return found


def _price(line: dict[str, Any]) -> Price:
    if set(line) - _FIELDS or not _FIELDS - {"kind"} <= set(line):
        raise ValueError(f"costs.yaml: a line has the fields {sorted(line)}")
    euros = Decimal(line["euros"])
    if line["unit"] not in _UNITS or not isinstance(line["from"], date) or euros < 0:
        raise ValueError(f"costs.yaml: {line['channel']} from {line['from']} cannot be read")
    return Price(line["channel"], line.get("kind", ""), line["unit"], euros, line["from"], line["source"])


def estimate(*, channel: str, body: str, on: date, templated: bool = False) -> Estimate:
    """How many parts a text takes on a channel and what that costs on a day."""
    parts = segments(body)
    kind = "template" if templated else "window"
    applying = [p for p in prices() if p.channel == channel and p.kind in ("", kind) and p.since <= on]
    if not applying:
        return Estimate(parts, None, False)
    price = max(applying, key=lambda one: one.since)
    count = parts.count if price.unit == "part" else 1
    return Estimate(parts, price.euros * count, price.source == "sample", price.source, price.since)
