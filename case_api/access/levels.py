"""How sensitive a content is: the levels of the decision table."""

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l


class Level(StrEnum):
    """N0 to N5, and P. They compare by sensitivity, which is also their order as text."""

    N0 = "N0"  # identity
    N1 = "N1"  # agenda and state
    N2 = "N2"  # benefits and administrative documents
    N3 = "N3"  # intervention, PIISO, reports
    N4 = "N4"  # special categories, or third parties
    N5 = "N5"  # shielded: gender violence, protected address, child protection
    P = "P"  # a professional's private notes


LEVELS: tuple[Level, ...] = tuple(Level)

WORDS: dict[Level, Any] = {
    Level.N0: _l("Quién es usted"),
    Level.N1: _l("Sus citas y en qué punto está lo suyo"),
    Level.N2: _l("Sus prestaciones y documentos administrativos"),
    Level.N3: _l("Su intervención social y sus informes"),
    Level.N4: _l("Datos especialmente delicados o de otras personas"),
    Level.N5: _l("Datos protegidos por seguridad"),
    Level.P: _l("Notas privadas de un profesional"),
}
