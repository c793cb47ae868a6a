"""May this actor see this, and why: one pure function from facts to a decision.

The order of the rules is the design's: blocked → shield → private → assurance → self → representation → care relation →
referral → opposition → consent → break-glass → deny. Those before `self` only narrow, the later ones may grant.
"""

from collections.abc import Callable

from case_api.access.facts import BASES, RULES, Decision, Facts, Relation
from case_api.access.levels import Level
from case_api.access.table import Table

__all__ = ["BASES", "RULES", "Decision", "Facts", "Relation", "decide"]

_OPPOSED = frozenset({"O"})
_RANK = {None: -1, "low": 0, "substantial": 1, "high": 2}
_Login = tuple[int, str, int | None]


class _Compiled:
    """A table as the flat dictionaries that decisions look into."""

    def __init__(self, table: Table):
        care = table.care_relation
        self.own = {level: _login(rule) for level, rule in table.own.items()}
        self.relations = {
            "reference": care.reference,
            "unit": care.unit,
            "case_team": care.case_team,
            "handling": table.handling,
        }
        self.designated = care.designated
        self.representation = table.representation.kinds
        self.not_represented = table.representation.never
        self.recipients = table.recipients
        self.referral = table.referral
        # By level, then by kind of object: the switches any of which opens it.
        self.switches: dict[tuple[Level, str], frozenset[str]] = {}
        for name, switch in table.switches.items():
            for level in switch.levels:
                for kind in switch.objects:
                    self.switches[level, kind] = self.switches.get((level, kind), frozenset()) | {name}
        self.special = {
            level: _login(switch.login)
            for switch in table.switches.values()
            if switch.login is not None
            for level in switch.levels
        }
        self.glass = table.break_glass
        self.system = table.system
        self.scopes = table.scopes
        self.purposes = {kind: frozenset(map(str, allowed)) for kind, allowed in table.purposes.items()}
        self.basis = table.basis


def _login(rule: object) -> _Login:
    minutes = rule.fresh_minutes  # type: ignore[attr-defined]
    return _RANK[rule.assurance], rule.assurance, minutes and minutes * 60  # type: ignore[attr-defined]


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
    # An opposition is named only where it is what was missing.
    return _no(facts, "opposition" if facts.opposed and _opposable(facts, compiled) else "deny")


def _no(facts: Facts, rule: str) -> Decision:
    return Decision(False, rule, None, facts.level)


def _yes(facts: Facts, rule: str, basis: str) -> Decision:
    return Decision(True, rule, basis, facts.level)


def _in_scope(facts: Facts, compiled: _Compiled) -> bool:
    """Whether one of the scopes covers this kind of object at this level; no scopes at all narrow nothing."""
    if facts.scopes is None:
        return True
    held = (compiled.scopes.get(name) for name in facts.scopes)
    return any(scope and facts.object_kind in scope.objects and facts.level <= scope.level for scope in held)


def _consented(facts: Facts, compiled: _Compiled) -> bool:
    """Whether a switch that is on opens this kind of object at this level, for a recipient who may be let in by it."""
    if not facts.consents:
        return False
    rule = compiled.recipients.get(facts.recipient or "")
    if facts.consents.isdisjoint(compiled.switches.get((facts.level, facts.object_kind), ())):
        # Whoever was given something may know whose it is.
        who = facts.level == Level.N0 and facts.object_kind == "person" and facts.consents != _OPPOSED
        return bool(who and rule and rule.identity and facts.actor_kind == "citizen")
    if facts.actor_kind == "client" and facts.is_self:
        return bool(facts.scopes)
    if rule is None or rule.consent is None or facts.level > rule.consent or facts.object_kind in rule.never:
        return False
    if facts.actor_kind == "staff":
        highest = compiled.referral.get(facts.role)  # type: ignore[call-overload]
        if highest is None or facts.level > highest:
            return False
    if facts.level == Level.N4 and rule.special_days is not None:
        return facts.consent_days is not None and facts.consent_days <= rule.special_days
    return True


def _opposable(facts: Facts, compiled: _Compiled) -> bool:
    rule = compiled.recipients.get(facts.recipient or "")
    return bool(rule and rule.opposable and facts.known and facts.level <= rule.opposable)


def _represents(facts: Facts, compiled: _Compiled) -> bool:
    """Within the scope of the representation and within what its kind may ever open online."""
    if facts.actor_kind != "citizen" or facts.is_self or facts.representation_scope is None:
        return False
    highest = compiled.representation.get(facts.representation or "")  # type: ignore[call-overload]
    if highest is None or facts.object_kind in compiled.not_represented:
        return False
    return facts.level <= highest and facts.level <= facts.representation_scope


def _on_glass(facts: Facts, compiled: _Compiled) -> bool:
    rule = compiled.glass
    if facts.actor_kind != "staff" or facts.glass_minutes is None or not 0 <= facts.glass_minutes <= rule.minutes:
        return False
    if facts.takes_out or facts.role not in rule.roles:
        return False
    return facts.level <= (rule.urgency if facts.urgency else rule.level)


def _blocked(facts: Facts, compiled: _Compiled) -> Decision | None:
    return _no(facts, "blocked") if facts.blocked else None


def _kin(facts: Facts, compiled: _Compiled) -> Decision | None:
    return _no(facts, "kin") if facts.kin and facts.actor_kind == "staff" else None


def _shield(facts: Facts, compiled: _Compiled) -> Decision | None:
    """Stops everybody but the person, the designated team, whom a mandate names, and an urgency service."""
    if not (facts.shielded or facts.level == Level.N5) or facts.is_self:
        return None
    if facts.actor_kind == "staff" and facts.designated and facts.relation in ("reference", "case_team"):
        return None if facts.role in compiled.designated else _no(facts, "shield")
    rule = compiled.recipients.get(facts.recipient or "")
    if rule and facts.mandate == Level.N5 and (rule.shield == "mandate" or rule.shield == "team" and facts.designated):
        return None
    return None if facts.urgency and _on_glass(facts, compiled) else _no(facts, "shield")


def _private(facts: Facts, compiled: _Compiled) -> Decision | None:
    return _no(facts, "private") if facts.level == Level.P and not facts.is_author else None


def _purpose(facts: Facts, compiled: _Compiled) -> Decision | None:
    allowed = facts.purpose in compiled.purposes.get(facts.actor_kind, ())
    return None if allowed and _in_scope(facts, compiled) else _no(facts, "purpose")


def _assurance(facts: Facts, compiled: _Compiled) -> Decision | None:
    """Too weak a login says so, where a stronger one would open it; a stranger learns nothing from this rule."""
    if facts.actor_kind == "citizen":
        if not (facts.is_self or _represents(facts, compiled) or _consented(facts, compiled)):
            return None
        needed = compiled.own.get(facts.level)
    elif facts.actor_kind == "client" and _consented(facts, compiled):
        needed = compiled.special.get(facts.level)
    else:
        return None
    if needed is None:
        return None
    rank, name, seconds = needed
    if _RANK[facts.assurance] < rank:
        return Decision(False, "assurance", None, facts.level, name)
    if seconds is not None and (facts.login_age is None or facts.login_age > seconds):
        return Decision(False, "assurance", None, facts.level, name, True)
    return None


def _self(facts: Facts, compiled: _Compiled) -> Decision | None:
    if facts.actor_kind == "citizen" and facts.is_self and facts.known and facts.level in compiled.own:
        return _yes(facts, "self", compiled.basis["self"])
    return None


def _representation(facts: Facts, compiled: _Compiled) -> Decision | None:
    if facts.known and _represents(facts, compiled):
        return _yes(facts, "representation", compiled.basis["representation"])
    return None


def _care_relation(facts: Facts, compiled: _Compiled) -> Decision | None:
    if facts.actor_kind != "staff" or facts.relation is None or not facts.known:
        return None
    if facts.level == Level.P and facts.is_author:
        return _yes(facts, "care-relation", compiled.basis["care-relation"])
    if facts.level == Level.N5 and facts.designated and facts.relation in ("reference", "case_team"):
        highest = compiled.designated.get(facts.role)  # type: ignore[call-overload]
    else:
        highest = compiled.relations[facts.relation].get(facts.role)  # type: ignore[call-overload]
    if highest is None or facts.level > highest:
        return None
    rule = "handling" if facts.relation == "handling" else "care-relation"
    return _yes(facts, rule, compiled.basis[rule])


def _system(facts: Facts, compiled: _Compiled) -> Decision | None:
    if facts.actor_kind != "system" or not facts.known:
        return None
    highest = compiled.system.get(facts.purpose)  # type: ignore[call-overload]
    return _yes(facts, "system", compiled.basis["system"]) if highest and facts.level <= highest else None


def _mandate(facts: Facts, compiled: _Compiled) -> Decision | None:
    """Law by a protocol, a contract, an agreement or a named duty: its minimum, and never above the table's."""
    rule = compiled.recipients.get(facts.recipient or "")
    if rule is None or rule.law is None or facts.mandate is None or not facts.known:
        return None
    granted = facts.level <= rule.law and facts.level <= facts.mandate
    return _yes(facts, "mandate", rule.basis) if granted else None


def _referral(facts: Facts, compiled: _Compiled) -> Decision | None:
    if facts.actor_kind != "staff" or not facts.referral or not facts.known:
        return None
    if facts.relation != "case_team" and facts.recipient != "other_unit":
        return None
    highest = compiled.referral.get(facts.role)  # type: ignore[call-overload]
    if highest is None or facts.level > highest:
        return None
    return _yes(facts, "referral", compiled.basis["referral"])


def _opposition(facts: Facts, compiled: _Compiled) -> Decision | None:
    if not facts.opposed and _opposable(facts, compiled):
        return _yes(facts, "opposition", compiled.basis["opposition"])
    return None


def _consent(facts: Facts, compiled: _Compiled) -> Decision | None:
    if not facts.known or not _consented(facts, compiled):
        return None
    rule = "client" if facts.actor_kind == "client" and facts.is_self else "consent"
    return _yes(facts, rule, compiled.basis[rule])


def _break_glass(facts: Facts, compiled: _Compiled) -> Decision | None:
    if facts.known and _on_glass(facts, compiled):
        return _yes(facts, "break-glass", compiled.basis["break-glass"])
    return None


_ORDER: tuple[Callable[[Facts, _Compiled], Decision | None], ...] = (
    _blocked, _kin, _shield, _private, _purpose, _assurance, _self, _representation, _care_relation, _system, _mandate,
    _referral, _opposition, _consent, _break_glass,
)  # fmt: skip
