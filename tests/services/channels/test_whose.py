"""Links into the login, codes read aloud, contacts made one and parted again: nobody gets what is another's."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from case_api import clock
from case_api.access.actor import Actor
from case_api.db import unit_of_work
from case_api.errors import Conflict, Invalid, NotFound
from channels.contacts import book, linking, merging, stepping, voice
from channels.conversations import answering
from channels.conversations import service as conversations
from channels.inbound.receiving import receive
from tests.services.channels.conftest import TEST, arrive, change, one, prove, rows, work
from tests.services.channels.test_identity import seen_by

ANA, BLAS = uuid4(), uuid4()
PHONE = "+34600000001"


# --- links into the login


@pytest.fixture
def talk(database, carrier):
    prove(ANA, "whatsapp", PHONE)
    arrive("SMana", "¿Me lo puede decir?", f"whatsapp:{PHONE}")
    work()
    return one("SELECT id FROM conversation WHERE person_id = :p AND state = 'open'", p=ANA)


def link_for(conversation) -> str:
    with unit_of_work(TEST) as unit:
        return stepping.make(unit.session, conversation_id=conversation).rpartition("/")[2]


def step(what, token):
    with unit_of_work(Actor.system("step_up")) as unit:
        return what(unit.session, token=token)


def back(link_id, person):
    with unit_of_work(Actor.system("step_up")) as unit:
        return stepping.conversation_after(unit.session, link_id=link_id, person_id=person)


def test_a_link_leads_its_person_back_once(talk):
    token = link_for(talk)
    assert step(stepping.look, token).state == step(stepping.look, token).state == "good", "a scanner's GET is free"
    spent = step(stepping.spend, token)
    assert spent.state == "good"
    assert step(stepping.spend, token).state == "used"
    assert back(spent.link_id, ANA) == talk


def test_a_link_opened_by_one_and_logged_in_by_another_binds_nothing(talk):
    spent = step(stepping.spend, link_for(talk))
    before = rows("SELECT id, person_id, contact_id FROM address ORDER BY id")
    assert back(spent.link_id, BLAS) is None
    assert rows("SELECT id, person_id, contact_id FROM address ORDER BY id") == before
    assert seen_by(BLAS) == [] and "¿Me lo puede decir?" in seen_by(ANA)


def test_a_link_of_a_strangers_conversation_leads_nobody_there(database, carrier):
    arrive("SM1", "No digo quién soy", "whatsapp:+34600000009")
    work()
    spent = step(stepping.spend, link_for(one("SELECT id FROM conversation")))
    assert back(spent.link_id, ANA) is None and seen_by(ANA) == []


def test_an_unspent_link_leads_nowhere(talk):
    seen = step(stepping.look, link_for(talk))
    assert back(seen.link_id, ANA) is None


@pytest.mark.parametrize("hours", [24, 25, 24 * 30])
def test_a_link_expires(talk, hours):
    token = link_for(talk)
    with clock.frozen(clock.now() + timedelta(hours=hours)):
        assert step(stepping.look, token).state == "expired"
        assert step(stepping.spend, token).state == "expired"


def test_a_link_just_before_its_end_is_good(talk):
    token = link_for(talk)
    with clock.frozen(clock.now() + timedelta(hours=24) - timedelta(seconds=5)):
        assert step(stepping.spend, token).state == "good"


@pytest.mark.parametrize("token", ["", "x", "a" * 27, "../../etc", "ñ", "\x00", "A" * 5000], ids=repr)
def test_a_link_that_never_was(talk, token):
    link_for(talk)
    assert step(stepping.spend, token).state == "unknown"


def test_links_are_random_and_kept_as_a_hash(talk):
    tokens = {link_for(talk) for _ in range(5)}
    assert len(tokens) == 5 and all(len(token) == 27 for token in tokens)
    kept = rows("SELECT token_hash FROM step_up_link")
    assert not any(token.encode() in bytes(hash_) for token in tokens for (hash_,) in kept)


def test_looks_are_counted_and_links_a_day_too(talk, monkeypatch):
    monkeypatch.setattr(stepping, "MOST_OPENED", 3)
    token = link_for(talk)
    assert [step(stepping.look, token).state for _ in range(4)] == ["good"] * 3 + ["expired"]
    monkeypatch.setattr(stepping, "MOST_A_DAY", 2)
    link_for(talk)
    with pytest.raises(Conflict):
        link_for(talk)


def test_the_oldest_waiting_link_makes_room(talk):
    tokens = [link_for(talk) for _ in range(stepping.MOST_LIVE + 1)]
    states = [step(stepping.look, token).state for token in tokens]
    assert states == ["expired"] + ["good"] * stepping.MOST_LIVE


def test_asking_to_come_in_sends_a_link_and_keeps_it_nowhere(talk, carrier, professional):
    carrier.sent.clear()
    address = one("SELECT id FROM address WHERE kind = 'whatsapp'")
    with unit_of_work(TEST) as unit:
        answering.ask_to_come_in(unit.session, conversation_id=talk, address_id=address, author=professional)
    work()
    [sent] = carrier.sent
    token = re.search(r"/e/([\w-]+)", sent["Body"])[1]
    assert step(stepping.look, token).state == "good"
    assert one("SELECT count(*) FROM message WHERE body LIKE :t", t=f"%{token}%") == 0


def test_two_on_one_phone_read_nothing_of_each_other(talk, carrier, professional):
    from channels.contacts import proof

    with unit_of_work(TEST) as unit:
        code = proof.start(unit.session, person_id=BLAS).text
    arrive("SMb", code, f"whatsapp:{PHONE}")
    arrive("SMc", "¿Quién de los dos soy?", f"whatsapp:{PHONE}")
    work()
    with unit_of_work(TEST) as unit:
        conversations.reply(
            unit.session, conversation_id=talk, channel="whatsapp", body="Llámenos", author=professional, level="N0"
        )
    work()
    for person in (ANA, BLAS):
        assert not {"¿Quién de los dos soy?", "Llámenos"} & set(seen_by(person))


# --- codes read aloud


def called(carrier_calls: list, number="910 000 555") -> str:
    with unit_of_work(Actor.system("voice_code")) as unit:
        voice.call(unit.session, person_id=ANA, number=number, actor=TEST)
    work()
    return "".join(re.findall(r"\d", re.search(r"es: ([\d, ]+)", carrier_calls[-1]["twiml"])[1]))


@pytest.fixture
def calls(database, monkeypatch):
    from types import SimpleNamespace

    from channels.adapters.twilio import client

    made: list[dict] = []

    def create(**given):
        made.append(given)
        return SimpleNamespace(sid=f"CA{len(made)}")

    monkeypatch.setattr(client, "client", lambda: SimpleNamespace(calls=SimpleNamespace(create=create)))
    return made


def typed(code, person=ANA) -> str:
    with unit_of_work(Actor.system("voice_code")) as unit:
        return voice.redeem(unit.session, person_id=person, typed=code, actor=TEST)


def test_a_code_read_aloud_proves_a_landline(calls):
    code = called(calls)
    assert calls[0]["to"] == "+34910000555"
    assert one("SELECT count(*) FROM message WHERE body LIKE :c OR secret IS NOT NULL", c=f"%{code}%") == 0
    assert typed(code, BLAS) == "over", "somebody else's login"
    assert typed("000000" if code != "000000" else "000001") == "wrong"
    assert typed(" ".join(code)) == "linked"
    assert rows("SELECT kind, value, proved_how FROM address WHERE person_id = :p", p=ANA) == [
        ("phone", "+34910000555", "voice")
    ]
    assert typed(code) == "over", "once"


def test_wrong_codes_end_it(calls):
    code = called(calls)
    wrong = "1" * 6 if code != "1" * 6 else "2" * 6
    assert [typed(wrong) for _ in range(voice.MOST_TRIES)] == ["wrong"] * voice.MOST_TRIES
    assert typed(code) == "over"


def test_a_code_read_aloud_expires(calls):
    code = called(calls)
    change("UPDATE voice_code SET expires_at = now()")
    assert typed(code) == "over"


def test_nobody_is_rung_up_at_will(calls):
    for _ in range(voice.MOST_CALLS):
        called(calls)
    with pytest.raises(Conflict):
        called(calls)


@pytest.mark.parametrize("number", ["", "12", "806 123 456", "+99 1234567", "hola"], ids=repr)
def test_numbers_that_are_not_called(calls, number):
    with pytest.raises(Invalid):
        called(calls, number)
    assert calls == []


# --- one contact, two contacts


def timeline(session) -> list:
    """Everything that was said, in its conversation and place, with whose it is."""
    return session.execute(
        text("SELECT id, conversation_id, position, body, person_id, address_id FROM message ORDER BY position")
    ).all()


def holdings(session) -> list:
    """Which contact has which addresses and conversations."""
    return session.execute(
        text(
            "SELECT 'address', id, contact_id, person_id FROM address UNION ALL "
            "SELECT 'conversation', id, contact_id, person_id FROM conversation ORDER BY 1, 2"
        )
    ).all()


def writes(session, number: int, sid: str) -> None:
    from channels.adapters import Inbound

    receive(
        session,
        inbound=Inbound(
            channel="sms", external_id=sid, sender=f"+3460000020{number}", recipient="+34910000001", body=sid,
            authenticated=True,
        ),
    )  # fmt: skip


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(0, 3)),
        st.tuples(st.just("merge"), st.integers(0, 3), st.integers(0, 3)),
        st.tuples(st.just("link"), st.integers(0, 3), st.sampled_from([ANA, BLAS])),
        st.tuples(st.just("unlink"), st.integers(0, 3)),
    ),
    min_size=1,
    max_size=10,
)


@given(before=STEPS, merging_=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=3))
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_merged_and_parted_again_everything_is_as_it_was(unit, before, merging_):
    """Whatever happened before, merges taken back in turn leave what was said and whose it is untouched."""
    session = unit.session
    with session.begin_nested() as undone:
        for number, action in enumerate(before):
            _act(session, action, f"{uuid4()}-{number}")
        said, held = timeline(session), holdings(session)
        made: list[UUID] = []
        for kept, folded in merging_:
            pair = [_contact(session, kept), _contact(session, folded)]
            if None in pair:
                continue
            try:
                made.append(merging.merge(session, kept_id=pair[0], folded_id=pair[1], actor=TEST))
            except Conflict:
                continue
            assert timeline(session) == said, "a merge moves nothing that was said"
        for merge_id in reversed(made):
            merging.part(session, merge_id=merge_id, actor=TEST)
        assert timeline(session) == said
        assert holdings(session) == held
        undone.rollback()


def _contact(session, number: int) -> UUID | None:
    found = book.find(session, kind="sms", value=f"+3460000020{number}")
    return found.contact_id if found else None


def _act(session, action, sid: str) -> None:
    what, number, *rest = action
    if what == "write":
        writes(session, number, sid)
        return
    address = book.find(session, kind="sms", value=f"+3460000020{number}")
    if address is None:
        return
    try:
        if what == "merge" and (other := _contact(session, rest[0])) is not None:
            merging.merge(session, kept_id=other, folded_id=address.contact_id, actor=TEST)
        elif what == "link":
            linking.link(session, address=address, person_id=rest[0], how="staff", actor=TEST)
        elif what == "unlink":
            linking.unlink(session, address_id=address.id, actor=TEST)
    except (Conflict, NotFound):
        return


def test_linked_and_unlinked_the_timeline_is_the_same(database, carrier):
    for number in range(3):
        arrive(f"SM{number}", f"{number}", PHONE)
    work()
    with unit_of_work(TEST) as unit:
        said = timeline(unit.session)
        address = book.find(unit.session, kind="sms", value=PHONE)
        linking.link(unit.session, address=address, person_id=ANA, how="staff", actor=TEST)
        linking.unlink(unit.session, address_id=address.id, actor=TEST)
        assert timeline(unit.session) == said
    assert seen_by(ANA) == [], "proof opens nothing earlier"


def test_what_may_not_be_made_one(database, carrier):
    prove(ANA, "whatsapp", PHONE)
    prove(BLAS, "whatsapp", "+34600000002")
    with unit_of_work(TEST) as unit:
        ana = book.find(unit.session, kind="whatsapp", value=PHONE).contact_id
        blas = book.find(unit.session, kind="whatsapp", value="+34600000002").contact_id
        forged = book.find_or_make(unit.session, kind="email_unverified", value="a@b.example", actor=TEST).contact_id
        for kept, folded in ((ana, blas), (ana, ana), (ana, forged)):
            with pytest.raises(Conflict):
                merging.merge(unit.session, kept_id=kept, folded_id=folded, actor=TEST)
        with pytest.raises(NotFound):
            merging.merge(unit.session, kept_id=ana, folded_id=uuid4(), actor=TEST)


def test_after_a_merge_what_a_stranger_said_stays_nobodys(database, carrier):
    prove(ANA, "whatsapp", PHONE)
    arrive("SM1", "de antes", "+34600000009")
    work()
    with unit_of_work(TEST) as unit:
        ana = book.find(unit.session, kind="whatsapp", value=PHONE).contact_id
        stranger = book.find(unit.session, kind="sms", value="+34600000009").contact_id
        merging.merge(unit.session, kept_id=ana, folded_id=stranger, actor=TEST)
    arrive("SM2", "de después", "+34600000009")
    work()
    assert seen_by(ANA) == [], "an unproved address speaks for nobody, whosever contact it is"
