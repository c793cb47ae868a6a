"""What professionals do with conversations: lists, claims, notes, closing."""

import threading
from uuid import uuid4

import pytest

from case_api.db import unit_of_work
from case_api.errors import Conflict, Invalid, NotFound
from channels.conversations import service as conversations
from tests.services.channels.conftest import TEST, arrive, change, make_professional, one, rows, work


def ask(view="all", **more):
    with unit_of_work(TEST) as unit:
        return conversations.inbox(unit.session, view=view, **more)


@pytest.fixture
def seven(database, carrier):
    for number in range(7):
        arrive(f"SM{number}", f"mensaje {number}", f"+3460000000{number}")
    work()
    return [row[0] for row in rows("SELECT id FROM conversation ORDER BY due_at, last_message_at DESC, id")]


def test_pages_by_cursor_hold_each_once(seven):
    found, cursor = [], None
    for _ in range(10):
        page = ask(limit=3, cursor=cursor)
        found += [item.id for item in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert found == seven


def test_a_message_between_two_pages_repeats_nobody_else(seven):
    page = ask(limit=3)
    arrive("SM99", "otra vez", "+34600000000")
    work()
    rest = ask(limit=10, cursor=page.next_cursor)
    assert not {item.id for item in page.items} & {item.id for item in rest.items}


@pytest.mark.parametrize("cursor", ["x", "", "WyJhIiwgImIiXQ", "☃", "WzEsIDJd"])
def test_a_cursor_that_is_not_ours_is_refused(seven, cursor):
    if not cursor:
        assert len(ask(cursor=cursor).items) == 7
        return
    with pytest.raises(Invalid):
        ask(cursor=cursor)


def test_a_view_that_is_none_is_refused(database):
    with pytest.raises(Invalid):
        ask("everything")


def test_views(seven, professional):
    unit_id = one("SELECT unit_id FROM professional")
    with unit_of_work(TEST) as unit:
        conversations.assign(unit.session, conversation_id=seven[0], professional_id=professional)
        conversations.close(unit.session, conversation_id=seven[1])
        conversations.close(unit.session, conversation_id=seven[1])
    who = {"professional_id": professional, "unit_id": unit_id}
    assert [item.id for item in ask("mine", **who).items] == [seven[0]]
    assert [item.id for item in ask("unit", **who).items] == [seven[0]]
    assert [item.id for item in ask("closed", **who).items] == [seven[1]]
    assert [item.id for item in ask("unassigned", **who).items] == seven[2:]
    assert ask("mine", **who).items[0].professional_name == "Marta Ejemplo"


def test_of_many_who_claim_at_once_one_gets_it(seven):
    staff = [make_professional(f"p{number}") for number in range(8)]
    outcomes = []

    def claim(professional):
        try:
            with unit_of_work(TEST) as unit:
                conversations.assign(unit.session, conversation_id=seven[0], professional_id=professional)
            outcomes.append(professional)
        except Conflict as conflict:
            assert str(conflict.message)

    threads = [threading.Thread(target=claim, args=(professional,)) for professional in staff]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [one("SELECT professional_id FROM conversation WHERE id = :id", id=seven[0])]


def test_handing_over_needs_to_know_from_whom(seven, professional):
    other = make_professional("lucia")
    with unit_of_work(TEST) as unit:
        conversations.assign(unit.session, conversation_id=seven[0], professional_id=professional)
        with pytest.raises(Conflict):
            conversations.assign(unit.session, conversation_id=seven[0], professional_id=other)
        conversations.assign(unit.session, conversation_id=seven[0], professional_id=other, expected=professional)
        conversations.assign(unit.session, conversation_id=seven[0], professional_id=None, expected=other)
    assert one("SELECT professional_id FROM conversation WHERE id = :id", id=seven[0]) is None


def test_a_note_stays_inside_and_moves_nothing(seven, professional, carrier):
    before = [item.preview for item in ask().items]
    with unit_of_work(TEST) as unit:
        conversations.note(unit.session, conversation_id=seven[3], body="Llamar mañana", author=professional)
    work()
    assert carrier.posts == 0
    assert [item.preview for item in ask().items] == before
    assert one("SELECT due_at IS NOT NULL FROM conversation WHERE id = :id", id=seven[3])


def test_closing_what_has_news_is_refused(seven):
    seen = one("SELECT id FROM message WHERE conversation_id = :c", c=seven[0])
    arrive("SM99", "espere", "+34600000000")
    work()
    with pytest.raises(Conflict), unit_of_work(TEST) as unit:
        conversations.close(unit.session, conversation_id=seven[0], seen_message_id=seen)


@pytest.mark.parametrize("act", ["open_conversation", "close", "reopen"])
def test_what_does_not_exist(database, act):
    with pytest.raises(NotFound), unit_of_work(TEST) as unit:
        getattr(conversations, act)(unit.session, conversation_id=uuid4())


def test_choices_say_why_not(seven):
    change("UPDATE address SET never = true WHERE value = '+34600000000'")
    with unit_of_work(TEST) as unit:
        found = {c.channel: c for c in conversations.choices(unit.session, conversation_id=seven[0])}
    assert {channel: (choice.possible, choice.reason) for channel, choice in found.items()} == {
        "sms": (False, "never"),
        "whatsapp": (False, "no-address"),
        "email": (False, "no-address"),
        "portal": (False, "no-person"),
        "in_person": (True, None),
        "paper": (True, None),
        "phone": (False, "never"),
        "video": (False, "no-person"),
    }
    assert all(choice.possible or str(choice.reason_words) for choice in found.values())
