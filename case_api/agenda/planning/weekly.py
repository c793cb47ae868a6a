"""The week of a professional as people write it: "9:00-14:00, 16:00-18:00 teléfono", and dated changes to it.

A change ends the rows in force and begins others: yesterday's agenda can still be read. What is booked stays.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.agenda import reading, slots, wall
from case_api.agenda.slots import Pattern
from case_api.agenda.values import Appointment
from case_api.db import Unit, new_id
from case_api.errors import Invalid

_WINDOW = re.compile(r"^(\d{1,2})(?:[:.h](\d{2}))?\s*(?:-|–|a|hasta)\s*(\d{1,2})(?:[:.h](\d{2}))?(?:\s+(\D.*))?$")
# How a window is said to serve some ways of meeting only: "16:00-18:00 teléfono/vídeo".
MODES = {"in_person": _l("centro"), "phone": _l("teléfono"), "video": _l("vídeo"), "home": _l("casa")}
_SPANISH = {"centro": "in_person", "telefono": "phone", "video": "video", "casa": "home"}
MOST = 6
SHORTEST = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """A stretch of a weekday (0 is Monday) in wall time. `ends` at or before `starts`: on the next day."""

    weekday: int
    starts: time
    ends: time
    modes: tuple[str, ...] | None = None

    @property
    def words(self) -> str:
        hours = f"{self.starts:%H:%M}-{self.ends:%H:%M}"
        return f"{hours} {'/'.join(str(MODES[mode]) for mode in self.modes)}" if self.modes else hours


def _plain(words: str) -> str:
    """Words without accents or capitals, as people type them."""
    return "".join(one for one in unicodedata.normalize("NFD", words.strip().lower()) if not unicodedata.combining(one))


def _modes(words: str | None) -> tuple[str, ...] | None:
    """The ways of meeting as written, in the reader's language or in Spanish; None: all of them.

    Raises ValueError for a word that is none.
    """
    if not words:
        return None
    known = _SPANISH | {_plain(str(said)): mode for mode, said in MODES.items()}
    asked = {known.get(_plain(part)) for part in re.split(r"[/+]", words)}
    if None in asked:
        raise ValueError
    return tuple(mode for mode in MODES if mode in asked)


def _hour(hours: str, minutes: str | None) -> time:
    number = int(hours)
    return time(0 if number == 24 and not int(minutes or 0) else number, int(minutes or 0))


def read_day(weekday: int, words: str) -> list[Window]:
    """The windows of a day as written: "9-14, 16:00-18:00 teléfono/vídeo"; nothing: nobody is met that day.

    Raises ValueError, with words for the person, for what cannot be read.
    """
    found = []
    for part in re.split(r"[,;\n]| y ", words.strip()):
        if not part.strip():
            continue
        match = _WINDOW.match(part.strip().lower())
        try:
            if match is None:
                raise ValueError
            hours = _hour(match[1], match[2]), _hour(match[3], match[4])
            window = Window(weekday, *hours, modes=_modes(match[5]))
        except ValueError:
            raise ValueError(
                str(
                    _l("No entendemos «%(part)s». Escriba por ejemplo 9:00-14:00, 16:00-18:00.", part=part.strip()[:40])
                )
            ) from None
        if window.starts == window.ends:
            raise ValueError(str(_l("Un turno no puede empezar y acabar a la misma hora.")))
        found.append(window)
    if len(found) > MOST:
        raise ValueError(str(_l("Son demasiados turnos para un día: seis como mucho.")))
    return sorted(found, key=lambda window: (window.starts, window.ends))


def _minutes(window: Window) -> tuple[int, int]:
    since = window.weekday * 1440 + window.starts.hour * 60 + window.starts.minute
    until = window.weekday * 1440 + window.ends.hour * 60 + window.ends.minute
    return since, until if until > since else until + 1440


def overlapping(windows: Sequence[Window]) -> tuple[Window, Window] | None:
    """Two windows of a week that lie over each other, night shifts and Sunday night included; None when none do."""
    laid = sorted((*_minutes(window), window) for window in windows)
    for (_, end, one), (start, _, other) in zip(laid, laid[1:], strict=False):
        if start < end:
            return one, other
    if laid and laid[-1][1] - 7 * 1440 > laid[0][0]:
        return laid[-1][2], laid[0][2]
    return None


def grid(windows: Iterable[Window], *, first: int = 7, last: int = 21) -> list[tuple[time, list[bool]]]:
    """The week as half hours from `first` to `last` o'clock: (hour, which of the seven days are open then)."""
    spans = [_minutes(window) for window in windows]
    nights = any((until - 1) // 1440 > since // 1440 for since, until in spans)
    low = 0 if nights else min([first * 60, *(since % 1440 for since, _ in spans)])
    high = 1440 if nights else max([last * 60, *((until - 1) % 1440 + 1 for _, until in spans)])
    rows = []
    for minute in range(low - low % 30, high, 30):
        days = []
        for day in range(7):
            at = day * 1440 + minute
            days.append(any(since < moment + 30 and moment < until for since, until in spans
                            for moment in (at, at + 7 * 1440)))  # fmt: skip
        rows.append((time(minute // 60, minute % 60), days))
    return rows


def week_of(session: Session, *, unit_id: UUID, professional_id: UUID, on: date) -> list[Window]:
    """The windows in force on a day's week."""
    rows = session.execute(
        text(
            "SELECT DISTINCT weekday, starts, ends, modes FROM agenda_pattern WHERE unit_id = :unit "
            "AND professional_id = :professional AND valid_from <= :on AND (valid_until IS NULL OR valid_until >= :on)"
        ),
        {"unit": unit_id, "professional": professional_id, "on": on},
    )
    return sorted(
        (Window(row.weekday, row.starts, row.ends, tuple(row.modes) if row.modes else None) for row in rows),
        key=lambda window: (window.weekday, window.starts),
    )


def outside(
    session: Session, *, unit_id: UUID, professional_id: UUID, windows: Sequence[Window], from_day: date
) -> list[Appointment]:
    """Booked appointments from a day on that a week like this would leave out of hours."""
    ids = session.execute(
        text(
            "SELECT id, lower(during) AS starts_at, upper(during) AS ends_at FROM appointment "
            "WHERE state = 'booked' AND professional_id = :professional AND unit_id = :unit "
            "AND lower(during) >= :since "
            "ORDER BY lower(during)"
        ),
        {"professional": professional_id, "unit": unit_id, "since": wall.whole_day(from_day)[0]},
    ).all()
    patterns = [Pattern(one.weekday, one.starts, one.ends, from_day) for one in windows]
    found = []
    for row in ids:
        day = row.starts_at.astimezone(clock.MADRID).date()
        opened = slots.openings(patterns, [], [], first=day - wall.DAY, last=day)
        if not any(one.starts_at <= row.starts_at and row.ends_at <= one.ends_at for one in opened):
            found.append(reading.one(session, row.id))
    return [one for one in found if one]


def set_week(
    unit: Unit, *, unit_id: UUID, professional_id: UUID, windows: Sequence[Window], from_day: date
) -> list[Appointment]:
    """Give a professional a new week from a day on; the appointments it leaves out of hours, all still standing.

    Raises Invalid for windows that overlap or a day in the past.
    """
    if from_day < clock.today():
        raise Invalid(fields={"from_day": _l("El cambio empieza hoy o más tarde.")})
    if clash := overlapping(windows):
        message = _l("Dos turnos se pisan: %(one)s y %(other)s.", one=clash[0].words, other=clash[1].words)
        raise Invalid(message, fields={f"day_{clash[1].weekday}": message})
    values = {"unit": unit_id, "professional": professional_id, "day": from_day, "before": from_day - timedelta(days=1)}
    unit.session.execute(
        text("DELETE FROM agenda_pattern WHERE unit_id = :unit AND professional_id = :professional "
             "AND valid_from >= :day"), values,
    )  # fmt: skip
    unit.session.execute(
        text("UPDATE agenda_pattern SET valid_until = :before WHERE unit_id = :unit "
             "AND professional_id = :professional AND valid_from < :day "
             "AND (valid_until IS NULL OR valid_until >= :day)"), values,
    )  # fmt: skip
    for window in windows:
        unit.session.execute(
            text(
                "INSERT INTO agenda_pattern (id, professional_id, unit_id, weekday, starts, ends, valid_from, modes, "
                "created_at, created_by) VALUES (:id, :professional, :unit, :weekday, :starts, :ends, :day, :modes, "
                ":now, :by)"
            ),
            values
            | {
                "id": new_id(),
                "weekday": window.weekday,
                "starts": window.starts,
                "ends": window.ends,
                "modes": list(window.modes) if window.modes else None,
                "now": clock.now(),
                "by": f"{unit.actor.kind}:{unit.actor.id}",
            },
        )
    return outside(unit.session, unit_id=unit_id, professional_id=professional_id, windows=windows, from_day=from_day)


def add_extra(
    unit: Unit, *, unit_id: UUID, professional_id: UUID, day: date, starts: time, ends: time, note: str | None = None
) -> UUID:
    """Open hours on one day, holidays included. The exception's identifier."""
    made = new_id()
    unit.session.execute(
        text(
            "INSERT INTO agenda_exception (id, unit_id, professional_id, kind, first_day, last_day, starts, ends, "
            "note, created_by) VALUES (:id, :unit, :professional, 'extra', :day, :day, :starts, :ends, :note, :by)"
        ),
        {
            "id": made,
            "unit": unit_id,
            "professional": professional_id,
            "day": day,
            "starts": starts,
            "ends": ends,
            "note": note,
            "by": f"{unit.actor.kind}:{unit.actor.id}",
        },
    )
    return made


@dataclass(frozen=True, slots=True)
class Noted:
    """A line of an agenda's history, to be read."""

    what: str
    before: dict | None
    after: dict | None
    changed_at: datetime
    changed_by: str


def history(session: Session, *, unit_id: UUID, professional_id: UUID | None = None, limit: int = 50) -> list[Noted]:
    """The latest changes of a centre's agendas, or of one professional's."""
    rows = session.execute(
        text(
            "SELECT what, before, after, changed_at, changed_by FROM agenda_history WHERE unit_id = :unit "
            "AND (CAST(:professional AS uuid) IS NULL OR professional_id = :professional) ORDER BY id DESC LIMIT :limit"
        ),
        {"unit": unit_id, "professional": professional_id, "limit": limit},
    )
    return [Noted(*row) for row in rows]
