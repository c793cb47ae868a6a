"""The questions of a page as a form; made anew for each page, because the rules decide what is asked."""

from typing import Any

from wtforms import RadioField, SelectMultipleField, StringField
from wtforms.fields import SelectChoice

from portal.look.language import gettext as _
from portal.look.widgets import Form
from portal.simulators.engine.inputs import Problem
from portal.simulators.household.home import questions
from portal.simulators.parameters.schema import Input
from portal.simulators.state import CHOSEN, SKIPPED, State
from portal.simulators.words import in_order, words_of
from portal.simulators.words.problems import PROBLEMS
from portal.simulators.words.questions import OPTIONS, QUESTIONS


def question_form(names: list[str], state: State) -> Form:
    """The form of these questions, filled with what was said and with what is wrong."""
    fields = {name: _field(questions().questions[name].field) for name in names}
    form = type("QuestionForm", (Form,), fields)(formdata=None, data={name: state.said.get(name) for name in names})
    for name in names:
        if name in state.problems:
            form[name].errors = [problem_words(state.problems[name])]
    return form


def choice_form(state: State | None = None) -> Form:
    """Which benefits somebody wants to look at; all, if nothing is marked."""
    choices = [SelectChoice(name, _(words_of(name).name), {"hint": _(words_of(name).what)}) for name in in_order()]
    fields = {
        CHOSEN: SelectMultipleField(
            _("¿Qué ayudas quiere mirar?"),
            choices=choices,
            description=_("Marque las que quiera. Si no marca ninguna, las miramos todas."),
        )
    }
    return type("ChoiceForm", (Form,), fields)(formdata=None, data={CHOSEN: state.chosen if state else []})


def problem_words(problem: Problem) -> str:
    """What is wrong with an answer, in the reader's language."""
    details = {key: str(value) for key, value in problem.details.items() if key in ("least", "most")}
    return _(PROBLEMS.get(problem.code, PROBLEMS["not_an_option"]), **details)


def _field(question: Input) -> Any:
    label, hint = QUESTIONS[question.name]
    words = {"label": _(label), "description": _(hint) if hint else ""}
    if question.kind == "flag":
        options = [("si", _("Sí")), ("no", _("No"))]
    elif question.kind == "choice":
        options = [(value, _(text)) for value, text in OPTIONS[question.name].items()]
    else:
        return StringField(
            **words,
            render_kw={
                "inputmode": "decimal" if question.kind == "money" else "numeric",
                "autocomplete": "off",
                "maxlength": 20,
            },
        )
    options.append((SKIPPED, _("No lo sé o prefiero no decirlo")))
    return RadioField(**words, choices=[SelectChoice(value, text) for value, text in options])
