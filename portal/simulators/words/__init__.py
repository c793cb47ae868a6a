"""The words of each benefit, in Spanish (the source of the catalogues), marked with N_ and free of Flask.

Pages translate them with `gettext`; the command prints them as they are.
"""

from dataclasses import dataclass, field
from functools import cache
from importlib import import_module

from portal.simulators.parameters.library import library


def N_(text: str) -> str:
    """Marks a text for the catalogues without translating it."""
    return text


@dataclass(frozen=True, slots=True)
class Words:
    """What a benefit is called, what it is, and what each condition of it says."""

    name: str
    what: str
    where: str
    when: str = ""
    conditions: dict[str, str] = field(default_factory=dict)
    good_to_know: tuple[str, ...] = ()


# The order in which benefits are told; one that is not here comes last.
ORDER = (
    "imv",
    "capi",
    "rmi",
    "tarjeta_familias",
    "ayudas_emergencia",
    "pnc",
    "dependencia",
    "sad",
    "teleasistencia",
    "comida_domicilio",
    "discapacidad",
    "beca_comedor",
    "familia_numerosa",
    "bono_social_electrico",
    "transporte",
)


def in_order() -> list[str]:
    """The benefits there are, in the order in which they are told."""
    known = library().benefits
    return [*(name for name in ORDER if name in known), *(name for name in known if name not in ORDER)]


@cache
def words_of(benefit: str) -> Words:
    """The words of a benefit."""
    return import_module(f"portal.simulators.words.{benefit}").WORDS
