"""The plan with its goals, what was granted, and the social history that was released to the person."""

from flask import render_template

from portal.office.room import blueprint, for_the_known, my_door, my_id

PILLS = {"todo": "", "doing": "now", "done": "done", "dropped": ""}


@blueprint.get("/carpeta/plan")
@for_the_known
def plan():
    """One's plan, in plain words."""
    door, me = my_door(), my_id()
    return render_template(
        "pages/office/plan.html", plan=door.plan(me), benefits=door.benefits(me), history=door.history(me), pills=PILLS
    )
