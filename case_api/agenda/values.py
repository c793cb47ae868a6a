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
PRIORITIES: dict[str, Any] = {
    "emergency": _l("Urgente: 24 horas"),
    "priority": _l("Prioritaria: 5 días"),
    "ordinary": _l("Ordinaria: 15 días"),
}
SOURCES: dict[str, Any] = {
    "portal": _l("Por la web"),
    "desk": _l("En el mostrador"),
    "phone": _l("Por teléfono"),
    "line010": _l("Por el 010"),
    "third_party": _l("Por otra entidad"),
    "peer": _l("Por la cita previa municipal"),
    "link": _l("Con un enlace"),
    "waiting": _l("De la lista de espera"),
    "moved": _l("Recolocada por el centro"),
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
    """Why somebody comes. `online`: the person may book it, `peer`: another system may. `discreet`: no message or
    calendar says what it is. `places` over 1: a group that meets at dates of its own. `pair`: two professionals.
    """

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
    places: int = 1
    pair: bool = False
    peer: bool = True
    priority: str = "ordinary"
    active: bool = True


@dataclass(frozen=True, slots=True)
class Slot:
    """Time that is free: what may be booked now. `starts_at` is UTC; `modes` are the ways it can be held."""

    starts_at: datetime
    minutes: int
    unit_id: UUID
    professional_id: UUID
    professional: str
    modes: tuple[str, ...]
    second_professional_id: UUID | None = None
    session_id: UUID | None = None
    places_left: int | None = None

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody without a record who books: a contact, what they want to be called, and the address that they hold."""

    contact_id: UUID
    name: str | None
    reach: str


@dataclass(frozen=True, slots=True)
class Appointment:
    """An appointment as its person or the desk sees it (N1). `professional` is a given name, `centre` a unit's name.

    `person_id` None: it is a guest's, a contact without a record (`guest`). `represented_by`: who booked it in the
    person's name.
    """

    id: UUID
    person_id: UUID | None
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
    source: str = "portal"
    chosen: bool = False
    arrived_at: datetime | None = None
    called_at: datetime | None = None
    confirmed_at: datetime | None = None
    to_call_why: str | None = None
    due_at: datetime | None = None
    priority: str | None = None
    request_id: UUID | None = None
    second_professional: str | None = None
    note: str | None = None
    guest: Guest | None = None
    represented_by: str | None = None

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def version(self) -> str:
        """Changes whenever the appointment does: the body of its ETag."""
        return f"{self.sequence}-{self.state}"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that happened to an appointment: booked, moved, cancelled, attended, no_show; or to whoever came to it:
    arrived, arrival_undone, called.
    """

    what: str
    starts_at: datetime
    professional: str
    changed_at: datetime
    changed_by: str
    why: str | None
