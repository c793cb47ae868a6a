"""The record in full, who gets what: cases as data, each in a transaction that is undone."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from case_api import clock
from case_api.access.door import open_door
from case_api.access.levels import Level
from case_api.care.plan import NewGoal
from case_api.city.pdf import make_pdf
from case_api.db import new_id, unit_of_work
from case_api.errors import DomainError, Invalid
from tests.services.record import giving
from tests.services.record.family import Family

CASES = yaml.safe_load((Path(__file__).parent / "cases/record.yaml").read_text())
NOON = "2026-06-01T12:00+02:00"
IVAN = {"name": "Iván Épsilon", "document": "00000108Q"}
T = {"recipient_kind": "client", "recipient_name": "carpeta"}


def reads(door: Any, family: Family, found: list, prefix: str = "") -> Any:
    return sorted(one.title for one in found)


def consent(door: Any, family: Family, evidence: str) -> Any:
    offered = door.offer(family["ana"], switch="T2", **T)
    given = door.give(family["ana"], switch="T2", **T, shown=offered.words_sha256, channel="desk", evidence=evidence)
    family.ids["consent"] = given.id
    return given.channel


def plan(door: Any, family: Family) -> None:
    made = door.draft_plan(family["ana"], title="Plan", review_on=date(2026, 12, 1), goals=[NewGoal("Salir a caminar")])
    family.ids["plan"] = made.id


def note(door: Any, family: Family) -> None:
    at = door.open_intervention(family["ana"], title="Acogida")
    door.write_entry(at, kind="note", title="secreto", body="x")
    door.write_entry(at, kind="interview", title="Primera entrevista", body="x", release=True)


def keep(family: Family, name: str, made: Any) -> str:
    family.ids[name] = made.id
    return made.state


def asked(door: Any, family: Family, kind: str = "guardian_in_fact") -> str:
    return keep(family, "tie_asked", door.ask_representation(family["ana"], kind=kind, **IVAN))


def authorise(door: Any, who: Any, level: Level = Level.N2) -> str:
    return door.give_authorisation(who, **IVAN, until=date(2026, 12, 31), level=level).state


def write(door: Any, family: Family) -> None:
    content = make_pdf("draft", ("Inventado.",))
    made = door.write_report(family["ana"], title="draft", name="draft.pdf", content=content)
    family.ids["draft"] = made.id


def refer(door: Any, family: Family, level: Level = Level.N3) -> None:
    made = door.refer(family["ana"], to_unit_id=family["elsewhere"], level=level, reason="x", until=date(2026, 6, 11))
    family.ids["referral"] = made.id


def record(door: Any, family: Family, kind: str) -> Any:
    return door.record_representation(
        family["ana"], kind=kind, **IVAN, scope=Level.N2, evidence="papel", starts_on=date(2026, 6, 1), ends_on=None
    )


def household(door: Any, who: Any) -> list[str]:
    found = door.household(who)
    return ["own", *(one.name for one in found.others)]


def hold(door: Any, family: Family, then: str) -> None:
    door.release_report(family["draft"], reason="Mejor hablarlo", until=date(2026, 6, 10), then=then)


def in_the_name_of(door: Any, who: Any, kind: str, action: str) -> str | None:
    """Whose name stands beside what is done; None for the person's own."""
    door.require(person_id=who, level=Level.N1, object_kind=kind, object_id=who, action=action)
    acting = door.acting(who)
    return acting.name if acting else None


def goals(found: Any) -> Any:
    return [goal.title for goal in found.goals] if found else "nothing"


# What is done; `f` the family. What happens `before` is done by whom it says there.
ACTS: dict[str, Any] = {
    "folders": lambda d, f: [f"{one.given_name} {one.scope}" for one in d.folders()],
    "accept nothing": lambda d, f: d.answer_referral(new_id(), accept=True),
    "accept": lambda d, f: d.answer_referral(f["referral"], accept=True).state,
    "give back": lambda d, f: d.answer_referral(f["referral"], accept=False, answer="No es de aquí").state,
    "end referral": lambda d, f: d.end_referral(f["referral"]).state,
    "refer ana": lambda d, f: refer(d, f),
    "refer ana to N2": lambda d, f: refer(d, f, Level.N2),
    "team omar for ana": lambda d, f: d.add_to_case_team(f["ana"], f["omar"], until=date(2026, 6, 11)),
    "team otto for ana": lambda d, f: d.add_to_case_team(f["ana"], f["otto"], until=date(2026, 6, 11)),
    "join the team of ana": lambda d, f: d.add_to_case_team(f["ana"], d.actor.professional_id, until=date(2026, 6, 11)),
    "note on ana": note,
    "notes on ana": lambda d, f: [
        entry.title for one in d.history(f["ana"]) for entry in one.entries if entry.level == "P"
    ],
    "plan for ana": plan,
    "sign plan": lambda d, f: d.sign_plan(f["plan"]),
    "write draft": write,
    "sign draft": lambda d, f: ("draft" in f.ids or write(d, f), d.sign_report(f["draft"])),
    "release": lambda d, f: d.release_report(f["draft"]).state,
    "tell first": lambda d, f: hold(d, f, "appears"),
    "tell first and decide": lambda d, f: hold(d, f, "decides"),
    "suspend mother_nico": lambda d, f: d.suspend_representation(f["tie_mother_nico"], order="Juzgado 1, 1/6/2026"),
    "vera says yes": lambda d, f: d.minor_says(f["tie_mother_vera"], yes=True),
    "vera says no": lambda d, f: d.minor_says(f["tie_mother_vera"], yes=False),
    "say about mother_nico": lambda d, f: d.minor_says(f["tie_mother_nico"], yes=True),
    "say about mother_vera": lambda d, f: d.minor_says(f["tie_mother_vera"], yes=True),
    "ana ends hugo": lambda d, f: d.end_representation(f["tie_hugo"]),
    "ana asks ivan": asked,
    "ivan enters": lambda d, f: d.folders(),
    "desk confirms": lambda d, f: d.confirm_representation(f["tie_asked"], evidence="Informe médico"),
    "ask for ana": asked,
    "ask parent for ana": lambda d, f: asked(d, f, "parent"),
    "T2 at the desk for ana": lambda d, f: consent(d, f, "Hoja firmada"),
    "T2 without paper for ana": lambda d, f: consent(d, f, " "),
    "withdraw at the desk": lambda d, f: d.withdraw(f["consent"], channel="desk").state,
    "acknowledge": lambda d, f: d.acknowledge_recall(f["consent"]).acknowledged_at and "acknowledged",
    "team omar for ana long": lambda d, f: d.add_to_case_team(f["ana"], f["omar"], until=date(2026, 12, 31)),
    **giving.ACTS,
}
BY = {
    "vera": "vera", "ana": "ana", "accept": "omar", "give": "omar", "T2": "marta", "ivan": "ivan", "omar": "omar",
    "otto": "otto",
}  # fmt: skip
OF: dict[str, Any] = {
    "papers of": lambda d, f, who: sorted(one.title for one in d.documents(who)),
    "household of": lambda d, f, who: household(d, who),
    "plan of": lambda d, f, who: goals(d.plan(who)),
    "log of": lambda d, f, who: d.access_entries(who),
    "consents of": lambda d, f, who: d.consents(who),
    "T4 of": lambda d, f, who: d.offer(who, switch="T4", **T),
    "T2 of": lambda d, f, who: d.offer(who, switch="T2", **T),
    "book for": lambda d, f, who: in_the_name_of(d, who, "appointment", "book"),
    "write for": lambda d, f, who: in_the_name_of(d, who, "conversation", "write"),
    "ties of": lambda d, f, who: d.representatives(who),
    "authorise for": lambda d, f, who: authorise(d, who),
    "authorise N3 for": lambda d, f, who: authorise(d, who, Level.N3),
    "key for": lambda d, f, who: d.issue_credential(who, reason="x"),
    "open": lambda d, f, which: d.document_content(which)[0].title,
    "record tutor for": lambda d, f, who: record(d, f, "tutor"),
    "record power_of_attorney for": lambda d, f, who: record(d, f, "power_of_attorney"),
    "record guardian_in_fact for": lambda d, f, who: record(d, f, "guardian_in_fact"),
}


def act(family: Family, who: str, what: str, **more: Any) -> Any:
    actor = family.actor(who)
    purpose = {"staff": "manage_case", "client": "api"}.get(actor.kind, "own_record")
    scopes = ["documents:read", "consents:write"] if actor.kind == "client" else None
    with unit_of_work(actor) as unit:
        door = open_door(unit.actor, purpose, scopes=scopes, **more)
        if what in ACTS:
            return ACTS[what](door, family)
        begin, _space, name = what.rpartition(" ")
        return OF[begin](door, family, family[name])


@pytest.mark.parametrize("case", [pytest.param(case, id=case["label"]) for case in CASES])
def test_case(unit, case):
    with clock.frozen(datetime.fromisoformat(NOON)):
        family = Family(unit)
        for step in case.get("before", []):
            act(family, BY.get(step.split()[0], "marta"), step)
    folder, handling = case.get("folder"), case.get("handling")
    at = datetime.fromisoformat(case.get("at", NOON))
    with clock.frozen(at):
        try:
            got = act(
                family, case["who"], case["do"], represented=family[folder] if folder else None,
                handling=[family[handling]] if handling else (),
            )  # fmt: skip
        except Invalid as error:
            got = f"Invalid: {', '.join(error.fields)}"
        except DomainError as error:
            got = type(error).__name__
    assert got == case["gets"]


def test_the_labels_tell_the_cases_apart():
    labels = [case["label"] for case in CASES]
    assert len(labels) == len(set(labels)) >= 60
