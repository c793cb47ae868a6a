"""The index of free time: what it keeps is what the board would say, however it was asked before; and nobody waits."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import text

from case_api import clock
from case_api.access.actor import Actor
from case_api.access.door import open_door
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


def test_a_page_does_not_wait_for_the_whole_city(unit, place, monkeypatch):
    read, asked = index.read, []

    def slow(session, *, unit_id, reason):
        asked.append(unit_id)
        return read(session, unit_id=unit_id, reason=reason)

    monkeypatch.setattr(index, "read", slow)
    with unit_of_work(Actor.system("test")) as work:
        assert finding.first_by_centre(work, reason="follow_up", patience=-1.0) == [] and not asked
        assert len(finding.first_by_centre(work, reason="follow_up", unit_id=place.unit)) == 1
        assert [one.unit_id for one in finding.first_by_centre(work, reason="follow_up", patience=-1.0)] == [place.unit]
        assert len(finding.first_by_centre(work, reason="follow_up")) == 2, "and who can wait gets all of it"


def test_many_ask_while_it_is_read(unit, place):
    stop = threading.Event()
    warm = threading.Thread(target=finding.warm_up)
    warm.start()
    warm.join(20)
    stop.set()
    assert len(firsts(place)) == 2
