"""The benefits of the data folder, loaded once."""

from functools import cache
from pathlib import Path

from portal.simulators.parameters.schema import Benefit, Row, benefit, indices
from portal.simulators.parameters.strict_yaml import load_file

DATA = Path(__file__).resolve().parent.parent / "data"
INDICES = "indices"
NO_BENEFITS = ("sources", "household")


class Library:
    """All benefits and public indices of a folder. Raises DataError when a file is not as it must be."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.benefits: dict[str, Benefit] = {}
        self.indices: dict[str, tuple[Row, ...]] = {}
        for path in sorted(folder.glob("*.yaml")):
            if path.stem == INDICES:
                self.indices = indices(path.stem, load_file(path))
            elif path.stem not in NO_BENEFITS:
                self.benefits[path.stem] = benefit(path.stem, load_file(path))


@cache
def library() -> Library:
    """The parameters that Alma answers with."""
    return Library(DATA)
