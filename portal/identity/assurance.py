"""Levels of assurance: the issuer's names and ours (Reglamento de Ejecución (UE) 2015/1502)."""

from case_api.access.actor import Assurance

PREFIX = "http://eidas.europa.eu/LoA/"
LEVELS: tuple[Assurance, ...] = ("low", "substantial", "high")


def acr_of(assurance: Assurance) -> str:
    """The value to ask the issuer for."""
    return PREFIX + assurance


def assurance_of(acr: object) -> Assurance | None:
    """Our level for the issuer's `acr`; None for anything it does not exactly name."""
    return next((level for level in LEVELS if acr == PREFIX + level), None)


def reaches(have: Assurance | None, need: Assurance) -> bool:
    """Whether a login at `have` does for what needs `need`."""
    return have is not None and LEVELS.index(have) >= LEVELS.index(need)
