"""A shield: what it covers, whom it lets through, and that nothing tells that it is there."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from case_api import clock
from case_api.access.actor import Actor
from case_api.db import new_id, unit_of_work
from case_api.errors import Conflict, Invalid, NotFound, Refused, StepUpRequired
from tests.services.access.danger import rows, set_shield, through


@pytest.fixture
def shielded(danger):
    set_shield(danger)
    return danger


def test_it_covers_custody_cuts_edges_and_makes_addresses_unsafe_at_once(danger):
    assert set(set_shield(danger)) == {danger.ana, danger.carla}
    now = rows("SELECT person_id, household_id FROM household_member WHERE left_on IS NULL")
    homes = {row.person_id: row.household_id for row in now}
    assert homes[danger.dario] == danger.household
    assert homes[danger.ana] == homes[danger.carla] != danger.household
    assert rows("SELECT unsafe_reason FROM address")[0].unsafe_reason == "shield"
    ties = {(row.person_id, row.what) for row in rows("SELECT person_id, what FROM shield_tie")}
    assert ties == {(danger.dario, "household"), (danger.dario, "representation")}


def test_all_of_it_or_nothing(danger):
    with pytest.raises(RuntimeError), unit_of_work(danger.worker) as unit:
        from case_api.access.door import open_door

        open_door(danger.worker, "protect").set_shield(
            danger.ana, kind="gender_violence", reason="Motivo inventado", review_on=clock.today() + timedelta(days=9)
        )
        assert unit.session.execute(text("SELECT count(*) FROM shield")).scalar() == 2
        raise RuntimeError
    assert rows("SELECT 1 FROM shield") == [] and rows("SELECT 1 FROM household_member WHERE left_on IS NOT NULL") == []
    assert rows("SELECT 1 FROM person WHERE shielded_at IS NOT NULL") == []


def test_the_team_named_sees_everything(danger):
    set_shield(danger, team=[danger.lucia])
    for who in ("marta", "lucia"):
        actor = danger.staff(who)
        person = through(actor, "manage_case", lambda door: door.person(danger.ana))
        assert person.unit_name == "Centro Aquí"
        assert len(through(actor, "manage_case", lambda door: door.appointments(danger.ana))) == 1
        found = through(actor, "manage_case", lambda door: door.shield(danger.ana))
        assert (found.kind, found.covers, len(found.team)) == ("gender_violence", 2, 2)


def test_a_reference_who_is_not_named_goes_on_without_what_locates(danger):
    with unit_of_work(Actor.system("test")) as unit:
        unit.session.execute(
            text("UPDATE person SET reference_professional_id = :lucia WHERE id = :ana"),
            {"lucia": danger.lucia, "ana": danger.ana},
        )
    set_shield(danger)
    lucia = danger.staff("lucia")
    person = through(lucia, "manage_case", lambda door: door.person(danger.ana))
    assert (person.unit_name, person.reference_professional_name) == (None, None)
    (file,) = through(lucia, "manage_case", lambda door: door.files(danger.ana))
    assert (file.unit_name, file.professional_name) == (None, None)
    assert through(lucia, "manage_case", lambda door: door.appointments(danger.ana)) == []
    assert through(lucia, "manage_case", lambda door: door.household(danger.ana)) is None


def test_the_other_parents_open_page_is_not_there_at_the_next_request(danger):
    dario = danger.citizen(danger.dario)

    def files(door):
        return door.files(danger.carla)

    assert len(through(dario, "own_record", files, represented=danger.carla)) == 1
    set_shield(danger)
    answers = []
    for who in (danger.carla, new_id()):
        with pytest.raises(NotFound) as caught:
            through(dario, "own_record", lambda door, who=who: door.files(who), represented=who)
        answers.append((str(caught.value.message), caught.value.details))
    assert answers[0] == answers[1]
    with unit_of_work(dario) as unit:
        assert unit.session.execute(text("SELECT count(*) FROM representation")).scalar() == 0


def test_the_parent_under_the_same_shield_still_acts_for_the_child_but_where_it_is_never_shows(shielded):
    ana = shielded.citizen(assurance="high")
    (file,) = through(ana, "own_record", lambda door: door.files(shielded.carla), represented=shielded.carla)
    assert (file.title, file.unit_name) == ("Comedor", None)
    assert through(ana, "own_record", lambda d: d.appointments(shielded.carla), represented=shielded.carla) == []
    person = through(ana, "own_record", lambda d: d.person(shielded.carla), represented=shielded.carla)
    assert person.unit_name is None


def test_a_low_login_sees_an_ordinary_folder_and_no_unit_anywhere(shielded):
    low = shielded.citizen(assurance="low")

    def work(door):
        me = door.me()
        assert (me.given_name, me.unit_name, me.unit_id, me.reference_professional_name) == ("Ana", None, None, None)
        assert door.appointments(shielded.ana) == [] and door.next_appointments(shielded.ana) == []
        with pytest.raises(NotFound):  # and no step-up, which would say that there is something
            door.appointment(shielded.appointment)
        with pytest.raises(StepUpRequired):  # as in every folder
            door.files(shielded.ana)
        assert [str(level) for level in door.highest(person_id=shielded.ana, object_kind="conversation")] == ["N0"]

    through(low, "own_record", work)
    with unit_of_work(low) as unit:
        for table in ("appointment", "address"):
            assert unit.session.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 0


def test_booking_at_a_low_login_is_refused_in_everyday_words(shielded):
    with pytest.raises(Invalid) as caught:
        through(
            shielded.citizen(assurance="low"), "book_appointment",
            lambda door: door.book(person_id=shielded.ana, unit_id=shielded.here, reason="talk", mode="phone",
                                   starts_at=clock.now() + timedelta(days=5)),
        )  # fmt: skip
    assert "reason" in caught.value.fields


def test_an_application_sees_no_appointment_and_no_unit(danger):
    app = Actor("client", "carpeta", person_id=danger.ana)
    asked = {"switch": "T1", "recipient_kind": "client", "recipient_name": "carpeta"}

    def give(door):
        return door.give(danger.ana, **asked, shown=door.offer(danger.ana, **asked).words_sha256)

    through(danger.citizen(), "own_record", give)
    scopes = ["person:read", "appointments:read"]
    assert len(through(app, "api", lambda d: d.appointments(danger.ana), scopes=scopes)) == 1
    set_shield(danger)
    assert through(app, "api", lambda d: d.appointments(danger.ana), scopes=scopes) == []
    assert through(app, "api", lambda d: d.person(danger.ana), scopes=scopes).unit_name is None


def test_no_query_leaves_about_a_shielded_person(shielded):
    answer = through(
        shielded.worker, "manage_case",
        lambda d: d.may_query(shielded.ana, "sepe", data=["unemployment"], purpose="RMI", employee="marta"),
    )  # fmt: skip
    assert (answer.allowed, answer.reason) == (False, "shielded")
    with pytest.raises(NotFound):
        through(
            shielded.staff("lucia"), "manage_case",
            lambda d: d.may_query(shielded.ana, "sepe", data=["unemployment"], purpose="RMI", employee="lucia"),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("who", "error"),
    [
        pytest.param("lucia", Refused, id="a colleague who is not named to set them"),
        pytest.param("ines", NotFound, id="information, by profile"),
        pytest.param("omar", NotFound, id="another centre"),
    ],
)
def test_only_whom_the_city_names_sets_one(danger, who, error):
    actor = danger.staff(who)
    with pytest.raises(error):
        through(
            actor, "protect",
            lambda d: d.set_shield(danger.ana, kind="gender_violence", reason="Motivo inventado",
                                   review_on=clock.today() + timedelta(days=9)),
        )  # fmt: skip
    with pytest.raises(Exception, match="not a protection officer"), unit_of_work(actor) as unit:
        unit.session.execute(
            text("SELECT alma_shield(:id, :ana, 'gender_violence', 'x', current_date, '{}', current_date)"),
            {"id": new_id(), "ana": danger.ana},
        )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        pytest.param({"kind": "other"}, "kind", id="an unknown kind"),
        pytest.param({"reason": "  "}, "reason", id="no reason"),
        pytest.param({"reason": "x" * 2001}, "reason", id="a reason too long"),
        pytest.param({"review_on": lambda: clock.today()}, "review_on", id="no day to review it"),
        pytest.param({"review_on": lambda: clock.today() + timedelta(days=400)}, "review_on", id="reviewed too late"),
        pytest.param({"team": [new_id()]}, "team", id="a team of nobody"),
    ],
)
def test_bad_input_says_what_to_mend(danger, change, field):
    values = {"kind": "gender_violence", "reason": "Motivo inventado", "review_on": clock.today() + timedelta(days=9)}
    values |= {name: value() if callable(value) else value for name, value in change.items()}
    with pytest.raises(Invalid) as caught:
        through(danger.worker, "protect", lambda door: door.set_shield(danger.ana, **values))
    assert field in caught.value.fields and rows("SELECT 1 FROM shield") == []


def test_twice_is_a_conflict_and_lifting_brings_back_what_was_hidden_but_no_edges(shielded):
    with pytest.raises(Conflict):
        set_shield(shielded)
    through(shielded.worker, "protect", lambda d: d.lift_shield(shielded.ana, why="Ya no hace falta (prueba)"))
    lucia = shielded.staff("lucia")
    assert through(lucia, "manage_case", lambda door: door.person(shielded.ana)).unit_name == "Centro Aquí"
    assert rows("SELECT 1 FROM person WHERE shielded_at IS NOT NULL") == []
    assert rows("SELECT 1 FROM household_member WHERE left_on IS NULL AND household_id = :h", h=shielded.household)
    assert len(rows("SELECT 1 FROM household_member WHERE left_on IS NULL")) == 3
