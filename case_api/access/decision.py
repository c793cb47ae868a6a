"""May this actor see this, and why: one pure function from facts to a decision.

The order of the rules is the design's: blocked → shield → private → assurance → self → representation → care relation →
referral → opposition → consent → break-glass → deny. The first four only narrow, the later ones may grant. Those
whose facts the record does not hold yet (representation, referral, opposition, consent, break-glass) have no rule here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from flask_babel import lazy_gettext as _l

from case_api.access.levels import Level
from case_api.access.table import Table

Relation = Literal["reference", "unit", "handling"]

_RANK = {None: -1, "low": 0, "substantial": 1, "high": 2}

RULES: dict[str, Any] = {
    "blocked": _l("El acceso está suspendido"),
    "shield": _l("Los datos están protegidos por seguridad"),
    "private": _l("Son notas privadas de quien las escribió"),
    "purpose": _l("Ese motivo no corresponde a quien consulta"),
    "assurance": _l("Hace falta entrar de una forma más segura"),
    "self": _l("Es la propia persona"),
    "care-relation": _l("Pertenece al equipo que atiende a la persona"),
    "handling": _l("Atiende un mensaje o una cita de la persona"),
    "system": _l("Es un proceso automático con una tarea concreta"),
    "client": _l("Es una aplicación que la persona ha autorizado"),
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
    """What a decision is made from. `known` is whether the person exists; `login_age` is in seconds.

    `scopes` None means that no scope narrows (a browser); an empty set opens nothing.
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


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether, by which rule, on what basis (None when refused), up to which level.

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


class _Compiled:
    """A table as the flat dictionaries that decisions look into."""

    def __init__(self, table: Table):
        self.own = {
            level: (_RANK[rule.assurance], rule.assurance, rule.fresh_minutes and rule.fresh_minutes * 60)
            for level, rule in table.own.items()
        }
        self.relations = {
            "reference": table.care_relation.reference,
            "unit": table.care_relation.unit,
            "handling": table.handling,
        }
        self.system = table.system
        self.scopes = table.scopes
        self.purposes = {kind: frozenset(map(str, allowed)) for kind, allowed in table.purposes.items()}
        self.basis = table.basis


_compiled: dict[int, tuple[Table, _Compiled]] = {}


def decide(facts: Facts, table: Table) -> Decision:
    """The decision on these facts by this table. Pure: reads no clock, no database; a few microseconds."""
    held = _compiled.get(id(table))
    if held is None or held[0] is not table:
        held = _compiled[id(table)] = (table, _Compiled(table))
    compiled = held[1]
    for rule in _ORDER:
        decision = rule(facts, compiled)
        if decision is not None:
            return decision
    return Decision(False, "deny", None, facts.level)


def _no(facts: Facts, rule: str) -> Decision:
    return Decision(False, rule, None, facts.level)


def _in_scope(facts: Facts, compiled: _Compiled) -> bool:
    """Whether one of the scopes covers this kind of object at this level; no scopes at all narrow nothing."""
    if facts.scopes is None:
        return True
    held = (compiled.scopes.get(name) for name in facts.scopes)
    return any(scope and facts.object_kind in scope.objects and facts.level <= scope.level for scope in held)


def _blocked(facts: Facts, compiled: _Compiled) -> Decision | None:
    return _no(facts, "blocked") if facts.blocked else None


def _shield(facts: Facts, compiled: _Compiled) -> Decision | None:
    # Nobody has a rule for N5 but the person: designated teams come with the shields themselves.
    return _no(facts, "shield") if (facts.shielded or facts.level == Level.N5) and not facts.is_self else None


def _private(facts: Facts, compiled: _Compiled) -> Decision | None:
    return _no(facts, "private") if facts.level == Level.P and not facts.is_author else None


def _purpose(facts: Facts, compiled: _Compiled) -> Decision | None:
    allowed = facts.purpose in compiled.purposes.get(facts.actor_kind, ())
    return None if allowed and _in_scope(facts, compiled) else _no(facts, "purpose")


def _assurance(facts: Facts, compiled: _Compiled) -> Decision | None:
    """A person's own record at too low a login says so; a stranger learns nothing from this rule."""
    if facts.actor_kind != "citizen" or not facts.is_self or facts.level not in compiled.own:
        return None
    rank, name, seconds = compiled.own[facts.level]
    if _RANK[facts.assurance] < rank:
        return Decision(False, "assurance", None, facts.level, name)
    if seconds is not None and (facts.login_age is None or facts.login_age > seconds):
        return Decision(False, "assurance", None, facts.level, name, True)
    return None


def _self(facts: Facts, compiled: _Compiled) -> Decision | None:
    if facts.actor_kind == "citizen" and facts.is_self and facts.known and facts.level in compiled.own:
        return Decision(True, "self", compiled.basis["self"], facts.level)
    return None


def _care_relation(facts: Facts, compiled: _Compiled) -> Decision | None:
    if facts.actor_kind != "staff" or facts.relation is None or not facts.known:
        return None
    if facts.level == Level.P and facts.is_author:
        return Decision(True, "care-relation", compiled.basis["care-relation"], facts.level)
    highest = compiled.relations[facts.relation].get(facts.role)
    if highest is None or facts.level > highest:
        return None
    rule = "handling" if facts.relation == "handling" else "care-relation"
    return Decision(True, rule, compiled.basis[rule], facts.level)


def _system(facts: Facts, compiled: _Compiled) -> Decision | None:
    if facts.actor_kind != "system" or not facts.known:
        return None
    highest = compiled.system.get(facts.purpose)
    return (
        Decision(True, "system", compiled.basis["system"], facts.level) if highest and facts.level <= highest else None
    )


def _client(facts: Facts, compiled: _Compiled) -> Decision | None:
    if facts.actor_kind == "client" and facts.is_self and facts.known and facts.scopes:
        return Decision(True, "client", compiled.basis["client"], facts.level)
    return None


_ORDER: tuple[Callable[[Facts, _Compiled], Decision | None], ...] = (
    _blocked, _shield, _private, _purpose, _assurance, _self, _care_relation, _system, _client,
)  # fmt: skip
