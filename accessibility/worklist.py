"""What only a person can say, and only where it concerns the page; answers hold while the page says the same."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from accessibility.criteria import CLAUSES
from accessibility.model import Run
from accessibility.status import FAILS, INAPPLICABLE, PASSES, PERSON, of_page

_WORDS = {
    "cumple": PASSES,
    "passes": PASSES,
    "falla": FAILS,
    "fails": FAILS,
    "no aplica": INAPPLICABLE,
    "inapplicable": INAPPLICABLE,
}


@dataclass
class Item:
    """A question about a page. `places` are what the tests wonder about; `answer` in a person's words."""

    page: str
    criterion: str
    question: str
    places: list[str]
    hash: str
    answer: str = ""
    note: str = ""

    def plain(self) -> dict[str, Any]:
        return {"page": self.page, "criterion": self.criterion, "question": self.question, "places": self.places,
                "hash": self.hash, "answer": self.answer, "note": self.note}  # fmt: skip


def make(run: Run, before: list[Item]) -> list[Item]:
    """The questions of a run, with the answers that still hold. The same question over pages of equal content is one."""
    kept = {(i.page, i.criterion): i for i in before if i.answer}
    by_content = {(i.hash, i.criterion): i for i in before if i.answer}
    items, asked = [], set()
    for outcome in run.outcomes:
        for status in of_page(outcome):
            if status.status != PERSON:
                continue
            number = status.criterion.number
            if (outcome.content_hash, number) in asked:
                continue
            asked.add((outcome.content_hash, number))
            places = [
                f"{f.rule}: {f.selector} {f.detail}".strip()[:200] for f in outcome.findings if number in f.criteria
            ][:8]
            item = Item(
                outcome.state.key,
                number,
                status.criterion.question or "¿Son un fallo estos avisos?",
                places,
                outcome.content_hash,
            )
            old = kept.get((item.page, number)) or by_content.get((item.hash, number))
            if old and old.hash == item.hash:
                item.answer, item.note = old.answer, old.note
            elif old:
                item.note = f"(la página ha cambiado; se dijo: {old.answer}) {old.note}".strip()
            items.append(item)
    said = {i.criterion: i for i in before if i.page == "*"}
    for number, words, _ in CLAUSES:
        old = said.get(number)
        items.append(Item("*", number, words, [], "", old.answer if old else "", old.note if old else ""))
    return items


def read(path: Path | None) -> list[Item]:
    """The worklist as a person left it; empty where there is none. Raises ValueError on an answer nobody can read."""
    if not path or not path.exists():
        return []
    items = []
    for plain in (yaml.safe_load(path.read_text()) or {}).get("items", []):
        item = Item(**{k: plain.get(k) or ([] if k == "places" else "") for k in Item.__dataclass_fields__})
        if item.answer and str(item.answer).strip().lower() not in _WORDS:
            raise ValueError(
                f"«{item.answer}» no es una respuesta: escriba cumple, falla o no aplica ({item.page}, {item.criterion})"
            )
        items.append(item)
    return items


def write(path: Path, items: list[Item]) -> None:
    head = (
        "# Responda en answer: cumple, falla o no aplica. Lo respondido se conserva mientras la página diga lo mismo.\n"
    )
    path.write_text(
        head + yaml.safe_dump({"items": [i.plain() for i in items]}, allow_unicode=True, sort_keys=False, width=110)
    )


def answers(items: list[Item], run: Run) -> dict[str, dict[str, str]]:
    """Answers by state and criterion; one given for a page holds for others of the same content."""
    by_hash = {
        (i.hash, i.criterion): _WORDS[str(i.answer).strip().lower()] for i in items if i.answer and i.page != "*"
    }
    found: dict[str, dict[str, str]] = {}
    for outcome in run.outcomes:
        for (content, number), status in by_hash.items():
            if content == outcome.content_hash:
                found.setdefault(outcome.state.key, {})[number] = status
    return found


def clauses(items: list[Item]) -> dict[str, str]:
    """Answers on clause 12 and 9.6."""
    return {i.criterion: _WORDS[str(i.answer).strip().lower()] for i in items if i.page == "*" and i.answer}
