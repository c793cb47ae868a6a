"""What the agenda hands out: plain, frozen, complete."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from flask_babel import lazy_gettext as _l

Mode = Literal["in_person", "phone", "video", "home"]
State = Literal["booked", "cancelled", "attended", "no_show"]

MODES: dict[str, Any] = {
    "in_person": _l("En el centro"),
    "phone": _l("Por teléfono"),
    "video": _l("Por videollamada"),
    "home": _l("En su casa"),
}
STATES: dict[str, Any] = {
    "booked": _l("Confirmada"),
    "cancelled": _l("Anulada"),
    "attended": _l("Celebrada"),
    "no_show": _l("No se celebró"),
}
# Words for the reasons that every install starts with; one added later shows the name its administrator wrote.
REASONS: dict[str, Any] = {
    "first_interview": _l("Primera entrevista con trabajo social"),
    "follow_up": _l("Seguimiento con su trabajadora social"),
    "information": _l("Información y orientación"),
    "paperwork": _l("Ayuda con un trámite"),
    "home_visit": _l("Visita a su casa"),
    "family_support": _l("Entrevista personal"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody comes. `online`: the person may book it. `discreet`: no message or calendar says what it is."""

    key: str
    name: Any
    minutes: int
    step_minutes: int
    buffer_minutes: int
    notice_minutes: int
    horizon_days: int
    modes: tuple[str, ...]
    discreet: bool
    online: bool


@dataclass(frozen=True, slots=True)
class Slot:
    """Time that is free: what may be booked now. `starts_at` is UTC; `modes` are the ways it can be held."""

    starts_at: datetime
    minutes: int
    unit_id: UUID
    professional_id: UUID
    professional: str
    modes: tuple[str, ...]

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class Appointment:
    """An appointment as its person or the desk sees it (N1). `professional` is a given name, `centre` a unit's name."""

    id: UUID
    person_id: UUID
    unit_id: UUID
    centre: str
    address: str | None
    professional_id: UUID
    professional: str
    room: str | None
    reason: str
    reason_name: Any
    discreet: bool
    starts_at: datetime
    minutes: int
    mode: Mode
    state: State
    sequence: int
    uid: str

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def version(self) -> str:
        """Changes whenever the appointment does: the body of its ETag."""
        return f"{self.sequence}-{self.state}"
