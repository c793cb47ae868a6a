"""Breaking the glass, its review by somebody else, and the looks that a person challenges."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from case_api import clock
from case_api.access.actor import Actor
from case_api.access.door import open_door
from case_api.access.sealer import keep_up
from case_api.db import unit_of_work
from case_api.errors import Conflict, Invalid, NotFound, Refused
from tests.services.access.danger import rows, set_shield, through

WHY = "Llaman del hospital: está sola (prueba)"
ANA, NOBODY = "00000101P", "00000999X"


def break_glass(actor, identifier=ANA, why=WHY):
    return through(actor, "urgency", lambda door: door.break_glass(identifier, reason=why))


def review(actor, glass_id, **more):
    values = {"finding": "justified", "review": "He llamado al hospital y lo confirma."} | more
    return through(actor, "oversee", lambda door: door.review_glass(glass_id, **values))


def looks(world, **more):
    return through(world.citizen(**more), "own_record", lambda door: door.looks(world.ana)[0])


def test_an_hour_on_one_person_nothing_taken_out_and_reviewed_by_another_unit(danger):
    omar, carmen, diego = danger.staff("omar"), danger.staff("carmen"), danger.staff("diego")
    with pytest.raises(NotFound):
        through(omar, "manage_case", lambda door: door.files(danger.ana))
    glass = break_glass(omar)
    assert glass.ends_at - glass.opened_at == timedelta(minutes=60)
    assert len(through(omar, "urgency", lambda door: door.files(danger.ana))) == 1
    assert through(omar, "urgency", lambda door: door.document(danger.documents["letter"])).title == "letter"
    with pytest.raises(NotFound):  # nothing is taken out
        through(omar, "urgency", lambda door: door.document_content(danger.documents["letter"]))
    with pytest.raises(NotFound):  # one person, and nobody beside them
        through(omar, "urgency", lambda door: door.files(danger.carla))
    with clock.frozen(glass.ends_at), pytest.raises(NotFound):
        through(omar, "urgency", lambda door: door.files(danger.ana))
    assert break_glass(omar).id == glass.id, "the same identifier within the hour is the same glass"
    with pytest.raises(Conflict):
        break_glass(omar, NOBODY)
    # The same unit does not review, nor does whoever broke it.
    for actor in (carmen, omar, danger.worker):
        with pytest.raises(NotFound):
            review(actor, glass.id)
    with unit_of_work(carmen) as unit:
        done = unit.session.execute(
            text("UPDATE broken_glass SET reviewed_by = :me, finding = 'justified'"), {"me": danger.carmen}
        )
        assert done.rowcount == 0
    assert looks(danger) == [], "the notice waits for the review"
    (waiting,) = through(diego, "oversee", lambda door: door.glass_to_review())
    assert dict(waiting.looks)["file"] == 1 and waiting.professional_name == "omar Ficticio"
    review(diego, glass.id)
    (look,) = looks(danger)
    assert (look.rule, look.basis, look.unit_name) == ("break-glass", "U", "Centro Allá")
    assert rows("SELECT 1 FROM event WHERE kind = 'folder.news'") and rows(
        "SELECT 1 FROM event WHERE kind = 'glass.broken'"
    )
    with pytest.raises((Conflict, NotFound)):
        review(diego, glass.id)
    assert break_glass(omar, NOBODY).person_id is None  # reviewed: another one may begin


def test_never_reciprocally(danger):
    carmen = danger.staff("carmen")
    marta_as_coordinator = Actor(
        "staff", "marta", professional_id=danger.marta, unit_id=danger.here, role="coordinator"
    )
    first = break_glass(carmen)
    review(marta_as_coordinator, first.id)
    second = break_glass(marta_as_coordinator, NOBODY)
    assert through(carmen, "oversee", lambda door: door.glass_to_review()) == []
    with pytest.raises(NotFound):
        review(carmen, second.id)


def test_held_back_until_its_day_and_told_then(danger):
    glass = break_glass(danger.staff("omar"))
    through(danger.staff("omar"), "urgency", lambda door: door.files(danger.ana))
    until = clock.today() + timedelta(days=30)
    with pytest.raises(Invalid):  # a day without its reason
        review(danger.staff("diego"), glass.id, held_until=until)
    review(danger.staff("diego"), glass.id, held_until=until, held_why="Vive con quien la amenaza (prueba)")
    assert looks(danger) == []
    with clock.frozen(clock.now() + timedelta(days=29)):
        keep_up()
        assert looks(danger) == []
    with clock.frozen(clock.now() + timedelta(days=31)):
        keep_up()
        assert [look.rule for look in looks(danger)] == ["break-glass"]


def test_a_review_that_never_comes_hides_nothing_for_ever(danger):
    break_glass(danger.staff("omar"))
    through(danger.staff("omar"), "urgency", lambda door: door.files(danger.ana))
    with clock.frozen(clock.now() + timedelta(days=6)):
        keep_up()
        assert len(looks(danger)) == 1


def test_a_shield_opens_to_urgency_services_only(danger):
    set_shield(danger)
    break_glass(danger.staff("omar"))
    with pytest.raises(NotFound):
        through(danger.staff("omar"), "urgency", lambda door: door.person(danger.ana))
    break_glass(danger.staff("vera"))
    person = through(danger.staff("vera"), "urgency", lambda door: door.person(danger.ana))
    assert person.unit_name == "Centro Aquí"
    assert len(through(danger.staff("vera"), "urgency", lambda door: door.appointments(danger.ana))) == 1


@pytest.mark.parametrize(
    ("who", "identifier", "why", "error"),
    [
        pytest.param("omar", "Ana", WHY, Invalid, id="a name is no identifier"),
        pytest.param("omar", "0000", WHY, Invalid, id="a piece of a document"),
        pytest.param("omar", "", WHY, Invalid, id="nothing"),
        pytest.param("omar", "%" * 12, WHY, Invalid, id="wildcards"),
        pytest.param("omar", ANA, "urgente", Invalid, id="a reason of one word"),
        pytest.param("omar", ANA, " " * 40, Invalid, id="a reason of blanks"),
        pytest.param("omar", ANA, "x" * 2001, Invalid, id="a reason too long"),
        pytest.param("ines", ANA, WHY, Refused, id="reception may not"),
        pytest.param("diego", ANA, WHY, Refused, id="the data protection office may not"),
    ],
)
def test_what_is_not_enough(standing, who, identifier, why, error):
    with pytest.raises(error):
        break_glass(standing.staff(who), identifier, why)
    assert rows("SELECT 1 FROM broken_glass WHERE actor_id = :who", who=who) == []


def test_a_look_is_challenged_answered_and_only_then_named(danger):
    marta, diego = danger.worker, danger.staff("diego")
    for _ in range(3):
        through(marta, "manage_case", lambda door: (door.files(danger.ana), door.documents(danger.ana)))
    (look,) = looks(danger)
    assert set(look.kinds) == {"file", "document"} and len(look.entries) == 6
    asked = through(danger.citizen(), "own_record", lambda d: d.challenge(look.id, words="Yo no había pedido nada"))
    with pytest.raises(Conflict):
        through(danger.citizen(), "own_record", lambda d: d.challenge(look.id, words="Otra vez"))
    with pytest.raises(NotFound):
        through(danger.citizen(danger.berta), "own_record", lambda d: d.challenge(look.id, words="No es mía"))
    for actor in (marta, danger.staff("carmen")):
        with pytest.raises(NotFound):
            through(actor, "oversee", lambda d: d.challenge_for_review(asked.id))
    found, entries = through(diego, "oversee", lambda d: d.challenge_for_review(asked.id))
    assert found.words == "Yo no había pedido nada" and {one.professional_name for one in entries} == {"marta Ficticio"}
    with unit_of_work(diego) as unit:  # the looks that were challenged, and no others
        assert unit.session.execute(text("SELECT count(*) FROM access_entry")).scalar() == 6
    through(
        diego, "oversee",
        lambda d: d.answer_challenge(asked.id, finding="not_justified", answer="No debió mirarlo.", tell_name=True),
    )  # fmt: skip
    (answered,) = through(danger.citizen(), "own_record", lambda d: d.challenges(danger.ana))
    assert (answered.finding, answered.name_told) == ("not_justified", "marta Ficticio")
    assert "marta" not in repr(looks(danger)[-1])


def test_a_look_that_would_betray_anothers_shield_is_withheld_but_stays_in_the_chain(danger):
    set_shield(danger)
    omar = danger.staff("omar")
    through(omar, "manage_case", lambda door: door.files(danger.dario))
    with unit_of_work(danger.worker) as unit:  # the team looks at the other parent
        from dataclasses import replace

        from case_api.access.log import Entry

        base = Entry(clock.now(), "staff", "marta", danger.here, "social_worker", "manage_case", "read", "allowed",
                     "case-team", "L", "N1", "person", str(danger.dario), danger.dario)  # fmt: skip
        unit.entries += [base, replace(base, actor_id="x", unit_id=danger.violence, id=danger.violence)]
    dario = danger.citizen(danger.dario, "high")
    shown = through(dario, "own_record", lambda door: door.access_entries(danger.dario))
    assert [one.unit_name for one in shown] == ["Centro Allá"]
    with unit_of_work(dario) as unit:
        assert unit.session.execute(text("SELECT count(*) FROM access_entry WHERE actor_kind = 'staff'")).scalar() == 1
    assert len(rows("SELECT 1 FROM access_entry WHERE person_id = :p AND actor_kind = 'staff'", p=danger.dario)) == 3
    from case_api.access.verification import verify

    assert verify()["ok"]


def test_the_shielded_person_reads_who_looked_at_a_high_login_only(danger):
    through(danger.worker, "manage_case", lambda door: door.files(danger.ana))
    set_shield(danger)
    assert looks(danger) == []
    assert {look.unit_name for look in looks(danger, assurance="high")} == {"Centro Aquí"}


def test_open_door_is_the_only_way(danger):
    with unit_of_work(danger.staff("omar")) as unit:
        door = open_door(unit.actor, "urgency")
        assert not door.reviews_glass and not door.oversees and not door.may_shield


def _coordinator(danger, who, unit_id):
    return Actor("staff", who, professional_id=getattr(danger, who), unit_id=unit_id, role="coordinator")


def test_two_units_never_review_each_other(danger):
    """Carmen's glass is reviewed from Marta's centre; then nobody of Carmen's centre reviews anybody of Marta's."""
    first = break_glass(danger.staff("carmen"))
    review(_coordinator(danger, "lucia", danger.here), first.id)
    second = break_glass(danger.worker, NOBODY)
    omar = _coordinator(danger, "omar", danger.elsewhere)
    assert through(omar, "oversee", lambda door: door.glass_to_review()) == []
    with pytest.raises(NotFound):
        review(omar, second.id)
    with unit_of_work(omar) as unit:  # nor past the door
        done = unit.session.execute(
            text("UPDATE broken_glass SET reviewed_at = now(), reviewed_by = :me, review_unit_id = :unit, "
                 "finding = 'justified', review = 'Entre nosotros' WHERE id = :id"),
            {"me": danger.omar, "unit": danger.elsewhere, "id": second.id},
        )  # fmt: skip
        assert done.rowcount == 0
    review(danger.staff("diego"), second.id)  # the office always can: it breaks none
    third = break_glass(danger.staff("vera"), NOBODY)
    review(omar, third.id)  # and a third unit is no party to it
