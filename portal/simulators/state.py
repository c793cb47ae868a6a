"""What somebody has answered so far, carried in the form itself: nothing is stored."""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from portal.simulators.engine.inputs import InputError, Problem, read_value
from portal.simulators.household.home import questions
from portal.simulators.parameters.library import library
from portal.simulators.parameters.schema import Input

SKIPPED = "no-digo"
CHOSEN = "ayuda"
LONGEST = 40
_YES_NO = {"si": True, "no": False}
_UNITS = re.compile(r"\s*(euros?|eur|€|%|años?)\.?\Z", re.IGNORECASE)
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(\.\d{3})+\Z")


@dataclass(slots=True)
class State:
    """The benefits chosen, the texts as typed, the values they mean, and what is wrong with some."""

    chosen: list[str]
    said: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)

    @classmethod
    def of(cls, form: Any) -> "State":
        """What a form holds (werkzeug's MultiDict); unknown names are passed over, no benefit chosen means all."""
        return cls.from_texts(form.getlist(CHOSEN), form)

    @classmethod
    def from_texts(cls, chosen: list[str], texts: Any) -> "State":
        """The benefits and texts of a case, read anew."""
        known = library().benefits
        state = cls([name for name in dict.fromkeys(chosen) if name in known] or list(known))
        for name, question in questions().questions.items():
            text = "".join(sign for sign in texts.get(name, "") if sign.isprintable()).strip()[:LONGEST]
            if text:
                state.said[name] = text
                state.take(question.field, text)
        return state

    def take(self, question: Input, text: str) -> None:
        """Read one answer; what cannot be read stays as typed, with its problem."""
        if text == SKIPPED:
            return
        try:
            if question.kind == "flag":
                if text not in _YES_NO:
                    raise InputError([Problem(question.name, "not_a_truth", {"given": text})])
                self.answers[question.name] = _YES_NO[text]
            elif question.kind == "choice":
                self.answers[question.name] = read_value(question, text)
            else:
                self.answers[question.name] = read_value(question, plain_number(text))
        except InputError as error:
            self.problems[question.name] = error.problems[0]

    def carried(self, shown: list[str]) -> list[tuple[str, str]]:
        """Names and texts for the hidden boxes: everything that is not asked on the page itself."""
        return [
            *((CHOSEN, name) for name in self.chosen),
            *((name, text) for name, text in self.said.items() if name not in shown),
        ]


def plain_number(text: str) -> str:
    """A number as people write it (1.234,50 €, 600 euros, 65 %, 1,234.50, ٦٥٠) as the engine reads it (1234.50).

    Of two different separators the last is the decimal one.
    """
    text = "".join(str(unicodedata.digit(sign)) if sign.isdigit() and not sign.isascii() else sign for sign in text)
    text = _UNITS.sub("", text)
    text = re.sub(r"[\s€'\u00a0\u202f]", "", text).replace("\u066b", ",")
    if "," in text and text.rfind(".") > text.rfind(","):
        return text.replace(",", "")
    if "," in text:
        return text.replace(".", "").replace(",", ".")
    return text.replace(".", "") if _THOUSANDS.match(text) else text
