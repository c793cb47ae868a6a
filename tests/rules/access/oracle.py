"""The same table a second time, written by hand as Cedar policies: an oracle for `decide`.

Nothing here is computed from `rules/*.yaml` or from the code: a slip in one of the two shows as a difference. Each
policy bears the name of its rule; those of one rule stand together, in the design's order, and of the policies that
Cedar found to decide the first one names the rule. Levels are numbers (P is 6), what is absent is "" or -1.
"""

import re

import cedarpy

from case_api.access.facts import Facts
from case_api.access.levels import LEVELS

# The person's switches: which one opens what.
_SWITCHED = """(
    (c.consents.contains("T1") && c.level <= 1
        && ["person", "appointment", "conversation"].contains(c.object))
    || (c.consents.contains("T2") && c.level <= 2 && ["person", "file", "benefit", "document", "access_log",
        "conversation", "consent"].contains(c.object))
    || (c.consents.contains("T3") && c.level == 3 && ["file", "document", "plan"].contains(c.object))
    || (c.consents.contains("T4") && c.level == 4 && ["file", "document"].contains(c.object)))"""
_BY_APP = f'(c.kind == "client" && c.self && c.scoped && c.scopes != [] && {_SWITCHED})'
_BY_OTHERS = f"""((!(c.kind == "client" && c.self) && c.level <= 4 && {_SWITCHED}
    && (c.kind != "staff" || ["social_worker", "coordinator"].contains(c.role)
        || (c.role == "information" && c.level <= 2))
    && (["case_team", "other_unit", "third_sector", "client"].contains(c.recipient)
        || (c.recipient == "chosen" && !["access_log", "consent", "conversation"].contains(c.object)
            && (c.level < 4 || (c.consent_days >= 0 && c.consent_days <= 90)))))
  || (c.kind == "citizen" && c.recipient == "chosen" && c.level == 0 && c.object == "person"
    && (c.consents.contains("T1") || c.consents.contains("T2") || c.consents.contains("T3")
        || c.consents.contains("T4"))))"""
_REPRESENTS = """(c.kind == "citizen" && !c.self && c.scope_of_representation >= 0
    && c.level <= c.scope_of_representation && !["access_log", "consent", "representation", "contact", "shield",
        "credential"].contains(c.object)
    && ((["guardian_in_fact", "authorisation"].contains(c.representation) && c.level <= 2)
        || (["support_person", "power_of_attorney"].contains(c.representation) && c.level <= 3)
        || (["parent", "tutor"].contains(c.representation) && c.level <= 4)))"""
_GLASS = """(c.kind == "staff" && c.glass >= 0 && c.glass <= 60 && !c.takes_out
    && ["social_worker", "coordinator"].contains(c.role) && (c.level <= 4 || (c.urgency && c.level <= 5)))"""
_SHIELDED_TEAM = """(c.kind == "staff" && c.designated && ["reference", "case_team"].contains(c.relation))"""

POLICIES = """
@id("blocked") forbid (principal, action, resource) when { c.blocked };
@id("kin") forbid (principal, action, resource) when { c.kin && c.kind == "staff" };

// Shield: everybody but the person, the designated team, whom a mandate names, an urgency service.
@id("shield") forbid (principal, action, resource) when { (c.shielded || c.level == 5) && !c.self }
unless { (SHIELDED_TEAM && ["social_worker", "coordinator"].contains(c.role))
    || (!SHIELDED_TEAM && c.mandate == 5
        && ["hsu", "administration", "court", "prosecutor", "police", "child_protection"].contains(c.recipient))
    || (!SHIELDED_TEAM && c.mandate == 5 && c.recipient == "contractor" && c.designated)
    || (!SHIELDED_TEAM && c.urgency && GLASS) };

@id("private") forbid (principal, action, resource) when { c.level == 6 } unless { c.author };

@id("purpose") forbid (principal, action, resource)
unless { (c.kind == "citizen" && ["own_record", "book_appointment", "api"].contains(c.purpose))
    || (c.kind == "staff" && ["answer_message", "prepare_appointment", "book_appointment", "manage_case",
        "find_person", "read_to_person", "protect", "urgency", "oversee", "api"].contains(c.purpose))
    || (c.kind == "client" && c.purpose == "api")
    || (c.kind == "system" && ["login", "process_inbound", "notify", "book_appointment", "import",
        "upkeep"].contains(c.purpose)) };
@id("purpose") forbid (principal, action, resource) when { c.scoped }
unless { (c.scopes.contains("person:read") && c.object == "person" && c.level == 0)
    || (c.scopes.contains("appointments:read") && c.object == "appointment" && c.level <= 1)
    || (c.scopes.contains("appointments:write") && c.object == "appointment" && c.level <= 1)
    || (c.scopes.contains("files:read") && ["file", "benefit"].contains(c.object) && c.level <= 2)
    || (c.scopes.contains("documents:read") && c.object == "document" && c.level <= 3)
    || (c.scopes.contains("special:read") && c.object == "document" && c.level <= 4)
    || (c.scopes.contains("documents:write") && c.object == "document" && c.level <= 2)
    || (c.scopes.contains("log:read") && c.object == "access_log" && c.level <= 2)
    || (c.scopes.contains("log:write") && c.object == "access_log" && c.level <= 2)
    || (c.scopes.contains("household:read") && c.object == "household" && c.level <= 2)
    || (c.scopes.contains("plan:read") && c.object == "plan" && c.level <= 3)
    || (c.scopes.contains("rights:read") && ["rights", "export"].contains(c.object) && c.level <= 2)
    || (c.scopes.contains("rights:write") && ["rights", "export"].contains(c.object) && c.level <= 2)
    || (c.scopes.contains("consents:read") && c.object == "consent" && c.level <= 2)
    || (c.scopes.contains("consents:write") && c.object == "consent" && c.level <= 2)
    || (c.scopes.contains("conversations:read") && c.object == "conversation" && c.level <= 2)
    || (c.scopes.contains("conversations:write") && c.object == "conversation" && c.level <= 2) };

// Assurance: 0 low, 1 substantial, 2 high.
@id("assurance") forbid (principal, action, resource)
when { c.kind == "citizen" && (c.self || REPRESENTS || BY_OTHERS) }
when { (c.level <= 1 && c.assurance < 0) || (c.level >= 2 && c.level <= 4 && c.assurance < 1)
    || (c.level == 5 && c.assurance < 2) };
@id("assurance") forbid (principal, action, resource)
when { c.kind == "client" && (BY_APP || BY_OTHERS) && c.level == 4 && c.assurance < 1 };
@id("assurance/fresh") forbid (principal, action, resource)
when { (c.kind == "citizen" && (c.self || REPRESENTS || BY_OTHERS)) || (c.kind == "client" && (BY_APP || BY_OTHERS)) }
when { c.level == 4 && c.assurance >= 1 && (c.login_age < 0 || c.login_age > 900) };

@id("self/L") permit (principal, action, resource)
when { c.kind == "citizen" && c.self && c.known && c.level <= 5 };
@id("representation/L") permit (principal, action, resource) when { c.known && REPRESENTS };

@id("care-relation/L") permit (principal, action, resource)
when { c.kind == "staff" && c.known && c.author && c.level == 6 && c.relation != "" };
@id("care-relation/L") permit (principal, action, resource)
when { c.kind == "staff" && c.known && ["reference", "unit"].contains(c.relation) && c.level <= 4
    && ["social_worker", "coordinator"].contains(c.role) };
@id("care-relation/L") permit (principal, action, resource)
when { c.kind == "staff" && c.known && c.relation == "unit" && c.level <= 2
    && ["information", "administrative"].contains(c.role) };
@id("care-relation/L") permit (principal, action, resource)
when { c.kind == "staff" && c.known && c.relation == "case_team" && c.level <= 3
    && ["social_worker", "coordinator"].contains(c.role) };
@id("care-relation/L") permit (principal, action, resource)
when { c.known && c.level == 5 && SHIELDED_TEAM && ["social_worker", "coordinator"].contains(c.role) };
@id("handling/L") permit (principal, action, resource)
when { c.kind == "staff" && c.known && c.relation == "handling" && c.level <= 1
    && ["social_worker", "coordinator", "information", "administrative"].contains(c.role) };
@id("system/L") permit (principal, action, resource)
when { c.kind == "system" && c.known
    && ((["login", "process_inbound"].contains(c.purpose) && c.level == 0)
        || (["notify", "book_appointment", "upkeep"].contains(c.purpose) && c.level <= 1)
        || (c.purpose == "import" && c.level <= 2)) };

// By law, no further than the protocol, the contract, the agreement or the named duty goes.
@id("mandate/L") permit (principal, action, resource)
when { c.known && c.level <= 5 && c.level <= c.mandate
    && ["hsu", "administration", "contractor", "police", "child_protection"].contains(c.recipient) };
@id("mandate/L") permit (principal, action, resource)
when { c.known && c.level <= 3 && c.level <= c.mandate && c.recipient == "third_sector" };
@id("mandate/J") permit (principal, action, resource)
when { c.known && c.level <= 5 && c.level <= c.mandate && ["court", "prosecutor"].contains(c.recipient) };

@id("referral/L") permit (principal, action, resource)
when { c.kind == "staff" && c.known && c.referral && (c.relation == "case_team" || c.recipient == "other_unit")
    && ((c.level <= 4 && ["social_worker", "coordinator"].contains(c.role))
        || (c.level <= 2 && c.role == "information")) };

@id("opposition/O") permit (principal, action, resource)
when { c.known && !c.opposed && c.level <= 2 && ["other_unit", "administration"].contains(c.recipient) };

@id("client/C") permit (principal, action, resource) when { c.known && BY_APP };
@id("consent/C") permit (principal, action, resource) when { c.known && BY_OTHERS };
@id("break-glass/U") permit (principal, action, resource) when { c.known && GLASS };
"""
for _name, _words in {
    "SHIELDED_TEAM": _SHIELDED_TEAM, "REPRESENTS": _REPRESENTS, "BY_APP": _BY_APP, "BY_OTHERS": _BY_OTHERS,
    "GLASS": _GLASS,
}.items():  # fmt: skip
    POLICIES = re.sub(rf"\b{_name}\b", lambda _match, words=_words: words, POLICIES)
POLICIES = re.sub(r"\bc\.", "context.", POLICIES)
NAMES = re.findall(r'@id\("([^"]+)"\)', POLICIES)
_RANK = {None: -1, "low": 0, "substantial": 1, "high": 2}

Answer = tuple[bool, str, str | None, bool]


def _number(value: float | None) -> int:
    return -1 if value is None else int(value)


def _level(level: object) -> int:
    return -1 if level is None else LEVELS.index(level)  # type: ignore[arg-type]


def request(facts: Facts) -> dict[str, object]:
    """The facts as a request to Cedar."""
    return {
        "principal": 'Actor::"somebody"',
        "action": 'Action::"see"',
        "resource": 'Object::"something"',
        "context": {
            "kind": facts.actor_kind,
            "purpose": str(facts.purpose),
            "level": _level(facts.level),
            "object": facts.object_kind,
            "known": facts.known,
            "role": facts.role or "",
            "assurance": _RANK[facts.assurance],
            "login_age": _number(facts.login_age),
            "self": facts.is_self,
            "relation": facts.relation or "",
            "blocked": facts.blocked,
            "shielded": facts.shielded,
            "author": facts.is_author,
            "scoped": facts.scopes is not None,
            "scopes": sorted(facts.scopes or ()),
            "kin": facts.kin,
            "representation": facts.representation or "",
            "scope_of_representation": _level(facts.representation_scope),
            "designated": facts.designated,
            "recipient": facts.recipient or "",
            "mandate": _level(facts.mandate),
            "referral": facts.referral,
            "opposed": facts.opposed,
            "consents": sorted(facts.consents),
            "consent_days": _number(facts.consent_days),
            "glass": _number(facts.glass_minutes),
            "urgency": facts.urgency,
            "takes_out": facts.takes_out,
        },
    }


def answers(asked: list[Facts]) -> list[Answer]:
    """For each: whether, by which rule, on what basis, and whether only a new login is missing."""
    found = []
    for result in cedarpy.is_authorized_batch([request(facts) for facts in asked], POLICIES, []):
        assert not result.diagnostics.errors, result.diagnostics.errors
        decisive = sorted(int(reason.removeprefix("policy")) for reason in result.diagnostics.reasons)
        rule, _slash, more = (NAMES[decisive[0]] if decisive else "deny").partition("/")
        found.append((result.allowed, rule, more if result.allowed else None, more == "fresh"))
    return found
