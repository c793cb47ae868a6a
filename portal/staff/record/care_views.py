"""The social history and the plan of a person, at the desk."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from case_api.access.door import Door
from case_api.access.levels import Level
from case_api.care.plan import NewGoal
from case_api.errors import Conflict, Invalid
from portal.look.csrf import form_view
from portal.staff.record.forms import EntryForm, GoalForm, PlanForm, identifier
from portal.staff.record.page import case_door, show
from portal.staff.room import blueprint


@blueprint.route("/personas/<uuid:person_id>/historia", methods=["GET", "POST"])
@form_view
def history(person_id: UUID):
    """Interventions and what is written in them; one entry more."""
    door, form = case_door(), EntryForm()
    found = door.history(person_id)
    form.intervention.choices = [*((str(one.id), one.title) for one in found), ("", _("Una nueva"))]
    if form.validate_on_submit():
        try:
            chosen = identifier(form.intervention.data) or _begin(door, person_id, form.begins.data or "")
            door.write_entry(
                chosen, kind=form.kind.data, title=form.title.data, body=form.body.data or "",
                level=Level(form.level.data), release=form.release.data == "yes",
            )  # fmt: skip
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("Escrito en la historia."), "success")
            return redirect(url_for("staff.history", person_id=person_id), code=303)
    return show("record_history", door, person_id, form, history=found)


@blueprint.route("/personas/<uuid:person_id>/plan", methods=["GET", "POST"])
@form_view
def plan(person_id: UUID):
    """The plan with its goals; a new one when there is none."""
    door, form = case_door(), PlanForm()
    found = door.plan(person_id)
    if form.validate_on_submit():
        try:
            door.draft_plan(
                person_id, title=form.title.data, review_on=form.review_on.data, goals=goals_of(form.goals.data or "")
            )
        except (Invalid, Conflict) as error:
            form.refuse(error)
        else:
            flash(_("Guardado sin firmar: la persona todavía no lo ve."), "success")
            return redirect(url_for("staff.plan", person_id=person_id), code=303)
    goals = [
        (goal, GoalForm(formdata=None, prefix=f"g{goal.ordinal}", state=goal.state))
        for goal in (found.goals if found else ())
    ]
    return show("record_plan", door, person_id, form, plan=found, goals=goals)


@blueprint.post("/personas/<uuid:person_id>/plan/<uuid:plan_id>/firmar")
def sign_plan(person_id: UUID, plan_id: UUID):
    """Sign the plan: the person sees it from then on."""
    case_door().sign_plan(plan_id)
    flash(_("Firmado. La persona ya lo ve en su carpeta."), "success")
    return redirect(url_for("staff.plan", person_id=person_id), code=303)


@blueprint.post("/personas/<uuid:person_id>/plan/<uuid:plan_id>/terminar")
def end_plan(person_id: UUID, plan_id: UUID):
    """End the plan, so that another may be made."""
    case_door().end_plan(plan_id)
    flash(_("Terminado."), "success")
    return redirect(url_for("staff.plan", person_id=person_id), code=303)


@blueprint.post("/personas/<uuid:person_id>/plan/metas/<uuid:goal_id>")
def goal(person_id: UUID, goal_id: UUID):
    """How a goal goes."""
    state = next((value for name, value in request.form.items() if name.endswith("state")), "")
    case_door().set_goal(goal_id, state=state)
    flash(_("Apuntado."), "success")
    return redirect(url_for("staff.plan", person_id=person_id), code=303)


def _begin(door: Door, person_id: UUID, title: str) -> UUID:
    if not title.strip():
        raise Invalid(fields={"begins": _("Escriba cómo se llama la intervención nueva.")})
    return door.open_intervention(person_id, title=title)


def goals_of(typed: str) -> list[NewGoal]:
    """Goals out of lines: what for, what the person does, what we do, between bars."""
    found = []
    for line in typed.splitlines():
        parts = [part.strip() for part in line.split("|")]
        if parts[0]:
            found.append(NewGoal(*parts[:3]))
    return found
