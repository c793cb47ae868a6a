"""A result as it stood on the screen: answers, verdicts, why, and the dates of the parameters, in plain values."""

from collections.abc import Callable
from datetime import date
from typing import Any

from markupsafe import Markup

from portal.look.language import current
from portal.simulators import pages_model as model
from portal.simulators.engine.run import Simulation
from portal.simulators.room import euros, phrase
from portal.simulators.state import State
from portal.simulators.words import words_of

# What a folder that somebody else may see must not tell.
NOT_KEPT = ("gender_violence", "trafficking", "terrorism", "former_prisoner")


def without_the_unsaid(state: State) -> State:
    """The same case without the answers that are never kept."""
    return State(
        list(state.chosen),
        {name: text for name, text in state.said.items() if name not in NOT_KEPT},
        {name: value for name, value in state.answers.items() if name not in NOT_KEPT},
    )


def leaves_out(state: State) -> bool:
    """Whether somebody answered something that is never kept."""
    return any(name in state.answers for name in NOT_KEPT)


def snapshot(state: State, day: date) -> dict[str, Any]:
    """The result of a case on a day, in the reader's language; texts only, nothing to work out again."""
    worked_out = model.simulations(state, day)
    found = [_benefit(row, state, day, worked_out) for row in model.so_far(state, day, phrase, euros)]
    starts = [one["in_force_from"] for one in found if one["in_force_from"]]
    return {
        "day": day.isoformat(),
        "language": current().code,
        "tag": current().tag,
        "direction": current().direction,
        "parameters_from": max(starts, default=None),
        "chosen": list(state.chosen),
        "said": {name: text for name, text in state.said.items() if name not in state.problems},
        "told": [
            {"title": group["title"], "rows": [_plain(row, ("question", "answer")) for row in group["rows"]]}
            for group in model.told(state, _gettext(), euros)
        ],
        "notes": [_text(phrase(each.text)) for each in model.notes(state, day)],
        "benefits": found,
    }


def state_of(kept: dict[str, Any]) -> State:
    """The case behind a snapshot, to calculate it again."""
    return State.from_texts(kept["chosen"], kept["said"])


def _benefit(row: dict[str, Any], state: State, day: date, found: dict[str, Simulation]) -> dict[str, Any]:
    name = row["benefit"]
    why, words = model.why(state, day, name, phrase, euros, found=found), words_of(name)
    return {
        "benefit": name,
        "name": _text(row["name"]),
        "verdict": _text(row["verdict"]),
        "kind": row["kind"],
        "open": row["open"],
        "lines": [_text(line) for line in row["lines"]],
        "level": _text(why["level"]),
        "conditions": [
            _plain(each, ("text", "state", "value", "limit", "norm", "article")) for each in why["conditions"]
        ],
        "changes": [_plain(each, ("question", "answer")) for each in why["changes"]],
        "documents": [_text(each) for each in why["documents"]],
        "where": _text(phrase(words.where)),
        "when": _text(phrase(words.when)),
        "in_force_from": _day(why["in_force_from"]),
        "verified_on": _day(why["verified_on"]),
        "review_by": _day(why["review_by"]),
    }


def _plain(row: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: _text(row[name]) for name in names}


def _text(value: Any) -> Any:
    """Text without its markup: what is kept is never read back as HTML."""
    return None if value is None else Markup(str(value)).striptags() if isinstance(value, Markup) else str(value)


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _gettext() -> Callable[..., Any]:
    from portal.look.language import gettext

    return gettext
