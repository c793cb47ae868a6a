"""Where the rules and figures come from: norms with their place in the BOE, and pages. Names are quoted as they are."""

from functools import cache

from portal.simulators.parameters.library import DATA
from portal.simulators.parameters.strict_yaml import DataError, load_file

_BOE = "https://www.boe.es/buscar/act.php?id="


@cache
def sources() -> dict[str, tuple[str, str]]:
    """Each source by its key: its name, and its identifier in the BOE or address. Raises DataError."""
    found = load_file(DATA / "sources.yaml")
    for key, pair in found.items():
        if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair)):
            raise DataError(found.line(key), "a source is [name, identifier or address]")
    return {key: (pair[0], pair[1]) for key, pair in found.items()}


@cache
def name(key: str) -> str:
    """The name of a norm or page; several keys are joined as they stand."""
    found = [sources()[part.strip()][0] for part in key.split(",") if part.strip() in sources()]
    return " · ".join(found) if found else key


def address(key: str) -> str | None:
    """Where a norm or page can be read."""
    place = sources().get(key, ("", ""))[1]
    if not place:
        return None
    return _BOE + place if place.startswith("BOE-") else place
