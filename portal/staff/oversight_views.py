"""Reviews: urgent looks, by a second person of another unit; challenged looks, by the data protection office."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from case_api.access import challenges, glass
from case_api.access.decision import BASES, RULES
from case_api.access.entries import OBJECTS, ROLES
from case_api.access.purposes import WORDS as PURPOSES
from case_api.access.purposes import Purpose
from case_api.errors import Conflict, Invalid, Refused
from case_api.rights import retention
from portal.look.csrf import form_view
from portal.staff.rights_forms import AnswerForm
from portal.staff.room import blueprint, staff_door
from portal.staff.safety_forms import AnswerChallengeForm, GlassReviewForm


@blueprint.get("/revisiones")
def reviews():
    """What waits for this reviewer: urgent looks, and for the office the looks that people challenged."""
    door = staff_door(Purpose.OVERSEE)
    if not door.reviews_glass:
        raise Refused()
    return render_template(
        "pages/staff/reviews.html",
        glasses=door.glass_to_review(),
        asked=door.challenges_open() if door.oversees else [],
        answered=door.challenges_open(answered=True, limit=10) if door.oversees else [],
        oversees=door.oversees,
        years_unset=door.oversees and any(one.by is None for one in retention.told()),
    )


@blueprint.get("/revisiones/peticiones")
def watched_requests():
    """For the data protection office: requests about anybody's data, without names, the first due first."""
    door, state = staff_door(Purpose.OVERSEE), request.args.get("ver", "waiting")
    return render_template("pages/staff/watched.html", found=door.watched_requests(state=state), state=state)


@blueprint.route("/revisiones/peticiones/<uuid:request_id>", methods=["GET", "POST"])
@form_view
def watched_request(request_id: UUID):
    """One of them; and the office's answer to one that nobody answers."""
    door, form = staff_door(Purpose.OVERSEE), AnswerForm()
    one, told = door.watched_request(request_id)
    status = 422 if form.is_submitted() else 200
    if told is not None and form.validate_on_submit():
        try:
            door.answer_watched(request_id, state=form.state.data, answer=form.answer.data)
        except (Invalid, Conflict) as error:
            status = form.refuse(error)
        else:
            flash(_("Contestada. La persona ya puede leerlo."), "success")
            return redirect(url_for("staff.watched_requests"), code=303)
    return render_template("pages/staff/watched_request.html", one=one, told=told, form=form), status


@blueprint.get("/revisiones/conservacion")
def retention_rules():
    """For the data protection office: how long what is kept, and what the city still has to set."""
    if not staff_door(Purpose.OVERSEE).oversees:
        raise Refused()
    return render_template("pages/staff/retention.html", rows=retention.told())


@blueprint.route("/revisiones/urgencias/<uuid:glass_id>", methods=["GET", "POST"])
@form_view
def review_glass(glass_id: UUID):
    """One urgent look: why, what was seen, and whether it was right."""
    door = staff_door(Purpose.OVERSEE)
    found = door.glass_for_review(glass_id)
    form = GlassReviewForm()
    form.finding.choices = list(glass.FINDINGS.items())
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            door.review_glass(
                glass_id, finding=form.finding.data, review=form.review.data, held_until=form.held_until.data,
                held_why=form.held_why.data or "",
            )  # fmt: skip
        except (Invalid, Conflict) as error:
            status = form.refuse(error)
        else:
            flash(_("Revisada."), "success")
            return redirect(url_for("staff.reviews"), code=303)
    return render_template("pages/staff/review_glass.html", one=found, form=form, objects=OBJECTS), status


@blueprint.route("/revisiones/consultas/<uuid:challenge_id>", methods=["GET", "POST"])
@form_view
def review_look(challenge_id: UUID):
    """One challenged look: what the person says, what the log holds, and the answer."""
    door = staff_door(Purpose.OVERSEE)
    asked, looks = door.challenge_for_review(challenge_id)
    form = AnswerChallengeForm()
    form.finding.choices = list(challenges.FINDINGS.items())
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            door.answer_challenge(
                challenge_id, finding=form.finding.data, answer=form.answer.data, tell_name=form.tell_name.data
            )
        except (Invalid, Conflict) as error:
            status = form.refuse(error)
        else:
            flash(_("Contestada. La persona lo lee en su carpeta."), "success")
            return redirect(url_for("staff.reviews"), code=303)
    page = render_template(
        "pages/staff/review_look.html",
        asked=asked,
        looks=looks,
        form=form,
        objects=OBJECTS,
        roles=ROLES,
        purposes=PURPOSES,
        rules=RULES,
        bases=BASES,
    )
    return page, status
