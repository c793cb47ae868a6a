"""What somebody has chosen of a new appointment, read from an address that anybody may have written."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from case_api import clock

WEEK = timedelta(days=7)


def uuid_or_none(text: str | None) -> UUID | None:
    """An identifier from an address, or None."""
    try:
        return UUID(text or "")
    except ValueError:
        return None


def instant(text: str | None) -> datetime | None:
    """An aware instant from an address, or None: an hour without its zone is a guess."""
    try:
        # In an address a "+" may arrive as a space.
        found = datetime.fromisoformat((text or "").strip().replace(" ", "+"))
    except ValueError:
        return None
    # Far ends of the calendar overflow as soon as they are moved to another zone.
    return found if found.tzinfo and 2000 <= found.year <= 2200 else None


def _day(text: str | None) -> date | None:
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2200 else None


@dataclass(frozen=True, slots=True)
class Choice:
    """Each part is None until it was chosen, and when what came cannot be read. `week` is a Monday in Madrid."""

    reason: str | None = None
    centre: UUID | None = None
    mode: str | None = None
    professional: UUID | None = None
    starts_at: datetime | None = None
    week: date | None = None
    moves: UUID | None = None
    day: date | None = None
    hold: UUID | None = None

    @classmethod
    def read(cls, values: Any) -> "Choice":
        """The choice in a query or a form."""
        chosen_day = _day(values.get("semana"))
        return cls(
            reason=(values.get("motivo") or "").replace("\0", "")[:60] or None,
            centre=uuid_or_none(values.get("centro")),
            mode=(values.get("modo") or "").replace("\0", "")[:20] or None,
            professional=uuid_or_none(values.get("con")),
            starts_at=instant(values.get("hora")),
            week=monday(chosen_day) if chosen_day else None,
            moves=uuid_or_none(values.get("cambia")),
            day=_day(values.get("dia")),
            hold=uuid_or_none(values.get("reserva")),
        )

    def query(self, **changes: Any) -> dict[str, str]:
        """The choice as the query of an address, with changes; what is not chosen is left out."""
        values = {
            "motivo": self.reason,
            "centro": self.centre,
            "modo": self.mode,
            "con": self.professional,
            "hora": self.starts_at.isoformat() if self.starts_at else None,
            "semana": self.week,
            "cambia": self.moves,
            "reserva": self.hold,
        } | changes
        return {name: str(value) for name, value in values.items() if value is not None}


def monday(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def weeks(week: date, *, horizon_days: int) -> tuple[date | None, date | None]:
    """The Monday before and the one after, where something could be free: not before today, not past the horizon."""
    today = clock.today()
    earlier, later = week - WEEK, week + WEEK
    return (
        earlier if earlier >= monday(today) else None,
        later if later <= today + timedelta(days=horizon_days) else None,
    )
