"""What a decision is made from, what it says, and its words."""

from dataclasses import dataclass
from typing import Any, Literal

from flask_babel import lazy_gettext as _l

from case_api.access.levels import WORDS as LEVELS
from case_api.access.levels import Level

Relation = Literal["reference", "unit", "case_team", "handling"]

RULES: dict[str, Any] = {
    "blocked": _l("El acceso está suspendido"),
    "kin": _l("Nadie puede ver como profesional lo suyo ni lo de su familia"),
    "shield": _l("Los datos están protegidos por seguridad"),
    "private": _l("Son notas privadas de quien las escribió"),
    "purpose": _l("Ese motivo no corresponde a quien consulta"),
    "assurance": _l("Hace falta entrar de una forma más segura"),
    "self": _l("Es la propia persona"),
    "representation": _l("Representa a la persona"),
    "care-relation": _l("Pertenece al equipo que atiende a la persona"),
    "handling": _l("Atiende un mensaje o una cita de la persona"),
    "system": _l("Es un proceso automático con una tarea concreta"),
    "mandate": _l("Hay una norma, un contrato o una orden que lo dice y pone el límite"),
    "referral": _l("El centro de la persona le ha pedido que intervenga"),
    "opposition": _l("La persona puede oponerse a que lo consulten"),
    "client": _l("Es una aplicación que la persona ha autorizado"),
    "consent": _l("La persona le ha dado permiso"),
    "break-glass": _l("Es una urgencia: queda anotada y otra persona la revisa"),
    "deny": _l("No hay ningún motivo que permita verlo"),
}
BASES: dict[str, Any] = {
    "L": _l("Lo permite la ley"),
    "O": _l("La persona no se ha opuesto"),
    "C": _l("La persona lo ha consentido"),
    "U": _l("Es una urgencia"),
    "J": _l("Lo ordena un juzgado"),
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What a decision is made from. What is not known stays at its default, which opens nothing.

    `known`: the person exists. `login_age`: seconds. `scopes`: None narrows nothing (a browser); an empty set opens
    nothing. `kin`: the professional is this person, or a relative. `representation`: the kind of one in force today,
    `representation_scope` the highest level it covers. `designated`: of the team named for this shielded person.
    `recipient`: a key of the table's `recipients`, when somebody outside the team asks; `mandate`: the highest level
    that their protocol, contract, agreement or named duty covers. `opposed`: opposition (O) stands against this
    recipient. `consents`: the switches that are on for this recipient and this very object, now; `consent_days`: how
    long ago the special one (T4) was given. `glass_minutes`: since the glass was broken for this person; `urgency`: by
    an urgency service; `takes_out`: an export or a print.
    """

    actor_kind: str
    purpose: str
    level: Level
    object_kind: str
    known: bool = True
    role: str | None = None
    assurance: str | None = None
    login_age: float | None = None
    is_self: bool = False
    relation: Relation | None = None
    blocked: bool = False
    shielded: bool = False
    is_author: bool = False
    scopes: frozenset[str] | None = None
    kin: bool = False
    representation: str | None = None
    representation_scope: Level | None = None
    designated: bool = False
    recipient: str | None = None
    mandate: Level | None = None
    referral: bool = False
    opposed: bool = False
    consents: frozenset[str] = frozenset()
    consent_days: float | None = None
    glass_minutes: float | None = None
    urgency: bool = False
    takes_out: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether, by which rule, on what basis (None when refused), at which level.

    `step_up` is the assurance that would do, when only a stronger login is missing; `fresh` when it must be a new one.
    """

    allowed: bool
    rule: str
    basis: str | None
    level: Level
    step_up: str | None = None
    fresh: bool = False

    @property
    def words(self) -> Any:
        """The rule in a sentence for people, translated when it is shown."""
        return RULES[self.rule]

    @property
    def basis_words(self) -> Any:
        """The basis in a sentence for people, or None."""
        return BASES[self.basis] if self.basis else None

    @property
    def level_words(self) -> Any:
        """What was asked for, in words for the person it speaks of."""
        return LEVELS[self.level]
