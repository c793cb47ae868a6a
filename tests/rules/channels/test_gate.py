"""The gate: what may be said where, as cases; and that nothing can be said without it."""

import ast
import copy
import pickle
from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from case_api.access.levels import Level
from case_api.clock import MADRID
from case_api.settings import ROOT, settings
from channels.adapters import Outgoing
from channels.adapters.registry import ADAPTERS, adapter
from channels.outbound import gate
from channels.outbound.ceilings import CEILING, ceiling, may_say
from channels.outbound.gate import Decision, Rules, Sayable, judge
from channels.outbound.words import FOLDER, level_of

NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)  # a Wednesday, 13:00 in Madrid
NIGHT = datetime(2026, 11, 18, 23, 30, tzinfo=MADRID)
MORNING = datetime(2026, 11, 19, 8, 0, tzinfo=MADRID)
ANA, BLAS = UUID(int=1), UUID(int=2)
FRESH = NOW - timedelta(minutes=5)
SECOND = timedelta(seconds=1)
GO = Decision("go")


def outgoing(channel: str = "sms") -> Outgoing:
    return Outgoing(uuid4(), uuid4(), channel, "+34600000005", "Hola")


HELD = [
    # channel, level, what is known of the address, what is asked besides, the reason
    pytest.param("sms", "N0", {"never": True}, {}, "never", id="never"),
    pytest.param("sms", "N0", {"never": True}, {"purpose": "identity"}, "never", id="never, a code either"),
    pytest.param("sms", "N2", {}, {}, "ceiling", id="too much for SMS"),
    pytest.param("email", "N3", {}, {}, "ceiling", id="too much for mail"),
    pytest.param("whatsapp", "N2", {"heard_at": FRESH}, {}, "ceiling", id="too much for WhatsApp"),
    pytest.param("voice", "N2", {}, {}, "ceiling", id="too much for a machine"),
    pytest.param("paper", "N2", {}, {}, "ceiling", id="too much for a letter"),
    pytest.param("in_person", "N4", {}, {}, "ceiling", id="too much for a desk"),
    pytest.param("fax", "N1", {}, {}, "ceiling", id="a channel nobody knows"),
    pytest.param("sms", "N1", {"read_by_others": True}, {}, "read-by-others", id="others read"),
    pytest.param("paper", "N1", {"read_by_others": True}, {}, "read-by-others", id="others open letters"),
    pytest.param("sms", "N1", {"shielded": True}, {}, "shield", id="a shield"),
    pytest.param("portal", "N1", {"shielded": True}, {}, "shield", id="a shield, in the folder too"),
    pytest.param("paper", "N1", {"shielded": True}, {}, "shield", id="a shield, on paper"),
    pytest.param("sms", "N0", {"opted_out": frozenset({"all"})}, {}, "opted-out", id="no more messages"),
    pytest.param(
        "sms", "N0", {"opted_out": frozenset({"appointment"})}, {"purpose": "appointment"}, "opted-out",
        id="no more reminders",
    ),
    pytest.param("sms", "N0", {"person_id": BLAS}, {"person_id": ANA}, "unlinked", id="somebody else's now"),
    pytest.param("sms", "N1", {"unsafe": "provider"}, {}, "unsafe", id="changed hands, more than a pointer"),
    pytest.param("sms", "N0", {"unsafe": "provider"}, {"purpose": "case"}, "unsafe", id="changed hands, a notice"),
    pytest.param("sms", "N0", {"unsafe": "shield"}, {"purpose": "appointment"}, "unsafe", id="since the shield"),
    pytest.param("sms", "N1", {"unsafe": "silence"}, {"purpose": "case"}, "unsafe", id="silent for long"),
    pytest.param("whatsapp", "N0", {}, {}, "window-closed", id="never wrote on WhatsApp"),
    pytest.param("whatsapp", "N0", {"heard_at": NOW - timedelta(hours=24)}, {}, "window-closed", id="24 hours sharp"),
    pytest.param("whatsapp", "N0", {"heard_at": NOW - timedelta(days=9)}, {}, "window-closed", id="days ago"),
]  # fmt: skip
GOES = [
    pytest.param("sms", "N1", {}, {}, id="an appointment by SMS"),
    pytest.param("email", "N1", {}, {}, id="an appointment by mail"),
    pytest.param("sms", "N0", {"read_by_others": True}, {}, id="a pointer where others read"),
    pytest.param("sms", "N0", {"shielded": True}, {}, id="a pointer under a shield"),
    pytest.param("portal", "N4", {}, {}, id="everything in the folder"),
    pytest.param("portal", "N3", {"read_by_others": True}, {}, id="the folder, whoever reads the telephone"),
    pytest.param("in_person", "N3", {"shielded": True}, {}, id="from hand to hand, under a shield"),
    pytest.param("phone", "N2", {"shielded": True}, {}, id="spoken, under a shield"),
    pytest.param("sms", "N0", {"opted_out": frozenset({"all"})}, {"purpose": "consent"}, id="the yes to a no"),
    pytest.param("sms", "N0", {"opted_out": frozenset({"all"})}, {"purpose": "identity"}, id="a code they asked for"),
    pytest.param(
        "sms", "N1", {"opted_out": frozenset({"information"})}, {"purpose": "appointment"},
        id="reminders go on without adverts",
    ),
    pytest.param("sms", "N0", {"unsafe": "provider"}, {"purpose": "answer"}, id="an answer to whoever wrote"),
    pytest.param("sms", "N0", {"unsafe": "silence"}, {"purpose": "case"}, id="a pointer after a long silence"),
    pytest.param("sms", "N1", {"person_id": ANA}, {"person_id": ANA}, id="whose it is"),
    pytest.param("sms", "N1", {"person_id": ANA}, {}, id="nobody's words"),
    pytest.param("whatsapp", "N1", {"heard_at": NOW - timedelta(hours=24) + SECOND}, {}, id="a second before 24 hours"),
    pytest.param("whatsapp", "N1", {}, {"templated": True}, id="approved words, never heard"),
    pytest.param("whatsapp", "N1", {"heard_at": NOW - timedelta(days=9)}, {"templated": True}, id="approved words"),
]  # fmt: skip


@pytest.mark.parametrize(("channel", "level", "known", "asked", "reason"), HELD)
def test_what_is_held(channel, level, known, asked, reason):
    assert judge(Rules(**known), channel=channel, level=level, now=NOW, **asked) == Decision("hold", reason)


@pytest.mark.parametrize(("channel", "level", "known", "asked"), GOES)
def test_what_goes(channel, level, known, asked):
    assert judge(Rules(**known), channel=channel, level=level, now=NOW, **asked) == GO


def test_an_address_that_is_gone_gets_nothing():
    assert judge(None, channel="sms", level="N0", now=NOW) == Decision("hold", "unlinked")


@pytest.fixture
def nights(monkeypatch):
    monkeypatch.setattr(settings(), "QUIET_HOURS", "22:00-08:00")


@pytest.mark.parametrize("channel", ["sms", "voice"])
def test_nothing_rings_at_night(nights, channel):
    found = judge(Rules(), channel=channel, level="N0", now=NIGHT)
    assert (found.act, found.reason, found.at) == ("wait", "quiet-hours", MORNING)


NIGHTLY = [
    pytest.param("email", {}, False, id="a mail rings nowhere"),
    pytest.param("sms", {"heard_at": NIGHT - timedelta(minutes=59)}, False, id="who wrote within the hour"),
    pytest.param("sms", {}, True, id="what the person has just done"),
    pytest.param("portal", {}, False, id="the folder"),
]


@pytest.mark.parametrize(("channel", "known", "prompt"), NIGHTLY)
def test_what_goes_at_night(nights, channel, known, prompt):
    assert judge(Rules(**known), channel=channel, level="N0", now=NIGHT, prompt=prompt) == GO


@pytest.mark.parametrize(
    ("minutes", "act"), [(59, "go"), (60, "wait"), (61, "wait")], ids=["just before", "to the minute", "after"]
)
def test_who_still_waits_at_night(nights, minutes, act):
    known = Rules(heard_at=NIGHT - timedelta(minutes=minutes))
    assert judge(known, channel="sms", level="N0", now=NIGHT).act == act


def test_the_persons_own_hours_come_first(nights):
    known = Rules(hours_from=time(17), hours_until=time(20), heard_at=NOW)
    found = judge(known, channel="sms", level="N0", now=NOW)
    assert (found.reason, found.at) == ("hours", datetime(2026, 11, 18, 17, tzinfo=MADRID))


@given(
    channel=st.sampled_from([*CEILING, "fax"]),
    level=st.sampled_from(list(Level)),
    read_by_others=st.booleans(),
    shielded=st.booleans(),
)
def test_nothing_goes_above_its_ceiling(channel, level, read_by_others, shielded):
    known = Rules(read_by_others=read_by_others, shielded=shielded, heard_at=NOW)
    goes = judge(known, channel=channel, level=level, now=NOW).act == "go"
    most = ceiling(channel, read_by_others=read_by_others, shielded=shielded)
    assert goes == (level <= most)
    if shielded and channel not in ("phone", "in_person", "note"):
        assert most == Level.N0
    assert may_say(channel, Level.N0)


# --- nothing is said without the gate


@pytest.mark.parametrize(
    "forge",
    [
        pytest.param(lambda: Sayable(), id="by its name"),
        pytest.param(lambda: Sayable(outgoing()), id="with a message"),
        pytest.param(lambda: type("Mine", (Sayable,), {}), id="by a kind of it"),
        pytest.param(lambda: copy.copy(gate_made()), id="by a copy"),
        pytest.param(lambda: copy.deepcopy(gate_made()), id="by a deep copy"),
        pytest.param(lambda: pickle.dumps(gate_made()), id="by keeping it"),
    ],
)
def test_no_sayable_is_made_elsewhere(forge):
    with pytest.raises(TypeError):
        forge()


def gate_made(channel: str = "sms") -> Sayable:
    made = gate.let_through(
        outgoing(channel), rules=Rules(heard_at=NOW), level="N0", purpose="answer", person_id=None, now=NOW
    )
    assert isinstance(made, Sayable)
    return made


def test_a_sayable_does_not_change():
    with pytest.raises(AttributeError):
        gate_made().outgoing = outgoing()


def test_what_is_held_is_no_sayable():
    found = gate.let_through(outgoing(), rules=Rules(never=True), level="N0", purpose="answer", person_id=None, now=NOW)
    assert found == Decision("hold", "never")


@pytest.mark.parametrize("channel", sorted(ADAPTERS))
@pytest.mark.parametrize("handed", [outgoing(), None, "Hola", object()], ids=["a message", "nothing", "words", "any"])
def test_every_adapter_takes_nothing_else(channel, handed):
    with pytest.raises(TypeError):
        adapter(channel).send(handed)


def _calls(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


HOUSE = sorted(
    p for floor in ("channels", "portal", "case_api") for p in (ROOT / floor).rglob("*.py") if "sandbox" not in p.parts
)
# What speaks to a network that carries words to people, and the one place each may be called from.
MOUTHS = {
    "messages.create": "channels/adapters/twilio/client.py",
    "calls.create": "channels/adapters/twilio_voice.py",
    "smtplib.SMTP": "channels/adapters/email/outgoing.py",
    "smtplib.SMTP_SSL": None,
    "object.__new__": "channels/outbound/gate.py",
}  # fmt: skip


@pytest.mark.parametrize("mouth", MOUTHS)
def test_each_mouth_is_in_one_place(mouth):
    found = {str(p.relative_to(ROOT)) for p in HOUSE for name, _ in _calls(p) if name.endswith(mouth)}
    assert found == ({MOUTHS[mouth]} if MOUTHS[mouth] else set())


def test_only_the_worker_hands_to_an_adapter():
    """Every call of `adapter(…).send(…)` in the house: the dispatcher's."""
    found = {
        str(p.relative_to(ROOT))
        for p in HOUSE
        for name, _ in _calls(p)
        if name.startswith("adapter(") and name.endswith(".send")
    }
    assert found == {"channels/outbound/dispatch.py"}


def test_every_sender_in_an_adapter_opens_a_sayable():
    """A function named `send` in the adapters' folder opens what the gate made, or hands it to one that does."""
    lax = []
    for path in sorted((ROOT / "channels/adapters").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name == "send":
                names = [argument.arg for argument in node.args.args]
                text = ast.unparse(node)
                protocol = ast.unparse(node.body[-1]) == "..."
                if not protocol and (
                    "sayable" not in names or not ("opened(sayable)" in text or ".send(sayable" in text)
                ):
                    lax.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert lax == []


def test_words_that_leave_are_written_in_one_place():
    """An outgoing message is inserted by `sending`, `letters` or `callbacks`: each asks the gate, or people speak."""
    found = set()
    for path in HOUSE:
        for name, node in _calls(path):
            if name.endswith("messages.write") and any(
                k.arg == "direction" and "out" in ast.unparse(k.value) for k in node.keywords
            ):
                found.add(str(path.relative_to(ROOT)))
    assert found == {
        "channels/outbound/sending.py", "channels/conversations/letters.py", "channels/conversations/callbacks.py",
    }  # fmt: skip


TEMPLATES = sorted(path.stem for path in FOLDER.glob("*.txt"))


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_says_how_delicate_it_is(name):
    assert level_of(name) <= Level.N1, f"{name}.txt: add {{% block level %}}N0{{% endblock %}} (or N1)"


@pytest.mark.parametrize("name", [name for name in TEMPLATES if level_of(name) == Level.N0])
def test_a_pointer_points_to_nothing_in_particular(name):
    words = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").lower()
    for telling in ("starts_at", "centre", "expediente", "prestación", "servicios sociales", "violencia"):
        assert telling not in words
