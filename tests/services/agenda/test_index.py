"""The index of free time: what it keeps is what the board would say, however it was asked before; and nobody waits."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import text

from case_api import clock
from case_api.access.actor import Actor
from case_api.access.door import open_door
from case_api.agenda import groups
from case_api.agenda.search import finding, index
from case_api.agenda.search.index import INDEX, Index
from case_api.db import unit_of_work
from case_api.errors import Conflict
from tests.services.agenda.city import MONDAY, NOW, at, build
from tests.services.agenda.test_booking import book, citizen


@pytest.fixture
def place(unit):
    INDEX.forget()
    with clock.frozen(NOW):
        yield build(lambda sql, values: unit.session.execute(text(sql), values), people=4)
    INDEX.forget()


def test_an_old_transaction_does_not_have_everything_read_again(unit, place):
    """What was touched before it began is told for as long as a transaction of that time lives: once is enough."""
    finding.warm_up()
    with unit_of_work(Actor.system("test")) as work:
        work.session.execute(text("UPDATE appointment_reason SET horizon_days = 29"))
    assert finding.warm_up() == 6
    assert finding.warm_up() == 0


def firsts(place, **asked):
    """What the index says, and what a fresh one says."""
    with unit_of_work(Actor.system("test")) as unit:
        said = {slot.unit_id: slot.starts_at for slot in finding.first_by_centre(unit, reason="follow_up", **asked)}
        kept, finding.INDEX = finding.INDEX, Index()
        fresh = {slot.unit_id: slot.starts_at for slot in finding.first_by_centre(unit, reason="follow_up", **asked)}
        finding.INDEX = kept
    assert said == fresh
    return said


def test_an_answer_that_is_kept_ends_with_whatever_changes_it(unit, place):
    before = firsts(place, mode="phone")
    assert firsts(place, mode="phone") == before and set(before) == {place.unit, place.other_unit}
    with unit_of_work(citizen(place.amparo)) as work:
        door = open_door(work.actor, "book_appointment")
        for professional in (place.lucia, place.marta):
            try:
                made = book(door, place, mode="phone", starts_at=before[place.unit], professional_id=professional)
            except Conflict:  # one person is not in two places; one booking is enough
                continue
    after = firsts(place, mode="phone", professional_id=made.professional_id)
    assert after[place.unit] > before[place.unit], "a booking is seen at once"
    with clock.frozen(NOW + timedelta(hours=2)):
        later = firsts(place, mode="phone")
        assert all(start >= clock.now() for start in later.values()), "so is the time that passes"
    with clock.frozen(NOW + timedelta(days=3, hours=2)):
        assert all(start >= clock.now() for start in firsts(place, mode="phone").values())
    assert firsts(place, mode="video", district="Centro") == firsts(place, mode="video", unit_id=None)
    assert firsts(place, after=at(MONDAY, 13, 45))


def test_what_is_warm_needs_nobody_to_read_it(unit, place, monkeypatch):
    assert finding.warm_up() == 2 * 3, "two centres, three reasons that people book alone"
    assert finding.warm_up() == 0
    monkeypatch.setattr(index, "read", lambda *_, **__: pytest.fail("read again"))
    firsts_now = INDEX
    with unit_of_work(Actor.system("test")) as work:
        assert finding.first_by_centre(work, reason="follow_up")
        assert finding.offer(work, unit_id=place.unit, reason="follow_up").slot
    assert INDEX is firsts_now


ASKED = [
    pytest.param({}, id="any way"),
    pytest.param({"mode": "in_person"}, id="in person"),
    pytest.param({"mode": "video", "district": "Centro"}, id="of a district"),
    pytest.param({"mode": "phone", "professional": "omar"}, id="of one professional"),
    pytest.param({"mode": "phone", "after": at(MONDAY + timedelta(days=9), 13, 45)}, id="after the last of a day"),
    pytest.param({"reason": "first_interview"}, id="with a notice and a buffer"),
    pytest.param({"reason": "taller"}, id="a group"),
    pytest.param({"reason": "juntas"}, id="a pair"),
]


@pytest.mark.parametrize("asked", ASKED)
def test_before_the_index_is_read_a_page_says_the_same_as_after(unit, place, monkeypatch, asked):
    """A process that has just started leaves no centre out: it asks the database, for this question alone."""
    with unit_of_work(Actor.system("test")) as work:
        work.session.execute(
            text(
                "INSERT INTO appointment_reason (key, name, minutes, step_minutes, buffer_minutes, notice_minutes, "
                "horizon_days, modes, discreet, online, places, pair) VALUES "
                "('taller', 'Taller', 60, 60, 0, 0, 60, '{in_person}', false, true, 8, false), "
                "('juntas', 'Juntas', 45, 15, 0, 0, 60, '{phone}', false, true, 1, true)"
            )
        )
        groups.add(work, unit_id=place.unit, reason="taller", mode="in_person", starts_at=at(MONDAY, 17),
                     professional_id=place.lucia)  # fmt: skip
        work.session.execute(text("UPDATE agenda_pattern SET valid_from = '2026-12-14' WHERE professional_id = :who"),
                             {"who": place.omar})  # fmt: skip
    asked = {"reason": "follow_up"} | asked
    if who := asked.pop("professional", None):
        asked["professional_id"] = getattr(place, who)
    read = index.read
    monkeypatch.setattr(index, "read", lambda *_, **__: pytest.fail("the whole of a centre was read"))
    with unit_of_work(Actor.system("test")) as work:
        cold = finding.first_by_centre(work, **asked, patience=-1.0)
        monkeypatch.setattr(index, "read", read)
        warm = finding.first_by_centre(work, **asked)
    assert [(one.unit_id, one.starts_at, one.modes) for one in cold] == [
        (one.unit_id, one.starts_at, one.modes) for one in warm
    ]
    assert cold, "there is something to find"


def test_who_is_too_late_at_home_is_offered_another_centre_at_once_after_a_start(unit, place, monkeypatch):
    with unit_of_work(Actor.system("test")) as work:
        work.session.execute(
            text(
                "INSERT INTO agenda_exception (id, unit_id, kind, first_day, last_day, created_by) "
                "VALUES (gen_random_uuid(), :unit, 'closure', '2026-11-27', '2026-12-23', 'test')"
            ),
            {"unit": place.unit},
        )
    monkeypatch.setattr(finding, "PATIENCE", -1.0)
    with unit_of_work(Actor.system("test")) as work:
        offer = finding.offer(work, unit_id=place.unit, reason="follow_up", priority="priority", mode="phone")
    assert not offer.in_time and [slot.unit_id for slot in offer.elsewhere] == [place.other_unit]
    assert all(slot.starts_at < offer.due_at for slot in offer.elsewhere)


def test_what_is_read_for_one_question_is_not_taken_for_the_whole(unit, place):
    with unit_of_work(Actor.system("test")) as work:
        due = NOW + timedelta(minutes=30)  # nothing begins before: the notice is an hour
        assert finding.first_by_centre(work, reason="follow_up", patience=-1.0, needed_before=due) == []
        assert len(finding.first_by_centre(work, reason="follow_up", patience=-1.0)) == 2
        assert finding.first_by_centre(work, reason="follow_up", patience=-1.0, needed_before=due) == []
        assert len(finding.first_by_centre(work, reason="follow_up")) == 2


def test_many_ask_while_it_is_read(unit, place):
    stop = threading.Event()
    warm = threading.Thread(target=finding.warm_up)
    warm.start()
    warm.join(20)
    stop.set()
    assert len(firsts(place)) == 2
