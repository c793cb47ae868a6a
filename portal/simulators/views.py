"""The calculator of benefits: a page a topic, the result, and why. Nothing is stored: the form carries the answers."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from flask import abort, render_template, request
from flask_login import current_user

from case_api.access.door import Door, open_door
from case_api.access.levels import Level
from case_api.access.purposes import Purpose
from case_api.db import current_unit
from case_api.directory import Centre, centre
from portal.identity.guard import access
from portal.look.csrf import form_view
from portal.look.language import gettext as _
from portal.look.widgets import Form
from portal.simulators import pages_model as model
from portal.simulators.forms import choice_form, question_form
from portal.simulators.household.home import questions
from portal.simulators.keeping import views as _keeping  # noqa: F401 - importing adds its routes
from portal.simulators.my_data import MINORS, Offer, offers
from portal.simulators.room import blueprint, euros, phrase, today
from portal.simulators.state import CHOSEN, State
from portal.simulators.words import in_order, words_of
from portal.simulators.words.questions import QUESTIONS, TOPICS

START, RESULT = "inicio", "resultado"


@blueprint.get("/ayudas/calcular")
def start():
    return _start(State([]))


@blueprint.post("/ayudas/calcular")
@form_view
def step():
    state, here = State.of(request.form), request.form.get("desde", START)
    fresh = Form()
    asked = model.asked_on(here, request.form.getlist("preguntas"))
    move = request.form.get("ir", "seguir")
    if not fresh.validate():
        return _topic(state, here, asked, general=fresh.general), 422
    if "aqui" in request.form:
        return _again(state, here, asked)
    if any(name in state.problems for name in asked) and move != "atras":
        return _topic(state, here, asked), 422
    for name in state.problems:  # what was left behind unread is asked again where it stands
        state.said.pop(name, None)
    return _show(state, model.destination(state, today(), here, move))


@blueprint.get("/ayudas/calcular/mis-datos")
@access("citizen")
def my_data():
    state = State([], {each.name: each.text for each in _offered()})
    for name, text in state.said.items():
        state.take(questions().questions[name].field, text)
    rows = [
        {"name": name, "text": text, "question": _(QUESTIONS[name][0]), "answer": model.answered(name, state, _, euros)}
        for name, text in state.said.items()
    ]
    return render_template("pages/simulators/my_data.html", rows=rows, centre=_centre(), minors=MINORS)


def _offered() -> list[Offer]:
    """What the person's own record can answer, as far as this login opens it."""
    me = current_user.login.person_id
    if me is None:
        return []
    door = open_door(current_user.actor, Purpose.OWN_RECORD)
    if not door.allows(person_id=me, level=Level.N2, object_kind="benefit"):
        return offers(door.me(), day=today())
    home = door.household(me)
    minors = [] if home is None else list(_minors(door, home.id))
    return offers(door.me(), household=home, minors=minors, benefits=door.benefits(me), day=today())


def _minors(door: Door, home: UUID) -> Iterator[date]:
    """When those were born whose folder the person may look at, as far as it says that they live in the same home."""
    for folder in door.folders():
        theirs = open_door(current_user.actor, Purpose.OWN_RECORD, represented=folder.person_id)
        if not theirs.allows(person_id=folder.person_id, level=Level.N2, object_kind="household"):
            continue
        part, born = theirs.household(folder.person_id), theirs.person(folder.person_id).birth_date
        if part is not None and part.id == home and born is not None:
            yield born


def _centre() -> Centre | None:
    """The person's own centre, where most of these are asked for; None where the record may not say it."""
    if current_user.login.person_id is None:
        return None
    unit = open_door(current_user.actor, Purpose.OWN_RECORD).me().unit_id
    return centre(current_unit().session, unit) if unit else None


@blueprint.get("/ayudas/calcular/<benefit>")
def about(benefit: str):
    return _explained(State([benefit]), benefit)


@blueprint.post("/ayudas/calcular/<benefit>")
@form_view
def explained(benefit: str):
    state = State.of(request.form)
    fresh = Form()
    if not fresh.validate():
        return _show(state, RESULT), 422
    return _explained(state, benefit)


def _again(state: State, here: str, asked: list[str]) -> str:
    """The same page once more, in another language or theme: as typed, and nothing judged yet."""
    state.problems.clear()
    if here == START:
        state.chosen = [name for name in state.chosen if name in request.form.getlist(CHOSEN)]
    return _topic(state, here, asked) if asked else _show(state, here)


def _start(state: State, *, general: Any = ()) -> str:
    """What to look at; answers that were given come along."""
    form = choice_form(state)
    form.general += list(general)
    return render_template("pages/simulators/start.html", form=form, carried=list(state.said.items()))


def _show(state: State, where: str) -> str:
    if where == START:
        return _start(state)
    if where == RESULT:
        return _result(state)
    return _topic(state, where, model.shown_on(state, today(), where))


def _topic(state: State, topic: str, names: list[str], *, general: Any = ()) -> str:
    if topic not in questions().topics:
        return _start(state, general=general)
    form = question_form(names, state)
    form.general += list(general)
    return render_template(
        "pages/simulators/topic.html",
        form=form,
        topic=topic,
        title=_(TOPICS[topic]),
        names=names,
        carried=state.carried(names),
        so_far=model.so_far(state, today(), phrase, euros),
        said=bool(state.answers),
        place=list(questions().topics).index(topic) + 1,
        places=len(questions().topics),
    )


def _result(state: State) -> str:
    return render_template(
        "pages/simulators/result.html",
        carried=state.carried([]),
        found=model.so_far(state, today(), phrase, euros),
        notes=[_(each.text) for each in model.notes(state, today())],
        day=today(),
        answers=model.told(state, _, euros),
    )


def _explained(state: State, benefit: str) -> str:
    if benefit not in in_order():
        abort(404)
    return render_template(
        "pages/simulators/explained.html",
        benefit=benefit,
        words=words_of(benefit),
        phrase=phrase,
        carried=state.carried([]),
        why=model.why(state, today(), benefit, phrase, euros),
        day=today(),
        said=bool(state.said),
    )
