"""What the calculator's pages show, worked out from the answers; the pages themselves only draw it."""

from collections.abc import Callable
from datetime import date
from typing import Any

from portal.simulators.engine.conditions import MET, NOT_MET, Checked
from portal.simulators.engine.run import Simulation
from portal.simulators.engine.unknowns import Choice, Span, Undecided, Unpublished
from portal.simulators.explanation import CANNOT_SAY, LIKELY, MAY, NO_FIGURES, PROBABLY_NOT, verdict, visible
from portal.simulators.household.home import asked_by, opens, questions, simulate_home
from portal.simulators.household.next_questions import Case
from portal.simulators.interactions import Interaction, interactions
from portal.simulators.nearest import nearest
from portal.simulators.state import SKIPPED, State
from portal.simulators.words import N_, in_order, sources, words_of
from portal.simulators.words.questions import DOCUMENTS, OPTIONS, QUESTIONS, TOPICS
from portal.simulators.words.sentences import LEVELS, RANGE, VERDICTS, sentences

START, RESULT = "inicio", "resultado"
# Conditions whose two sides are years, points or per cent, not euros.
PLAIN_NUMBERS = frozenset(
    {
        "age",
        "holder_age",
        "age_or_disability",
        "plus65",
        "child_free",
        "free_age",
        "access",
        "grade",
        "enough_children",
        "weighted_children",
        "minors",
    }
)


def asked_on(topic: str, names: list[str]) -> list[str]:
    """The questions that stood on the page that was sent: only real ones of that topic."""
    return [
        name
        for name in dict.fromkeys(names)
        if name in questions().questions and questions().questions[name].topic == topic
    ]


def shown_on(state: State, day: date, topic: str) -> list[str]:
    """The questions of a topic's page: those that still matter and those already answered."""
    case = Case(state.chosen, day, state.answers)
    return [
        name
        for name, question in questions().questions.items()
        if question.topic == topic and (name in state.said or case.matters(name))
    ]


def destination(state: State, day: date, here: str, move: str) -> str:
    """Where a button leads: `seguir`, `atras`, `resultado`, `inicio`, or a topic by its name."""
    topics = list(questions().topics)
    if move in (RESULT, START) or move in topics:
        return move
    case = Case(state.chosen, day, state.answers)
    place = topics.index(here) if here in topics else -1

    def asks(topic: str, *, said_too: bool) -> bool:
        return any(
            question.topic == topic
            and ((said_too and name in state.said) or (name not in state.said and case.matters(name)))
            for name, question in questions().questions.items()
        )

    if move == "atras":
        return next((topic for topic in reversed(topics[: max(place, 0)]) if asks(topic, said_too=True)), START)
    return next((topic for topic in topics[place + 1 :] if asks(topic, said_too=False)), RESULT)


def so_far(state: State, day: date, phrase: Callable, euros: Callable) -> list[dict[str, Any]]:
    """Each chosen benefit with its verdict and what it comes to, the likeliest first."""
    rows = []
    for name in state.chosen:
        simulation = simulate_home(name, day, state.answers)
        said = verdict(simulation)
        text, kind = VERDICTS[said]
        rows.append(
            {
                "benefit": name,
                "name": phrase(words_of(name).name),
                "verdict": phrase(text),
                "kind": kind,
                "lines": sentences(simulation, phrase, euros),
                "open": said == CANNOT_SAY,
                "order": ([LIKELY, MAY, CANNOT_SAY, NO_FIGURES, PROBABLY_NOT].index(said), in_order().index(name)),
            }
        )
    return sorted(rows, key=lambda row: row["order"])


def notes(state: State, day: date) -> list[Interaction]:
    """How the chosen benefits bear on each other."""
    return interactions(simulations(state, day))


def told(state: State, gettext: Callable, euros: Callable) -> list[dict[str, Any]]:
    """The answers given, by topic, to look over and change."""
    found = []
    for topic in questions().topics:
        rows = [
            {"question": gettext(QUESTIONS[name][0]), "answer": answered(name, state, gettext, euros)}
            for name, question in questions().questions.items()
            if question.topic == topic and name in state.said
        ]
        if rows:
            found.append({"topic": topic, "title": gettext(TOPICS[topic]), "rows": rows})
    return found


def simulations(state: State, day: date) -> dict[str, Simulation]:
    """Each chosen benefit worked out once."""
    return {name: simulate_home(name, day, state.answers) for name in state.chosen}


def why(
    state: State,
    day: date,
    benefit: str,
    phrase: Callable,
    euros: Callable,
    *,
    found: dict[str, Simulation] | None = None,
) -> dict[str, Any]:
    """Everything behind one benefit's result; `found` spares working out the chosen ones again."""
    others = simulations(state, day) if found is None else found
    simulation = others[benefit] if benefit in others else simulate_home(benefit, day, state.answers)
    said, words, facts = verdict(simulation), words_of(benefit), simulation.benefit
    checked = visible(simulation)
    rows = simulation.stated.used.values() if simulation.stated is not None else ()
    return {
        "verdict": phrase(VERDICTS[said][0]),
        "kind": VERDICTS[said][1],
        "level": phrase(LEVELS[facts.shown_as]),
        "lines": sentences(simulation, phrase, euros),
        "no_figures": said == NO_FIGURES,
        "conditions": [_condition(each, words.conditions, phrase, euros) for each in checked],
        "changes": _changes(simulation, state, day, phrase, euros) if said == PROBABLY_NOT else [],
        "documents": [phrase(DOCUMENTS[name]) for name in facts.documents],
        "good_to_know": [phrase(text) for text in words.good_to_know],
        "notes": [
            phrase(each.text)
            for each in interactions({**others, benefit: simulation})
            if benefit in (each.about, each.other)
        ],
        "verified_on": min((row.verified_on for row in rows), default=None),
        "in_force_from": max((row.start for row in rows), default=None),
        "review_by": facts.review_by,
        "norms": sorted({(sources.name(row.norm), sources.address(row.norm) or "") for row in rows}),
    }


def _condition(checked: Checked, words: dict[str, str], phrase: Callable, euros: Callable) -> dict[str, Any]:
    plain = checked.name in PLAIN_NUMBERS
    return {
        "text": phrase(words[checked.name]),
        "state": checked.state,
        "pill": {MET: "done", NOT_MET: "error" if checked.required else ""}.get(checked.state, ""),
        "value": _number(checked.value, plain, euros),
        "limit": _limit(checked.limit, plain, phrase, euros),
        "norm": sources.name(checked.source.norm),
        "address": sources.address(checked.source.norm),
        "article": checked.source.article,
    }


def _changes(
    simulation: Simulation, state: State, day: date, phrase: Callable, euros: Callable
) -> list[dict[str, Any]]:
    name = simulation.benefit.name
    fields = [question.field for key, question in questions().questions.items() if key in asked_by(name)]

    return [
        {"question": phrase(QUESTIONS[change.name][0]), "answer": _value(change.name, change.value, phrase, euros)}
        for change in nearest(fields, state.answers, lambda answers: opens(name, day, answers))
    ]


def answered(name: str, state: State, gettext: Callable, euros: Callable) -> Any:
    """One answer in words."""
    if state.said[name] == SKIPPED or name not in state.answers:
        return gettext(N_("Sin contestar"))
    return _value(name, state.answers[name], gettext, euros)


def _value(name: str, value: Any, gettext: Callable, euros: Callable) -> Any:
    if isinstance(value, bool):
        return gettext(N_("Sí")) if value else gettext(N_("No"))
    if isinstance(value, str):
        return gettext(OPTIONS[name][value])
    return euros(value) if questions().questions[name].field.kind == "money" else str(int(value))


def _limit(value: Any, plain: bool, phrase: Callable, euros: Callable) -> Any:
    """A limit, or the range in which it lies while answers are missing."""
    if isinstance(value, Span) and not isinstance(value, Unpublished) and value.most < 10**6:
        low, high = (_number(end, plain, euros) for end in (value.least, value.most))
        return phrase(RANGE, least=low, most=high)
    return _number(value, plain, euros)


def _number(value: Any, plain: bool, euros: Callable) -> Any:
    if value is None or isinstance(value, (Span, Choice, Undecided, bool)):
        return None
    return str(int(value)) if plain else euros(value)
