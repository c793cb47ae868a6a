"""Who sees what of somebody under a shield: cases as data, and the same with every filter forgotten."""

from pathlib import Path

import pytest
import yaml
from sqlalchemy import text

from case_api import clock
from case_api.access.actor import Actor
from case_api.db import new_id, unit_of_work
from case_api.errors import NotFound, Refused, StepUpRequired
from tests.services.access.danger import AT_TEN, Danger, through

CASES = yaml.safe_load(Path(__file__).with_name("shielded_cases.yaml").read_text())
_DAY = AT_TEN.date()
WORK = {
    "person": lambda d, w: d.person(w.ana),
    "centre": lambda d, w: d.person(w.ana).unit_name,
    "files": lambda d, w: d.files(w.ana),
    "file": lambda d, w: d.file(w.file),
    "file_centre": lambda d, w: d.file(w.file).unit_name or d.file(w.file).professional_name,
    "document": lambda d, w: d.document(w.documents["letter"]),
    "appointments": lambda d, w: d.appointments(w.ana),
    "next": lambda d, w: d.next_appointments(w.ana),
    "appointment": lambda d, w: d.appointment(w.appointment),
    "household": lambda d, w: d.household(w.ana),
    "consents": lambda d, w: (d.consents(w.ana), True),
    "shield": lambda d, w: d.shield(w.ana),
    "find": lambda d, w: d.find_people("ñandu ana"),
    "find_document": lambda d, w: d.find_people("00000101P"),
    "agenda": lambda d, w: d.agenda(from_day=_DAY, to_day=_DAY),
    "handled_name": lambda d, w: d.names([w.ana]),
    "child": lambda d, w: d.person(w.carla),
    "child_files": lambda d, w: d.files(w.carla),
    "child_centre": lambda d, w: d.person(w.carla).unit_name,
    "child_appointments": lambda d, w: d.appointments(w.carla),
    "own_files": lambda d, w: d.files(w.dario),
    "by_document": lambda d, w: d.person_by_document("00000101P"),
    "words": lambda d, w: len(d.highest(person_id=w.ana, object_kind="conversation")) > 1,
    "lift": lambda d, w: d.lift_shield(w.ana, why="No debería poder"),
    "query": lambda d, w: d.may_query(
        w.ana, "sepe", data=["unemployment"], purpose="RMI", employee="inventado"
    ).allowed,
}  # fmt: skip
PURPOSES = {
    "find": "find_person", "find_document": "find_person", "agenda": "prepare_appointment",
    "handled_name": "answer_message", "lift": "protect", "shield": "protect",
}  # fmt: skip


def _who(world: Danger, case: dict) -> tuple[Actor, str, dict]:
    who, _, level = case["who"].partition("@")
    if who.startswith("system:"):
        purpose = who.partition(":")[2]
        return Actor.system(purpose), purpose, {}
    if who == "client":
        return Actor("client", "carpeta", person_id=world.ana), "api", {
            "scopes": ["person:read", "appointments:read", "files:read"]
        }  # fmt: skip
    if level:
        more = {"represented": getattr(world, case["acts_for"])} if "acts_for" in case else {}
        return world.citizen(getattr(world, who), level), "own_record", more
    more = {"handling": [world.ana]} if case["do"] == "handled_name" else {}
    return world.staff(who), PURPOSES.get(case["do"], "manage_case"), more


def answer(world: Danger, case: dict) -> str:
    actor, purpose, more = _who(world, case)
    try:
        found = through(actor, purpose, lambda door: WORK[case["do"]](door, world), **more)
    except NotFound:
        return "absent"
    except StepUpRequired:
        return "step-up"
    except Refused:
        return "refused"
    return "seen" if found else "nothing"


@pytest.mark.parametrize("case", CASES, ids=[case["label"] for case in CASES])
def test_who_sees_what(standing, case):
    assert answer(standing, case) == case["sees"]


def test_the_labels_are_each_one_case():
    assert len(CASES) == len({case["label"] for case in CASES}) >= 60


EVERYTHING = """
    SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid WHERE a.attname = 'person_id'
    AND c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND has_table_privilege(c.oid, 'SELECT') AND c.relname NOT IN ('login_session', 'broken_glass') ORDER BY 1
"""


@pytest.mark.parametrize("who", ["lucia", "ines", "omar", "carmen", "vera", "diego"])
def test_a_query_that_forgets_every_filter_shows_staff_nothing_of_hers(standing, who):
    with unit_of_work(standing.staff(who)) as unit:
        tables = unit.session.execute(text(EVERYTHING)).scalars().all()
        assert {"case_file", "document", "appointment", "household_member", "shield", "message"} <= set(tables)
        for table in tables:
            rows = unit.session.execute(
                text(f"SELECT count(*) FROM {table} WHERE person_id = ANY(:them)"),
                {"them": [standing.ana, standing.carla]},
            ).scalar()
            assert rows == 0, table
        assert (
            unit.session.execute(
                text("SELECT count(*) FROM person WHERE id = ANY(:them)"), {"them": [standing.ana, standing.carla]}
            ).scalar()
            == 0
        )


def test_staff_see_the_rows_of_those_they_care_for_and_no_others(standing):
    with unit_of_work(standing.staff("omar")) as unit:
        people = set(unit.session.execute(text("SELECT id FROM person")).scalars())
        assert people == {standing.berta, standing.dario}
        assert unit.session.execute(text("SELECT count(*) FROM case_file")).scalar() == 0
    with unit_of_work(standing.staff("diego")) as unit:
        assert unit.session.execute(text("SELECT count(*) FROM person")).scalar() == 0
    with unit_of_work(standing.worker) as unit:
        assert set(unit.session.execute(text("SELECT id FROM person")).scalars()) == {standing.ana, standing.carla}
        assert unit.session.execute(text("SELECT count(*) FROM case_file")).scalar() == 2


@pytest.mark.parametrize(
    "work",
    [
        pytest.param(lambda d, w, known: d.person(w.ana if known else new_id()), id="person"),
        pytest.param(lambda d, w, known: d.file(w.file if known else new_id()), id="file"),
        pytest.param(lambda d, w, known: d.document(w.documents["letter"] if known else new_id()), id="document"),
        pytest.param(lambda d, w, known: d.appointment(w.appointment if known else new_id()), id="appointment"),
        pytest.param(lambda d, w, known: d.household(w.ana if known else new_id()), id="household"),
    ],
)
def test_hidden_and_unknown_are_one_answer(standing, work):
    answers = []
    for known in (True, False):
        with pytest.raises(NotFound) as caught:
            through(standing.staff("lucia"), "manage_case", lambda door, known=known: work(door, standing, known))
        answers.append((caught.value.status, str(caught.value.message), caught.value.details))
    assert answers[0] == answers[1]


def test_a_denial_is_kept_with_whom_it_was_about(standing):
    before = clock.now()
    with pytest.raises(NotFound):
        through(standing.staff("lucia"), "manage_case", lambda door: door.files(standing.ana))
    with unit_of_work(Actor.system("test")) as unit:
        row = unit.session.execute(
            text("SELECT outcome, rule, person_id FROM access_entry WHERE actor_id = 'lucia' AND at >= :at"),
            {"at": before},
        ).one()
    assert tuple(row) == ("denied", "shield", standing.ana)
