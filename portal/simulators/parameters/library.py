"""The benefits of the data folder, loaded once."""

from copy import copy
from dataclasses import replace
from functools import cache
from pathlib import Path

from portal.simulators.parameters.schema import Benefit, Row, benefit, indices
from portal.simulators.parameters.strict_yaml import load_text, read_file

DATA = Path(__file__).resolve().parent.parent / "data"
INDICES = "indices"
NO_BENEFITS = ("sources", "household")


class Library:
    """All benefits and public indices of a folder; a draft's text stands in for the file of its name.

    Raises DataError with file and line when something is not as it must be.
    """

    def __init__(self, folder: Path, drafts: dict[str, str] | None = None) -> None:
        self.texts: dict[str, str] = {}
        self.benefits: dict[str, Benefit] = {}
        self.indices: dict[str, tuple[Row, ...]] = {}
        for path in sorted(folder.glob("*.yaml")):
            if path.stem not in NO_BENEFITS:
                draft = (drafts or {}).get(path.stem)
                self._read(path.stem, read_file(path) if draft is None else draft)

    def _read(self, name: str, text: str) -> None:
        data = load_text(text, f"{name}.yaml")
        self.texts[name] = text
        if name == INDICES:
            self.indices = indices(name, data)
        else:
            self.benefits[name] = benefit(name, data)

    def with_texts(self, drafts: dict[str, str]) -> "Library":
        """The same with other texts for some files. Raises DataError, KeyError for a file that does not exist."""
        made = copy(self)
        made.texts, made.benefits = dict(self.texts), dict(self.benefits)
        for name, text in drafts.items():
            if name not in self.texts:
                raise KeyError(name)
            made._read(name, text)
        return made

    def with_rows(self, name: str, parameters: dict[str, tuple[Row, ...]]) -> "Library":
        """The same with other rows for some parameters of a file."""
        made = copy(self)
        made.benefits = dict(self.benefits)
        if name == INDICES:
            made.indices = {**self.indices, **parameters}
        else:
            facts = self.benefits[name]
            made.benefits[name] = replace(facts, parameters={**facts.parameters, **parameters})
        return made

    def rows(self, name: str) -> dict[str, tuple[Row, ...]]:
        """The dated rows of a file by parameter. Raises KeyError."""
        return self.indices if name == INDICES else self.benefits[name].parameters


_in_force: list[Library] = []


@cache
def from_files() -> Library:
    """The parameters that come with the program."""
    return Library(DATA)


def library() -> Library:
    """The parameters that Alma answers with: those of the program, and what was approved since."""
    return _in_force[0] if _in_force else from_files()


def put_in_force(shelf: Library | None) -> None:
    """Answer with other parameters from now on, in this process; None goes back to those of the program."""
    _in_force[:] = [] if shelf is None else [shelf]
