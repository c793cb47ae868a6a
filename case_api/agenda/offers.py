"""What is free: slots of a unit, and the next ones after a moment."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text

from case_api import clock
from case_api.agenda import board, groups, reasons, wall
from case_api.agenda.values import Reason, Slot
from case_api.db import Unit
from case_api.errors import Invalid

LONGEST_SPAN = 62
_STRIDE = 14


def free_slots(
    unit: Unit,
    *,
    unit_id: UUID,
    reason: str,
    from_day: date,
    to_day: date,
    professional_id: UUID | None = None,
    mode: str | None = None,
) -> list[Slot]:
    """The free slots of a unit on the local days from_day..to_day (both included, at most 62), by time.

    `unit_id` is the centre, `mode` one of the reason's. Raises Invalid for an unknown reason, a mode the reason does
    not have, or a span that is reversed or too long. An unknown unit or professional simply has nothing free.
    """
    found = reasons.one(unit, reason)
    reasons.check_mode(found, mode)
    if not from_day <= to_day <= from_day + timedelta(days=LONGEST_SPAN - 1):
        message = _l("Elija un periodo de %(days)s días como mucho.", days=LONGEST_SPAN)
        raise Invalid(message, fields={"to_day": message})
    return _between(unit, unit_id, found, from_day, to_day, professional_id, mode)


def _between(
    unit: Unit, unit_id: UUID, reason: Reason, first: date, last: date, professional_id: UUID | None, mode: str | None
) -> list[Slot]:
    first, last = max(first, clock.today()), min(last, clock.today() + timedelta(days=reason.horizon_days))
    if first > last:
        return []
    if reason.places > 1:
        return groups.open_dates(
            unit.session, unit_id=unit_id, reason=reason, first=first, last=last, professional_id=professional_id,
            mode=mode,
        )  # fmt: skip
    # Slots after midnight belong to the shift of the day before.
    loaded = board.load(
        unit.session,
        unit_id=unit_id,
        reason=reason,
        first=first - wall.DAY,
        last=last,
        # Whoever is chosen of a pair, the other one may be anybody.
        professional_id=None if reason.pair else professional_id,
    )
    since, until = wall.whole_day(first)[0], wall.whole_day(last)[1]
    kept = [slot for slot in loaded.free(mode=mode) if since <= slot.starts_at < until]
    if reason.pair and professional_id is not None:
        kept = [slot for slot in kept if slot.professional_id == professional_id]
    return sorted(kept, key=lambda slot: slot.starts_at)


def next_free(
    unit: Unit,
    *,
    unit_id: UUID,
    reason: str,
    professional_id: UUID | None = None,
    mode: str | None = None,
    after: datetime | None = None,
    count: int = 1,
    at_once: bool = False,
) -> list[Slot]:
    """The next free slots of a unit that start at or after an instant (now unless told), at most `count`.

    Looks as far as the reason's horizon; `at_once`: in an emergency no notice counts. Raises Invalid as `free_slots`
    does.
    """
    found = reasons.one(unit, reason)
    if at_once:
        found = replace(found, notice_minutes=0)
    reasons.check_mode(found, mode)
    after = max(after or clock.now(), clock.now())
    day = after.astimezone(clock.MADRID).date()
    horizon = clock.today() + timedelta(days=found.horizon_days)
    result: list[Slot] = []
    while day <= horizon and len(result) < count:
        last = min(day + timedelta(days=_STRIDE - 1), horizon)
        new = _between(unit, unit_id, found, day, last, professional_id, mode)
        result += [slot for slot in new if slot.starts_at >= after]
        day = last + wall.DAY
    return result[:count]


def alternatives(
    unit: Unit,
    *,
    person_id: UUID | None,
    unit_id: UUID,
    reason: str,
    mode: str | None,
    professional_id: UUID | None,
    near: datetime,
    each: int = 3,
) -> tuple[Slot, ...]:
    """What may be booked instead: the same professional's next free slots, then the other professionals'.

    Begins with the local day of `near`; leaves out what overlaps the person's own appointments that the actor sees.
    """
    taken = unit.session.execute(
        text(
            "SELECT lower(during), upper(during) FROM appointment "
            "WHERE person_id = :person AND state = 'booked' AND upper(during) > :now"
        ),
        {"person": person_id, "now": clock.now()},
    ).all()
    since = wall.whole_day(near.astimezone(clock.MADRID).date())[0]

    def suits(slot: Slot) -> bool:
        return not any(slot.starts_at < end and slot.ends_at > start for start, end in taken)

    wide = next_free(unit, unit_id=unit_id, reason=reason, mode=mode, after=since, count=200)
    others = [slot for slot in wide if slot.professional_id != professional_id and suits(slot)]
    same: list[Slot] = []
    if professional_id is not None:
        same = next_free(
            unit,
            unit_id=unit_id,
            reason=reason,
            mode=mode,
            after=since,
            professional_id=professional_id,
            count=each + len(taken) * 8,
        )
    chosen = [slot for slot in same if suits(slot)][:each]
    times = {slot.starts_at for slot in chosen}
    for slot in others:
        if len(chosen) >= 2 * each:
            break
        if slot.starts_at not in times:
            times.add(slot.starts_at)
            chosen.append(slot)
    return tuple(chosen)
