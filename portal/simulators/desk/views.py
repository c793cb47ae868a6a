"""The pages of the parameters' desk. Every professional may look; the benefits team proposes and decides."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from case_api import clock
from case_api.access.actor import Actor
from case_api.db import current_unit
from case_api.errors import Conflict, Invalid, NotFound
from portal.look.csrf import form_view
from portal.look.language import gettext
from portal.look.widgets import Form
from portal.simulators.desk import city, words
from portal.simulators.desk.figures import by_benefit, parameter_name
from portal.simulators.desk.forms import Change, CityForm, DecisionForm, DraftForm, city_form
from portal.simulators.drafts import compare, due
from portal.simulators.engine.unknowns import NoFigure
from portal.simulators.parameters.library import library
from portal.simulators.parameters.strict_yaml import DataError
from portal.simulators.population.report import as_csv
from portal.simulators.publishing import service, shelf
from portal.simulators.words import in_order
from portal.simulators.words.data_errors import data_error_words

blueprint = Blueprint("parameters", __name__)
TAKE_UP = 100


@blueprint.before_request
def _newest() -> None:
    shelf.refresh()


@blueprint.context_processor
def _words() -> dict[str, Any]:
    return {
        "words": words,
        "parameter_name": parameter_name,
        "may_change": service.may_change(_actor()),
        "me": _actor().professional_id,
    }


@blueprint.get("/ayudas")
def overview():
    """What is due, what waits for a decision, and every file in force."""
    return render_template(
        "pages/parameters/overview.html",
        due=due(clock.today()),
        waiting=service.drafts(waiting=True),
        superseded=shelf.superseded(current_unit().session),
        names=[name for name in (*in_order(), "indices") if name in library().texts],
        facts=library().benefits,
    )


@blueprint.get("/ayudas/<name>")
def parameters(name: str):
    """One file: its text in force and every draft there was."""
    return render_template(
        "pages/parameters/file.html", name=name, text=_text_of(name), drafts=service.drafts(benefit=name)
    )


@blueprint.get("/ayudas/<name>/texto.yaml")
def parameters_text(name: str):
    """The text in force, as a file to work on."""
    return _file(_text_of(name), f"{name}.yaml", "application/yaml")


@blueprint.route("/ayudas/<name>/borrador", methods=["GET", "POST"])
@form_view
def write_draft(name: str):
    """Write a draft, from the text in force."""
    form, text = DraftForm(), _text_of(name)
    if request.method == "GET":
        form.content.data = text
    elif form.validate() and (content := form.text()) is not None:
        try:
            made = service.propose(actor=_actor(), benefit=name, content=content, reason=form.reason.data or "")
        except Invalid as error:
            form.add_fields(error.fields)
        except DataError as error:
            form.content.errors = [data_error_words(error, gettext)]
        else:
            flash(_("Borrador guardado. Ahora lo mira una segunda persona."), "success")
            return redirect(url_for("parameters.draft", draft_id=made), code=303)
    page = render_template("pages/parameters/write.html", name=name, form=form)
    return page, 200 if request.method == "GET" else 422


@blueprint.get("/ayudas/borradores/<uuid:draft_id>")
def draft(draft_id: UUID):
    """A draft with what it changes, for whoever decides."""
    return _draft(draft_id, DecisionForm(formdata=None))


@blueprint.post("/ayudas/borradores/<uuid:draft_id>")
@form_view
def decide(draft_id: UUID):
    """A second person approves or not; the author may take it back."""
    one, form = service.draft(draft_id), DecisionForm()
    withdrawn = request.form.get("verdict") == "withdrawn"
    if not (Form().validate() if withdrawn else form.validate()):
        return _draft(draft_id, form, 422)
    try:
        shown = _changes(one)
        service.decide(
            actor=_actor(),
            draft_id=draft_id,
            verdict="withdrawn" if withdrawn else form.verdict.data,
            reason=form.reason.data or "",
            shown=shown or {},
        )
    except Invalid as error:
        form.add_fields(error.fields)
        return _draft(draft_id, form, 422)
    except Conflict as error:
        form.general.append(error.message)
        return _draft(draft_id, form, 409)
    except DataError as error:
        form.general.append(data_error_words(error, gettext))
        return _draft(draft_id, form, 409)
    flash(_("Hecho. Queda escrito quién lo decidió y cuándo."), "success")
    return redirect(url_for("parameters.draft", draft_id=draft_id), code=303)


@blueprint.get("/ayudas/borradores/<uuid:draft_id>/tabla.csv")
def draft_table(draft_id: UUID):
    """Who wins and who loses, as a file."""
    found = _changes(service.draft(draft_id))
    if not found:
        raise NotFound()
    return _file(as_csv(found), f"{draft_id}.csv", "text/csv")


@blueprint.get("/ayudas/ciudad")
def whole_city():
    """What the benefits come to in the city today, and with some figures changed."""
    form = city_form(clock.today(), request.args)
    found, changes = _city(form) if form.validate() else (None, [])
    head, rows = city.table_of(found["benefits"]) if found else ([], [])
    page = render_template(
        "pages/parameters/city.html",
        form=form,
        groups=list(by_benefit(form.offered)),
        asks=form.asks(request.args),
        changes=city.changes_of(changes),
        found=found,
        head=head,
        rows=rows,
        chart=city.chart_of(found) if found else "",
    )
    return page, 422 if form.errors or form.general else 200


@blueprint.get("/ayudas/ciudad/tabla.csv")
def city_table():
    """The same as a file."""
    form = city_form(clock.today(), request.args)
    found, _changes = _city(form) if form.validate() else (None, [])
    if found is None:
        raise NotFound()
    return _file(as_csv(found), "ciudad.csv", "text/csv")


def counts() -> dict[str, int]:
    """What waits for the benefits team, beside the navigation's entry."""
    if not service.may_change(_actor()):
        return {}
    shelf.refresh()
    return {"/ayudas": len({row["benefit"] for row in due(clock.today())}) + len(service.drafts(waiting=True))}


def _actor() -> Actor:
    return current_user.actor


def _text_of(name: str) -> str:
    if name not in library().texts:
        raise NotFound()
    return library().texts[name]


def _take_up() -> float:
    asked = request.args.get("piden", TAKE_UP, type=int)
    return (asked if 0 <= asked <= 100 else TAKE_UP) / 100


def _changes(one: service.Draft) -> dict[str, Any] | None:
    """What the page shows of a draft: as it was shown when it was decided, else worked out now."""
    if one.verdict is not None:
        return one.shown or None
    return compare({one.benefit: one.content}, day=clock.today(), take_up=_take_up())


def _draft(draft_id: UUID, form: DecisionForm, status: int = 200):
    one, wrong, found = service.draft(draft_id), "", None
    try:
        found = _changes(one)
    except DataError as error:
        wrong = data_error_words(error, gettext)
    head, rows = city.table_of(found["benefits"]) if found else ([], [])
    page = render_template(
        "pages/parameters/draft.html",
        one=one,
        form=form,
        found=found,
        wrong=wrong,
        head=head,
        rows=rows,
        chart=city.chart_of(found) if found else "",
        current=one.verdict is not None or service.is_current(one),
    )
    return page, status


def _city(form: CityForm) -> tuple[dict[str, Any] | None, list[Change]]:
    """The city for the form's question and what changes in it; None when it cannot be, and the form says why."""
    changes = form.changes()
    if changes is None:
        return None, []
    reform = tuple((figure.cell_key(place), value) for figure, place, value in changes)
    take_up = (TAKE_UP if form.piden.data is None else form.piden.data) / 100
    try:
        return city.city_today(clock.today(), take_up, reform), changes
    except NoFigure:
        form.general.append(_("Falta alguna cantidad para hoy. Mire lo que hay que revisar."))
    except (ValueError, ArithmeticError):
        form.general.append(_("Con esos números no se puede calcular. Escriba otros, por ejemplo 650,50."))
    return None, []


def _file(content: str, name: str, kind: str) -> Response:
    answer = Response(content, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
