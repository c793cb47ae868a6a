"""Who looked at the folder; saying that a look is not all right, and reading the answer."""

from datetime import date
from operator import attrgetter
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import Length

from case_api.access.entries import Look
from case_api.errors import Conflict, Invalid
from portal.look.csrf import form_view
from portal.look.dates import by_day
from portal.look.widgets import Form, Given
from portal.office import words
from portal.office.choice import instant
from portal.office.forms import without_controls
from portal.office.room import blueprint, for_the_known, my_door, my_id

LOOKS_A_PAGE = 20


class ChallengeForm(Form):
    words = TextAreaField(
        _l("¿Qué no le parece bien?"),
        [
            Given(_l("Cuéntenos qué no le parece bien")),
            Length(max=2000, message=_l("Es muy largo. Déjelo en 2.000 letras.")),
        ],
        description=_l("Con sus palabras. No hace falta que dé pruebas."),
        filters=[without_controls],
    )


def _by_day_and_who(found: list[Look]) -> list[tuple[date, dict[str, list[Look]]]]:
    """Looks by day, those of a day by who looked; whoever looked last comes first."""
    days = []
    for day, looks in by_day(found, at=attrgetter("at")):
        by_who: dict[str, list[Look]] = {}
        for look in looks:
            by_who.setdefault(words.who_looked(look), []).append(look)
        days.append((day, by_who))
    return days


@blueprint.get("/carpeta/consultas")
@for_the_known
def who_looked():
    """Who looked at the folder, newest first, and what was asked about it."""
    before = instant(request.args.get("antes"))
    door, me = my_door(), my_id()
    found, rest = door.looks(me, limit=LOOKS_A_PAGE, **({"before": before} if before else {}))
    return render_template(
        "pages/office/who_looked.html",
        days=_by_day_and_who(found),
        older=url_for("office.who_looked", antes=rest.isoformat()) if rest else None,
        newest=url_for("office.who_looked") if before else None,
        asked=door.challenges(me) if before is None else [],
        words=words,
    )


@blueprint.route("/carpeta/consultas/<uuid:entry_id>", methods=["GET", "POST"])
@for_the_known
@form_view
def challenge_look(entry_id: UUID):
    """One look, and the form to say that it is not all right."""
    door = my_door()
    look = door.look(my_id(), entry_id)
    form = ChallengeForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            door.challenge(entry_id, words=form.words.data)
        except (Invalid, Conflict) as error:
            status = form.refuse(error)
        else:
            flash(_("Lo hemos recibido. Lo revisa la Oficina de Protección de Datos y le contesta aquí."), "success")
            return redirect(url_for("office.who_looked"), code=303)
    return render_template("pages/office/challenge_look.html", one=look, form=form, words=words), status
