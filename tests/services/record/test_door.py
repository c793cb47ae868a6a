"""What the door gives, and to whom."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from case_api import clock
from case_api.access.actor import Actor
from case_api.access.door import open_door
from case_api.db import new_id, unit_of_work
from case_api.errors import Conflict, Invalid, NotFound, StepUpRequired
from tests.services.record.world import PDF


def through(actor, purpose, work, **more):
    with unit_of_work(actor) as unit:
        return work(open_door(unit.actor, purpose, **more))


READS = [
    pytest.param(lambda door, world: door.person(world.ana), lambda door, id: door.person(id), id="person"),
    pytest.param(lambda door, world: door.files(world.ana), lambda door, id: door.files(id), id="files"),
    pytest.param(lambda door, world: door.file(world.file), lambda door, id: door.file(id), id="file"),
    pytest.param(lambda door, world: door.benefits(world.ana), lambda door, id: door.benefits(id), id="benefits"),
    pytest.param(lambda door, world: door.documents(world.ana), lambda door, id: door.documents(id), id="documents"),
    pytest.param(
        lambda door, world: door.document(world.documents["letter"]), lambda door, id: door.document(id), id="document"
    ),
    pytest.param(
        lambda door, world: door.document_content(world.documents["letter"]),
        lambda door, id: door.document_content(id),
        id="content",
    ),
    pytest.param(
        lambda door, world: door.add_document(world.file, "a.pdf", "application/pdf", PDF),
        lambda door, id: door.add_document(id, "a.pdf", "application/pdf", PDF),
        id="handing in",
    ),
    pytest.param(
        lambda door, world: door.access_entries(world.ana), lambda door, id: door.access_entries(id), id="access log"
    ),
]


@pytest.mark.parametrize(("hidden", "unknown"), READS)
@pytest.mark.parametrize("who", ["stranger", "other citizen", "anonymous", "system"])
def test_what_may_not_be_seen_answers_like_what_does_not_exist(read_world, hidden, unknown, who):
    world = read_world
    actor, purpose = {
        "stranger": (world.stranger, "manage_case"),
        "other citizen": (world.citizen(world.berta), "own_record"),
        "anonymous": (Actor.anonymous(), "own_record"),
        "system": (Actor.system("x"), "manage_case"),
    }[who]
    outcomes = []
    for read in (lambda door: hidden(door, world), lambda door: unknown(door, new_id())):
        with pytest.raises(NotFound) as caught:
            through(actor, purpose, read)
        outcomes.append((type(caught.value), str(caught.value.message), caught.value.details))
    assert outcomes[0] == outcomes[1]


def test_hidden_and_unknown_cost_the_same_queries(read_world):
    from sqlalchemy import event

    from case_api.db.engine import engine

    def queries(work) -> list[str]:
        seen: list[str] = []

        def listen(conn, cursor, statement, *rest):
            seen.append(statement)

        event.listen(engine(), "before_cursor_execute", listen)
        try:
            with pytest.raises(NotFound):
                through(read_world.stranger, "manage_case", work)
        finally:
            event.remove(engine(), "before_cursor_execute", listen)
        return seen

    for hidden, unknown in (
        (lambda d: d.person(read_world.ana), lambda d: d.person(new_id())),
        (lambda d: d.file(read_world.file), lambda d: d.file(new_id())),
        (lambda d: d.document(read_world.documents["letter"]), lambda d: d.document(new_id())),
    ):
        assert queries(hidden) == queries(unknown)


def test_the_person_reads_their_folder(read_world):
    def work(door):
        assert door.me().name == "Ana Ñandú Prueba"
        (file,) = door.files(read_world.ana)
        assert (file.state, str(file.state_words)) == ("waiting_for_citizen", "Le falta un documento")
        assert file.next_step.waits_for_document
        assert {d.title for d in door.documents(read_world.ana)} == {"letter", "report", "health"}
        assert door.document_content(read_world.documents["report"])[1] == PDF
        with pytest.raises(NotFound):
            door.document(read_world.documents["draft"])

    through(read_world.citizen(), "own_record", work)


def test_a_low_login_opens_agenda_and_identity_alone(read_world):
    def work(door):
        assert door.me().given_name == "Ana"
        assert door.me().unit_name == "Centro Aquí"
        assert door.me().dependency_grade is None
        for read in (door.files, door.documents, door.benefits, door.access_entries):
            with pytest.raises(StepUpRequired):
                read(read_world.ana)

    through(read_world.citizen(assurance="low"), "own_record", work)


def test_an_old_login_leaves_special_data_out_and_says_that_there_is_more(read_world):
    from dataclasses import replace

    old = replace(read_world.citizen(), authenticated_at=clock.now() - timedelta(hours=1))

    def work(door):
        assert {d.title for d in door.documents(read_world.ana)} == {"letter", "report"}
        assert door.more_after_login(read_world.ana)
        with pytest.raises(StepUpRequired) as caught:
            door.document(read_world.documents["health"])
        assert (caught.value.assurance, caught.value.details["fresh"]) == ("substantial", True)

    through(old, "own_record", work)
    assert not through(read_world.citizen(), "own_record", lambda door: door.more_after_login(read_world.ana))


@pytest.mark.parametrize(
    ("who", "titles"),
    [
        pytest.param("worker", {"letter", "report", "draft", "health"}, id="reference social worker"),
        pytest.param("informant", {"letter"}, id="information, by profile"),
    ],
)
def test_staff_of_the_unit_see_by_profile(read_world, who, titles):
    found = through(getattr(read_world, who), "manage_case", lambda door: door.documents(read_world.ana))
    assert {document.title for document in found} == titles


def test_a_relation_made_alone_opens_no_more_than_agenda(read_world):
    def work(door):
        person = door.person(read_world.ana)
        assert (person.given_name, person.unit_name, person.dependency_grade) == ("Ana", "Centro Aquí", None)
        with pytest.raises(NotFound):
            door.files(read_world.ana)
        with pytest.raises(NotFound):
            door.document(read_world.documents["letter"])

    through(read_world.stranger, "answer_message", work, handling=[read_world.ana])


def test_scopes_narrow(read_world):
    through(read_world.citizen(), "api", lambda door: door.files(read_world.ana), scopes=["files:read"])
    with pytest.raises(NotFound):
        through(read_world.citizen(), "api", lambda door: door.files(read_world.ana), scopes=["documents:read"])


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ñandu", ["Ana Ñandú Prueba"]),
        ("prue ana", ["Ana Ñandú Prueba"]),
        ("00000101-p", ["Ana Ñandú Prueba"]),
        ("zeta", []),
        ("%", []),
        ("", []),
        ("x" * 5000, []),
    ],
)
def test_staff_find_within_their_unit(read_world, typed, found):
    assert [p.name for p in through(read_world.worker, "find_person", lambda door: door.find_people(typed))] == found


def test_the_found_have_nothing_that_locates(read_world):
    (found,) = through(read_world.worker, "find_person", lambda door: door.find_people("ana"))
    assert set(found.__slots__) == {"id", "name", "birth_date", "document_number"}


def test_names_of_many_leave_out_the_hidden(read_world):
    names = through(
        read_world.worker, "manage_case", lambda door: door.names([read_world.ana, read_world.berta, new_id()])
    )
    assert names == {read_world.ana: "Ana Ñandú Prueba"}


def test_a_login_finds_a_person_by_document(read_world):
    login = Actor.system("login")
    assert through(login, "login", lambda door: door.person_by_document("00000101-P")).id == read_world.ana
    assert through(login, "login", lambda door: door.person_by_document("99999999R")) is None
    for document in ("00000101P", "99999999R"):
        with pytest.raises(NotFound):
            through(read_world.worker, "find_person", lambda door, document=document: door.person_by_document(document))


def test_handing_in_what_is_asked_for(world):
    def hand_in(door):
        return door.add_document(world.file, "../mi contrato.pdf", "text/html", PDF)

    made = through(world.citizen(), "own_record", hand_in)
    assert (made.file_name, made.media_type, made.level, made.from_citizen) == (
        "mi contrato.pdf", "application/pdf", "N2", True,
    )  # fmt: skip
    file = through(world.citizen(), "own_record", lambda door: door.file(world.file))
    assert file.state == "in_progress" and not file.next_step.waits_for_document
    assert through(world.worker, "manage_case", lambda door: door.document_content(made.id))[1] == PDF
    with pytest.raises(Conflict):
        through(world.citizen(), "own_record", hand_in)


def test_a_bad_document_changes_nothing(world):
    with pytest.raises(Invalid):
        through(world.citizen(), "own_record", lambda d: d.add_document(world.file, "a", "b", b"<html>"))
    file = through(world.citizen(), "own_record", lambda door: door.file(world.file))
    assert file.state == "waiting_for_citizen"


def test_a_file_of_another_person_takes_no_document(world):
    with pytest.raises(NotFound):
        through(
            world.citizen(world.berta), "own_record",
            lambda door: door.add_document(world.file, "a.pdf", "", PDF),
        )  # fmt: skip


def test_an_unknown_purpose_opens_nothing(read_world):
    with pytest.raises(ValueError), unit_of_work(read_world.worker) as unit:
        open_door(unit.actor, "curiosity")


def test_a_report_cannot_be_released_unsigned(world):
    with pytest.raises(Conflict), unit_of_work(world.worker) as unit, unit.savepoint():
        unit.session.execute(
            text("UPDATE document SET released_at = now() WHERE id = :id"), {"id": world.documents["draft"]}
        )
