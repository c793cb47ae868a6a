"""What is done with the person's switches, for the cases of the record."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from case_api import clock
from case_api.access.door import open_door
from case_api.care.plan import NewGoal
from case_api.city.pdf import make_pdf
from case_api.db import new_id
from tests.services.record.family import Family

DAY = timedelta(days=1)
IVAN = {"name": "Iván Épsilon", "document": "00000108Q"}


def _to(door: Any, family: Family, whom: str) -> dict[str, str]:
    if whom == "team":
        return {"recipient_kind": "case_team", "recipient_name": "team"}
    if whom in ("here", "elsewhere"):
        return {"recipient_kind": "other_unit", "recipient_name": str(family[whom])}
    if whom == "nowhere":
        return {"recipient_kind": "other_unit", "recipient_name": str(new_id())}
    if whom == "the same":
        return {"recipient_kind": "chosen", "recipient_name": str(family["chosen"])}
    chosen = door.choose_recipient(door.actor.person_id, **IVAN)
    family.ids["chosen"] = chosen.id
    return {"recipient_kind": "chosen", "recipient_name": str(chosen.id)}


def give(door: Any, family: Family, switch: str, whom: str, file_id: UUID | None = None) -> str:
    me, to = door.actor.person_id, _to(door, family, whom)
    offered = door.offer(me, switch=switch, **to, file_id=file_id)
    given = door.give(me, switch=switch, **to, shown=offered.words_sha256, file_id=file_id)
    family.ids["consent"] = given.id
    return given.state


def look(door: Any, family: Family, what: str) -> None:
    again = open_door(door.actor, door.purpose, unit=door.unit, represented=family["ana"])
    if what == "ana":
        again.documents(family["ana"])
    else:
        again.document_content(family[what])


def special(door: Any, family: Family) -> None:
    family.paper("special", "ana", kind="report", level="N4", released=True)


def file_of(door: Any, family: Family, whose: str) -> None:
    """A file that waits for a paper, with one in it."""
    family.ids["file"], paper = new_id(), "in the file"
    family.put("case_file", id=family["file"], person_id=family[whose], kind="other", title="Uno", state="received",
               opened_at=clock.now())  # fmt: skip
    family.put("file_step", id=new_id(), file_id=family["file"], person_id=family[whose], ordinal=1, title="Papel",
               state="current", asks_document=True)  # fmt: skip
    family.paper(paper, whose, level="N2", released=True)
    door.unit.session.connection().exec_driver_sql(
        "UPDATE document SET file_id = %s WHERE id = %s", (family["file"], family[paper])
    )


def hand_in(door: Any, family: Family) -> str:
    made = door.add_document(family["file"], "x.pdf", "application/pdf", make_pdf("x", ("x",)))
    return next(name for name, one in family.ids.items() if one == made.person_id)


def answer(door: Any, family: Family) -> str:
    recalled = door.recalled_from_me()
    door.answer_recall(recalled[0].id if recalled else new_id(), outcome="deleted")
    return door.recalled_from_me()[0].outcome


def confirmed(door: Any, family: Family) -> str:
    found = door.recall_of(family["consent"])
    return f"{found.answered} of {found.members}, {found.outcome or 'open'}"


def offers(door: Any, family: Family) -> int:
    return sum(one.recipient_kind == "case_team" for one in door.offered(family["ana"]))


ACTS: dict[str, Any] = {
    **{
        f"ana gives {switch} to {whom}": lambda d, f, s=switch, w=whom: give(d, f, s, w)
        for switch in ("T2", "T3", "T4")
        for whom in ("ivan", "elsewhere", "team")
    },
    "ana gives one file to ivan": lambda d, f: give(d, f, "T2", "ivan", f["file"]),
    "ana withdraws": lambda d, f: d.withdraw(f["consent"]).state,
    "T3 to here": lambda d, f: give(d, f, "T3", "here"),
    "T3 to nowhere": lambda d, f: give(d, f, "T3", "nowhere"),
    "T2 to the same": lambda d, f: give(d, f, "T2", "the same"),
    "T4 to ivan": lambda d, f: give(d, f, "T4", "ivan"),
    "ivan looks at ana": lambda d, f: look(d, f, "ana"),
    "omar looks at report_ana": lambda d, f: look(d, f, "report_ana"),
    "omar looks at special": lambda d, f: look(d, f, "special"),
    "otto looks at special": lambda d, f: look(d, f, "special"),
    **{f"{who} answers": answer for who in ("ivan", "omar", "otto")},
    "otto kept it": lambda d, f: d.answer_recall(d.recalled_from_me()[0].id, outcome="kept_by_law"),
    "who confirmed": confirmed,
    "answer recall": answer,
    "asked back": lambda d, f: [one.who for one in d.recalled_from_me()],
    "recall of consent": lambda d, f: d.recall_of(f["consent"]).outcome,
    "releases": lambda d, f: sorted({one.object_kind for one in d.releases(f["consent"])}),
    "offers to the team": offers,
    "special ana": special,
    **{f"file of {who}": lambda d, f, who=who: file_of(d, f, who) for who in ("ana", "nico", "vera")},
    "write plan": lambda d, f: d.draft_plan(f["ana"], title="x", review_on=clock.today() + DAY, goals=[NewGoal("x")]),
    "write report": lambda d, f: d.write_report(f["ana"], title="x", name="x.pdf", content=make_pdf("x", ("x",))),
    "list reports": lambda d, f: d.reports(f["ana"]),
    "hand in": hand_in,
    "appointments of ana": lambda d, f: d.appointments(f["ana"]),
    "reports that wait": lambda d, f: [f"{one.title} {name}" for one, name in d.reports_to_decide()],
    "choose oneself": lambda d, f: d.choose_recipient(f["ana"], name="Yo", document="00000101D"),
    "choose badly": lambda d, f: d.choose_recipient(f["ana"], name="Otra", document="00000108A"),
    "choose for ana": lambda d, f: d.choose_recipient(f["ana"], **IVAN),
}
