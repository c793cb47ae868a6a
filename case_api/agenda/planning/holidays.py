"""The year's holidays: of the state, the region, the city and each centre. Somebody confirms each year's table.

Adding one never deletes an appointment: it answers with those in the way, and staff place them anew.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from dateutil.easter import easter
from flask_babel import lazy_gettext as _l
from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.agenda import reading, wall
from case_api.agenda.planning import recounting
from case_api.agenda.planning.weekly import Noted
from case_api.agenda.values import Appointment
from case_api.db import Unit
from case_api.db.violations import violation
from case_api.errors import Conflict, Invalid, NotFound

violation("uq_holiday_day", lambda: Conflict(_l("Ese día ya está en la tabla.")))
# RD 2001/1983 art. 45 and 46: fourteen a year, two of them local.
A_YEAR = 14
SCOPES = {
    "national": _l("De todo el Estado"),
    "region": _l("De la Comunidad"),
    "city": _l("De la ciudad"),
    "centre": _l("De este centro"),
}
# What a day stands on that the official calendar has: none of these is taken away here.
NORMS = {
    "national": _l("Real Decreto 2001/1983, artículo 45"),
    "region": _l("Decreto de fiestas laborales de la Comunidad"),
    "city": _l("Fiestas locales que acuerda el Pleno"),
}
STATE_DAYS = (
    (1, 1, "Año Nuevo"), (1, 6, "Epifanía del Señor"), (5, 1, "Fiesta del Trabajo"),
    (8, 15, "Asunción de la Virgen"), (10, 12, "Fiesta Nacional de España"), (11, 1, "Todos los Santos"),
    (12, 6, "Día de la Constitución Española"), (12, 8, "Inmaculada Concepción"), (12, 25, "Natividad del Señor"),
)  # fmt: skip
CITY_DAYS = ((5, 15, "San Isidro"), (11, 9, "Nuestra Señora de la Almudena"))


@dataclass(frozen=True, slots=True)
class Holiday:
    day: date
    scope: str
    name: str
    confirmed: bool
    unit_id: UUID | None


def of_year(session: Session, year: int, *, unit_id: UUID | None = None) -> list[Holiday]:
    """A year's holidays, the whole city's and the centre's, in order."""
    rows = session.execute(
        text(
            "SELECT day, scope, name, confirmed, unit_id FROM holiday WHERE extract(year FROM day) = :year "
            "AND (unit_id IS NULL OR unit_id = :unit) ORDER BY day, scope"
        ),
        {"year": year, "unit": unit_id},
    )
    return [Holiday(*row) for row in rows]


def unconfirmed(session: Session) -> list[int]:
    """Of this year and the next, those whose table nobody has confirmed: a warning for whoever plans."""
    this = clock.today().year
    known = set(
        session.execute(
            text("SELECT year FROM holiday_year WHERE unit_id IS NULL AND year BETWEEN :this AND :this + 1"),
            {"this": this},
        ).scalars()
    )
    return [year for year in (this, this + 1) if year not in known]


def in_the_way(session: Session, day: date, *, unit_id: UUID | None = None) -> list[Appointment]:
    """Booked appointments of a local day, of a centre or of the whole city."""
    since, until = wall.whole_day(day)
    ids = session.execute(
        text(
            "SELECT id FROM appointment WHERE state = 'booked' AND during && tstzrange(:since, :until) "
            "AND (CAST(:unit AS uuid) IS NULL OR unit_id = :unit) ORDER BY lower(during), id"
        ),
        {"since": since, "until": until, "unit": unit_id},
    ).scalars()
    return [found for one in ids.all() if (found := reading.one(session, one))]


def add(unit: Unit, *, day: date, name: str, scope: str, unit_id: UUID | None = None) -> list[Appointment]:
    """Add a holiday, unconfirmed; the appointments in its way, all still standing. The keeper counts anew the deadlines
    that run across it. Raises Conflict, Invalid.
    """
    name = " ".join(name.split())
    if not name or len(name) > 120:
        raise Invalid(fields={"name": _l("Escriba cómo se llama la fiesta, en pocas palabras.")})
    if scope not in SCOPES or (scope == "centre") != (unit_id is not None):
        raise Invalid(fields={"scope": _l("Elija una opción de la lista.")})
    if not clock.today().year - 1 <= day.year <= clock.today().year + 3:
        raise Invalid(fields={"day": _l("Elija un día de este año o de los próximos.")})
    with unit.savepoint():
        unit.session.execute(
            text("INSERT INTO holiday (day, scope, unit_id, name) VALUES (:day, :scope, :unit, :name)"),
            {"day": day, "scope": scope, "unit": unit_id, "name": name},
        )
    recounting.changed(unit, day=day, unit_id=unit_id, added=True)
    return in_the_way(unit.session, day, unit_id=unit_id)


def one(session: Session, *, day: date, unit_id: UUID | None = None) -> Holiday:
    """One holiday, of a centre or (without one) of all. Raises NotFound."""
    row = session.execute(
        text(
            "SELECT day, scope, name, confirmed, unit_id FROM holiday "
            "WHERE day = :day AND unit_id IS NOT DISTINCT FROM CAST(:unit AS uuid)"
        ),
        {"day": day, "unit": unit_id},
    ).first()
    if row is None:
        raise NotFound()
    return Holiday(*row)


def norm_of(holiday: Holiday) -> str | None:
    """The norm by which the official calendar has this day, in words; None for one that a centre put in by itself, or
    that somebody wrote into the whole city's table and nobody has confirmed.
    """
    if holiday.unit_id is not None:
        return None
    likely = {(day, scope) for day, scope, _name in _likely(holiday.day.year)}
    # RD 2001/1983 art. 45.3: one that falls on a Sunday goes to the Monday after it.
    moved = holiday.day.weekday() == 0 and holiday.day - timedelta(days=1) in {day for day, _scope in likely}
    official = holiday.confirmed or (holiday.day, holiday.scope) in likely or (moved and holiday.scope != "city")
    return NORMS[holiday.scope] if official else None


def can_go(holiday: Holiday) -> bool:
    """Whether it may be taken away: put in by mistake, and still to come."""
    return holiday.day > clock.today() and norm_of(holiday) is None


def remove(unit: Unit, *, day: date, unit_id: UUID | None = None) -> None:
    """Take away a holiday put in by mistake; the history keeps it, and the keeper counts anew the deadlines that ran
    across it. Raises NotFound, and Conflict for one that has come already or that a norm put there.
    """
    found = one(unit.session, day=day, unit_id=unit_id)
    if norm_of(found):
        raise Conflict(_l("Este día está en el calendario oficial, así que no se puede quitar."))
    if not can_go(found):
        raise Conflict(_l("Ese día ya ha llegado: los plazos lo han contado como festivo y no se puede quitar."))
    gone = unit.session.execute(
        text("DELETE FROM holiday WHERE day = :day AND unit_id IS NOT DISTINCT FROM CAST(:unit AS uuid) RETURNING day"),
        {"day": day, "unit": unit_id},
    ).first()
    if gone is None:  # somebody else has just done it
        raise NotFound()
    recounting.changed(unit, day=day, unit_id=unit_id, added=False)


def history(session: Session, *, year: int, unit_id: UUID) -> list[Noted]:
    """What happened to a year's table, the city's and the centre's, the latest first. Confirming a year
    changes no day and is not told here.
    """
    rows = session.execute(
        text(
            "SELECT what, before, after, changed_at, changed_by FROM agenda_history WHERE what = 'holiday' "
            "AND (unit_id IS NULL OR unit_id = :unit) AND (before IS NULL OR after IS NULL) "
            "AND left(coalesce(after, before)->>'day', 4) = :year ORDER BY id DESC LIMIT 50"
        ),
        {"unit": unit_id, "year": str(year)},
    )
    return [Noted(*row) for row in rows]


def confirm(unit: Unit, *, year: int) -> list[Appointment]:
    """Confirm the city's table of a year; the appointments on its days, to be placed anew.

    Raises Conflict when it has not its fourteen days: the official calendar has, and one is missing or too many.
    """
    days = [one for one in of_year(unit.session, year) if one.unit_id is None]
    if len(days) != A_YEAR:
        raise Conflict(
            _l("La tabla tiene %(count)s fiestas y el calendario oficial tiene %(right)s. Compruébela antes.",
               count=len(days), right=A_YEAR)
        )  # fmt: skip
    unit.session.execute(
        text("UPDATE holiday SET confirmed = true WHERE extract(year FROM day) = :year AND unit_id IS NULL"),
        {"year": year},
    )
    unit.session.execute(
        text(
            "INSERT INTO holiday_year (year, confirmed_at, confirmed_by) VALUES (:year, :now, :by) "
            "ON CONFLICT ON CONSTRAINT uq_holiday_year_year DO NOTHING"
        ),
        {"year": year, "now": clock.now(), "by": f"{unit.actor.kind}:{unit.actor.id}"},
    )
    coming = [one.day for one in days if one.day >= clock.today()]
    return [found for day in coming for found in in_the_way(unit.session, day)]


def suggested(year: int) -> list[tuple[date, str, str]]:
    """What a year most likely brings, as (day, scope, name): fixed days, Easter's and the city's own two.

    One that falls on a Sunday is left out: the region moves it or loses it, and its decree says which.
    """
    return sorted(one for one in _likely(year) if one[0].weekday() != 6)


def _likely(year: int) -> list[tuple[date, str, str]]:
    good_friday = easter(year) - timedelta(days=2)
    return [
        *((date(year, month, day), "national", name) for month, day, name in STATE_DAYS),
        (good_friday - timedelta(days=1), "region", "Jueves Santo"),
        (good_friday, "national", "Viernes Santo"),
        (date(year, 5, 2), "region", "Fiesta de la Comunidad de Madrid"),
        *((date(year, month, day), "city", name) for month, day, name in CITY_DAYS),
    ]


def suggest(unit: Unit, *, year: int) -> int:
    """Fill a year's table with what is likely, unconfirmed, leaving what is there; how many days were new."""
    made = 0
    for day, scope, name in suggested(year):
        new = unit.session.execute(
            text(
                "INSERT INTO holiday (day, scope, name) VALUES (:day, :scope, :name) "
                "ON CONFLICT ON CONSTRAINT uq_holiday_day DO NOTHING RETURNING 1"
            ),
            {"day": day, "scope": scope, "name": name},
        ).scalar()
        if new:
            recounting.changed(unit, day=day, unit_id=None, added=True)
            made += 1
    return made
