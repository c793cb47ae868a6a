"""The benefits of the data folder, loaded once."""

from functools import cache
from pathlib import Path

from portal.simulators.parameters.schema import Benefit, Row, benefit, indices
from portal.simulators.parameters.strict_yaml import load_file, load_text

DATA = Path(__file__).resolve().parent.parent / "data"
INDICES = "indices"
NO_BENEFITS = ("sources", "household")


class Library:
    """All benefits and public indices of a folder; a draft's text stands in for the file of its name.

    Raises DataError with file and line when something is not as it must be.
    """

    def __init__(self, folder: Path, drafts: dict[str, str] | None = None) -> None:
        self.folder = folder
        self.benefits: dict[str, Benefit] = {}
        self.indices: dict[str, tuple[Row, ...]] = {}
        for path in sorted(folder.glob("*.yaml")):
            if path.stem in NO_BENEFITS:
                continue
            draft = (drafts or {}).get(path.stem)
            data = load_file(path) if draft is None else load_text(draft, path.name)
            if path.stem == INDICES:
                self.indices = indices(path.stem, data)
            else:
                self.benefits[path.stem] = benefit(path.stem, data)


@cache
def library() -> Library:
    """The parameters that Alma answers with."""
    return Library(DATA)
