"""Planning: the week of a professional, absences and closures with their dry run, holidays, what is owed, the feed."""

from datetime import date, timedelta
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from case_api import clock, directory
from case_api.access.purposes import Purpose
from case_api.agenda.following import feed
from case_api.agenda.planning import closing, fairness, holidays, weekly
from case_api.agenda.planning.closing import Away
from case_api.db import current_unit
from case_api.errors import Conflict, Invalid, NotFound
from case_api.settings import settings
from portal.look.csrf import form_view
from portal.office.choice import uuid_or_none
from portal.staff.appointments.frame import PLANNERS, only
from portal.staff.planning_forms import DAYS, AwayForm, HolidayForm, WeekForm
from portal.staff.room import actor, blueprint, me, my_unit, staff_door


def _whose(asked: str | None) -> directory.Professional:
    """The professional whose agenda is planned: one's own, or anybody's of the centre for who coordinates it."""
    found = directory.professional(current_unit().session, uuid_or_none(asked) or me())
    if found is None or found.unit_id != my_unit() or (found.id != me() and actor().role not in PLANNERS):
        raise NotFound()
    return found


def _team() -> list[directory.Professional]:
    team = directory.professionals_of(current_unit().session, my_unit())
    return team if actor().role in PLANNERS else [one for one in team if one.id == me()]


@blueprint.route("/agenda/semana", methods=["GET", "POST"])
@form_view
def week():
    """The weekly hours of a professional: as a table and as plain words, one box a day."""
    session, who = current_unit().session, _whose(request.values.get("quien"))
    today = clock.today()
    now = weekly.week_of(session, unit_id=my_unit(), professional_id=who.id, on=today)
    form = WeekForm(data={f"day_{n}": ", ".join(w.words for w in now if w.weekday == n) for n in range(7)})
    form.quien.data = str(who.id)
    left, status = [], 200
    windows = now
    if form.is_submitted():
        windows, status = form.windows(), 422
        from_day = form.from_day.data or today
        if form.validate() and not form.errors:
            asked = {"unit_id": my_unit(), "professional_id": who.id, "windows": windows, "from_day": from_day}
            if "probar" in request.form:
                left, status = weekly.outside(session, **asked), 200
                if clash := weekly.overlapping(windows):
                    form.add_fields({f"day_{clash[1].weekday}": _("Estos dos turnos se pisan.")})
                    status = 422
            else:
                try:
                    left = weekly.set_week(current_unit(), **asked)
                except Invalid as error:
                    form.refuse(error)
                else:
                    flash(_("Guardado. Vale desde el día que ha puesto."), "success")
                    if left:
                        flash(_("Hay citas fuera de las nuevas horas. Siguen en pie: recolóquelas."), "warning")
                    return redirect(url_for("staff.week", quien=who.id), code=303)
    page = render_template(
        "pages/staff/week.html", form=form, who=who, team=_team(), rows=weekly.grid(windows), days=DAYS, left=left,
        modes=weekly.MODES,
        history=weekly.history(session, unit_id=my_unit(), professional_id=who.id, limit=20),
        has_feed=feed.has_feed(session, professional_id=who.id), mine=who.id == me(),
    )  # fmt: skip
    return page, status


def _away(form: AwayForm) -> Away:
    whole = form.quien.data == "centro"
    if whole and actor().role not in PLANNERS:
        raise NotFound()
    who = None if whole else _whose(form.quien.data)
    return Away(
        my_unit(), form.first_day.data, form.last_day.data or form.first_day.data, who.id if who else None,
        form.starts.data, form.ends.data, form.note.data or None,
    )  # fmt: skip


@blueprint.route("/agenda/ausencia", methods=["GET", "POST"])
@form_view
def away():
    """An absence or a closure: first what would happen to each appointment, then a second button that does it."""
    form = AwayForm()
    form.quien.choices = [(str(one.id), one.name) for one in _team()]
    if actor().role in PLANNERS:
        form.quien.choices.append(("centro", _("Todo el centro")))
    steps, done, status = None, False, 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                asked = _away(form)
                done = "hacer" in request.form
                steps = closing.carry_out(current_unit(), asked) if done else closing.plan(current_unit(), asked)
                status = 200
            except Invalid as error:
                form.refuse(error)
    names = {}
    if steps:
        concerned = [one for step in steps for one in ([step.appointment] if step.appointment else step.people)]
        people = [one.person_id for one in concerned if one.person_id]
        names = staff_door(Purpose.BOOK_APPOINTMENT, handling=people).names(people)
    centres = {one.id: one.name for one in directory.centres(current_unit().session)}
    stand_ins = {one.id: one.name for one in directory.professionals_of(current_unit().session, my_unit())}
    page = render_template(
        "pages/staff/away.html", form=form, steps=steps, done=done, names=names, centres=centres, stand_ins=stand_ins
    )  # fmt: skip
    return page, status


@blueprint.route("/agenda/festivos", methods=["GET", "POST"])
@form_view
def holidays_page():
    """The year's holidays; adding one lists the appointments in the way."""
    session = current_unit().session
    try:
        year = int(request.values.get("anyo", clock.today().year))
    except ValueError:
        year = clock.today().year
    year = year if abs(year - clock.today().year) <= 3 else clock.today().year
    form, in_the_way, status = HolidayForm(), None, 200
    if form.is_submitted():
        if actor().role not in PLANNERS:
            raise NotFound()
        status = 422
        if form.validate():
            scope = form.scope.data
            try:
                in_the_way = holidays.add(
                    current_unit(), day=form.day.data, name=form.name.data, scope=scope,
                    unit_id=my_unit() if scope == "centre" else None,
                )  # fmt: skip
                year, status = form.day.data.year, 200
                flash(_("Añadido. No se ha anulado ninguna cita. Los plazos se cuentan otra vez."), "success")
            except (Invalid, Conflict) as error:
                form.refuse(error)
    mine = [one for one in in_the_way or [] if one.unit_id == my_unit()]
    page = render_template(
        "pages/staff/holidays.html", form=form, year=year, days=holidays.of_year(session, year, unit_id=my_unit()),
        missing=holidays.unconfirmed(session), scopes=holidays.SCOPES, in_the_way=mine if in_the_way else None,
        elsewhere=len(in_the_way or []) - len(mine), may=actor().role in PLANNERS, norm_of=holidays.norm_of,
        can_go=holidays.can_go, day_of=date.fromisoformat,
        history=holidays.history(session, year=year, unit_id=my_unit()),
    )  # fmt: skip
    return page, status


@blueprint.route("/agenda/festivos/<any(centro, ciudad):whose>/<day>/quitar", methods=["GET", "POST"])
def remove_holiday(whose: str, day: str):
    """Take away a holiday put in by mistake: what it is, what happens then, and the button."""
    only(PLANNERS)
    unit_id = my_unit() if whose == "centro" else None
    found = holidays.one(current_unit().session, day=_day_of(day), unit_id=unit_id)
    if request.method == "POST":
        try:
            holidays.remove(current_unit(), day=found.day, unit_id=unit_id)
        except Conflict as conflict:
            flash(conflict.message, "warning")
        else:
            flash(_("Quitado. Los plazos que pasaban por ese día se cuentan otra vez."), "success")
        return redirect(url_for("staff.holidays_page", anyo=found.day.year), code=303)
    may = holidays.can_go(found)
    page = render_template(
        "pages/staff/holiday_remove.html", one=found, may=may, norm=holidays.norm_of(found), scopes=holidays.SCOPES,
        whose=whose,
    )  # fmt: skip
    return page, 200 if may else 409


def _day_of(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound() from None


@blueprint.post("/agenda/festivos/<int:year>/<any(confirmar, proponer):what>")
def confirm_holidays(year: int, what: str):
    """Confirm a year's table, or fill it with what is likely."""
    if actor().role not in PLANNERS or abs(year - clock.today().year) > 3:
        raise NotFound()
    try:
        if what == "confirmar":
            holidays.confirm(current_unit(), year=year)
            flash(_("Confirmado el calendario de %(year)s.", year=str(year)), "success")
        else:
            holidays.suggest(current_unit(), year=year)
            flash(_("Propuesto. Compárelo con el calendario oficial antes de confirmarlo."), "success")
    except Conflict as conflict:
        flash(conflict.message, "warning")
    return redirect(url_for("staff.holidays_page", anyo=year), code=303)


@blueprint.get("/agenda/plazos")
def owed():
    """What is owed and about to be late; who has to be called; how fairly the districts wait."""
    door = staff_door(Purpose.PREPARE_APPOINTMENT)
    requests, calls = door.owed(), door.to_call()
    people = [one.person_id for one in (*requests, *calls)]
    return render_template(
        "pages/staff/owed.html", requests=requests, calls=calls, names=door.names(people),
        districts=fairness.by_district(),
    )  # fmt: skip


@blueprint.post("/agenda/calendario/<any(abrir, cerrar):what>")
def calendar_feed(what: str):
    """Open an address for one's own calendar program, told once; or end it."""
    if what == "cerrar":
        feed.end_feeds(current_unit(), professional_id=me())
        flash(_("Hecho. La dirección ya no funciona."), "success")
        return redirect(url_for("staff.week"), code=303)
    token = feed.open_feed(current_unit(), professional_id=me())
    return render_template("pages/staff/feed.html", address=f"{settings().PUBLIC_URL}/agenda/{token}.ics")


@blueprint.post("/agenda/<uuid:appointment_id>/<any(arrived, called, not_arrived):what>")
def mark_appointment(appointment_id: UUID, what: str):
    """Somebody has arrived, is called in, or is not here after all."""
    try:
        staff_door(Purpose.PREPARE_APPOINTMENT).mark(appointment_id, what)
    except Conflict as conflict:
        flash(conflict.message, "warning")
    else:
        flash(_("Llegada deshecha.") if what == "not_arrived" else _("Anotado."), "success")
    back = {"dia": request.args.get("dia"), "quien": request.args.get("quien"), "vista": request.args.get("vista")}
    return redirect(url_for("staff.agenda", **back), code=303)


@blueprint.post("/agenda/respuestas/<uuid:answer_id>/<any(aceptar, apartar):what>")
def decide_answer(answer_id: UUID, what: str):
    """Confirm what somebody answered to a reminder, or put it aside."""
    try:
        staff_door(Purpose.BOOK_APPOINTMENT).decide_answer(answer_id, accept=what == "aceptar")
        flash(_("Anotado."), "success")
    except Conflict as conflict:
        flash(conflict.message, "warning")
    return redirect(url_for("staff.agenda", dia=request.args.get("dia")), code=303)


def week_days(day: date) -> list[date]:
    """The seven days of a day's week."""
    monday = day - timedelta(days=day.weekday())
    return [monday + timedelta(days=n) for n in range(7)]
