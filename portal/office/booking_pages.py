"""The questions of a booking, one a page: what for, where and how, when. The same for who has logged in and for who has
not; `page` says where each page leads and what is different."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask_babel import gettext as _

from case_api import clock, directory
from case_api.agenda.values import MODES, Appointment, Reason
from case_api.db import current_unit
from case_api.households.representation import Folder
from portal.look.dates import by_day
from portal.office import words
from portal.office.choice import WEEK, Choice, monday, weeks
from portal.office.forms import PlaceForm, ReasonForm, WithWhomForm


@dataclass(frozen=True, slots=True)
class Way:
    """Where the questions are asked (endpoints), and for whom: a guest has no folder, no waiting list and no centre.
    `folder` is that of somebody in whose name it is asked."""

    start: str = "office.new_appointment"
    confirm: str = "office.confirm_appointment"
    guest: bool = False
    folder: Folder | None = None

    @property
    def waits(self) -> bool:
        """Whether one may be put on the waiting list this way."""
        return not self.guest and self.folder is None

    def to_start(self, **query: Any) -> str:
        """The address of the questions, with what was chosen."""
        return url_for(self.start, **self._whose, **query)

    def to_confirm(self, **query: Any) -> str:
        """The address of the last page."""
        return url_for(self.confirm, **self._whose, **query)

    @property
    def _whose(self) -> dict[str, UUID]:
        return {"person_id": self.folder.person_id} if self.folder else {}


OWN = Way()


def ask_reason(reasons: list[Reason], way: Way = OWN):
    """What for."""
    form = ReasonForm(request.args)
    form.motivo.choices = [
        (one.key, one.name, {"hint": _("Dura unos %(minutes)s minutos.", minutes=one.minutes)}) for one in reasons
    ]
    status = 422 if request.args.get("paso") == "motivo" and not form.validate() else 200
    return render_template("pages/office/booking_reason.html", form=form, reasons=reasons, way=way), status


def ask_place(
    reason: Reason, centres: list[directory.Centre], *, home: UUID | None = None, way: Way = OWN,
    left_out: Sequence[str] = (),
):  # fmt: skip
    """Where and how; `home` is the person's own centre, `left_out` the ways that are not had this way."""
    form = PlaceForm(request.args)
    form.centro.choices = [
        ("", _("Elija un centro")),
        *((str(one.id), _("%(district)s: %(name)s", district=one.district, name=one.name)) for one in centres),
    ]
    form.modo.choices = [(mode, MODES[mode]) for mode in reason.modes]
    if not form.centro.data and home:
        form.centro.data = str(home)
    if not form.modo.data and len(reason.modes) == 1:
        form.modo.data = reason.modes[0]
    status = 422 if request.args.get("paso") == "lugar" and not form.validate() else 200
    page = render_template(
        "pages/office/booking_place.html", form=form, reason=reason, home=home, way=way, left_out=left_out
    )
    return page, status


def ask_time(door: Any, reason: Reason, choice: Choice, *, moved: Appointment | None = None, way: Way = OWN):
    """When: the first hour, what other centres have in time, and the hours of a week."""
    professionals = [] if way.guest else directory.professionals_of(current_unit().session, choice.centre)
    asked = {"unit_id": choice.centre, "reason": reason.key, "mode": choice.mode}
    if choice.professional not in {one.id for one in professionals}:
        choice = replace(choice, professional=None)
    first = door.next_free(**asked, professional_id=choice.professional, count=1)
    week = choice.week or monday(first[0].starts_at.astimezone(clock.MADRID).date() if first else clock.today())
    slots = door.free_slots(
        **asked, from_day=week, to_day=week + WEEK - timedelta(days=1), professional_id=choice.professional
    )
    earlier, later = weeks(week, horizon_days=reason.horizon_days)
    with_whom = WithWhomForm(data=choice.query())
    with_whom.con.choices = [("", _("Quien antes pueda")), *((str(one.id), one.given_name) for one in professionals)]
    with_whom.con.data = str(choice.professional or "")
    return render_template(
        "pages/office/booking_time.html",
        reason=reason,
        choice=choice,
        centre=directory.centre(current_unit().session, choice.centre),
        mode=MODES[choice.mode],
        days=words.few(by_day(one_a_time(slots)), whole=choice.day),
        first=first[0] if first else None,
        offer=None if moved or choice.professional else _deadline(door, reason, choice),
        centres={one.id: one for one in directory.centres(current_unit().session)},
        week=week,
        earlier=earlier,
        later=later,
        with_whom=with_whom,
        moved=moved,
        words=words,
        way=way,
    )


def _deadline(door: Any, reason: Reason, choice: Choice):
    """Until when it should be, and what other centres have when this one comes later."""
    centre = directory.centre(current_unit().session, choice.centre)
    return door.offer_in_time(
        unit_id=choice.centre, reason=reason.key, mode=choice.mode, district=centre.district if centre else None
    )


def one_a_time(slots):
    """One line a start: who holds it is told at the next page, and the first who is free will do."""
    seen = set()
    return [slot for slot in slots if not (slot.starts_at in seen or seen.add(slot.starts_at))]


def taken(conflict: Any, choice: Choice, way: Way = OWN) -> str:
    """Somebody was first: what may be chosen instead, with everything else as it was."""
    return render_template(
        "pages/office/booking_taken.html",
        message=conflict.message,
        choice=choice,
        words=words,
        way=way,
        days=by_day(sorted(one_a_time(conflict.alternatives), key=lambda slot: slot.starts_at)),
    )
