"""Whatever bytes arrive: a message or a reason, in time, and the next mail is read as if nothing had been."""

import time

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.adapters import Inbound, Quarantine, RawEvent
from channels.adapters.email.envelope import contact_key, dedupe_digest
from tests.data.mail.make import ALMA, TEXT, all_mails, build

SECONDS = 30.0
CORPUS = [raw for raw in all_mails(large=False).values() if len(raw) < 20_000]
NAMES = st.sampled_from(
    [
        "From",
        "To",
        "Subject",
        "Content-Type",
        "Content-Transfer-Encoding",
        "Content-Disposition",
        "Date",
        "Message-ID",
        "Authentication-Results",
        "References",
        "Auto-Submitted",
        "MIME-Version",
    ]
)
VALUES = st.one_of(
    st.binary(max_size=80),
    st.sampled_from(
        [
            b"multipart/mixed; boundary=a",
            b"multipart/report; boundary=a",
            b"message/rfc822",
            b"text/html",
            b"text/plain; charset=utf-7; format=flowed",
            b"base64",
            b"x-uuencode",
            b"a@b.example",
            b'"<(',
            b"=?",
            b"attachment; filename*0*=x''%; filename*1=",
            b"message/delivery-status",
        ]
    ),
)
MAIL_LIKE = st.builds(
    lambda fields, lines: (
        b"".join(name.encode() + b": " + value + b"\r\n" for name, value in fields) + b"\r\n" + b"\r\n".join(lines)
    ),
    st.lists(st.tuples(NAMES, VALUES), max_size=8),
    st.lists(st.one_of(st.binary(max_size=60), st.sampled_from([b"--a", b"--a--", b"<div>", b"> ", b"begin 644 x"]))),
)
MUTATED = st.builds(
    lambda raw, at, new: raw[: at % (len(raw) + 1)] + new + raw[at % (len(raw) + 1) + len(new) :],
    st.sampled_from(CORPUS),
    st.integers(min_value=0, max_value=20_000),
    st.binary(min_size=1, max_size=30),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.one_of(st.binary(max_size=2_000), MAIL_LIKE, MUTATED))
def test_a_message_or_a_reason(adapter, raw):
    began = time.monotonic()
    try:
        [inbound] = adapter.parse(RawEvent("email", "mail", raw, {"mail_from": "", "rcpt_to": [ALMA], "peer": None}))
    except Quarantine as quarantine:
        assert quarantine.reason in {"empty", "no-header", "no-sender", "too-deep", "too-many-parts"}
    else:
        assert isinstance(inbound, Inbound)
        assert inbound.body.strip()
        assert "@" in inbound.sender
        assert inbound.authenticated is False
        for text in (inbound.body, inbound.body_full or "", inbound.subject or ""):
            assert "\0" not in text
            text.encode("utf-8")
    assert time.monotonic() - began < SECONDS


@settings(max_examples=200, deadline=None)
@given(raw=st.one_of(st.binary(max_size=2_000), MAIL_LIKE, MUTATED))
def test_what_the_listener_looks_at_never_raises(raw):
    assert len(dedupe_digest(raw)) == 64
    assert contact_key(raw, "x@y.example")


def test_reads_on_after_the_worst(adapter):
    [inbound] = adapter.parse(RawEvent("email", "mail", build(), {"mail_from": "", "rcpt_to": [], "peer": None}))
    assert inbound.body == TEXT
