"""The same mail twice is one; two mails under one Message-ID are two; a token holds only with its seal."""

from uuid import UUID, uuid4

import pytest

from channels.adapters.email import tokens
from channels.adapters.email.envelope import contact_key, dedupe_digest
from tests.data.mail.make import ALMA, build
from tests.rules.email.test_corpus import read

KEY = b"k" * 32
CONVERSATION = UUID("01890000-0000-7000-8000-0000000000aa")
RAW = build()


@pytest.mark.parametrize(
    ("other", "same"),
    [
        pytest.param(b"Received: from a by b; Mon, 3 Mar 2025\r\n\twith ESMTP\r\n" + RAW, True, id="another Received"),
        pytest.param(
            b"Authentication-Results: x; dmarc=pass\r\nReturn-Path: <a@b>\r\n" + RAW, True, id="relay's fields"
        ),
        pytest.param(RAW.replace(b"\r\n", b"\n"), True, id="line ends of an mbox"),
        pytest.param(RAW + b"\r\n\r\n", True, id="blank lines at the end"),
        pytest.param(b"From a@b Mon Mar  3 10:22:00 2025\n" + RAW.replace(b"\r\n", b"\n"), True, id="mbox line"),
        pytest.param(build("Otro texto"), False, id="same Message-ID, another text"),
        pytest.param(build(Subject="Otra"), False, id="same Message-ID, another subject"),
        pytest.param(build(Message_ID="<2@correo.example>"), False, id="another Message-ID"),
        pytest.param(build(To=f"alma+x@{ALMA.partition('@')[2]}"), False, id="another recipient"),
    ],
)
def test_dedupe(other, same):
    assert (dedupe_digest(RAW) == dedupe_digest(other)) is same


def test_forged_message_id_gives_two_messages(adapter):
    first, second = read(adapter, RAW), read(adapter, build("Otro texto"))
    assert first.message_id == second.message_id
    assert first.external_id != second.external_id
    assert first.external_id == read(adapter, b"Received: from x by y\r\n" + RAW).external_id


@pytest.mark.parametrize(
    ("raw", "mail_from", "key"),
    [
        (RAW, "x@y.example", "amparo@correo.example"),
        (build(drop=("From",)), "Ana@y.example", "ana@y.example"),
        (build(From="(" * 5_000), "", "unknown"),
        (b"", None, "unknown"),
    ],
)
def test_contact_key(raw, mail_from, key):
    assert contact_key(raw, mail_from) == key


def test_token_round_trip_in_any_case():
    message = uuid4()
    token = tokens.make(CONVERSATION, key=KEY)
    written = [
        token,
        token.upper(),
        tokens.reply_address(CONVERSATION, ALMA, key=KEY),
        tokens.reply_address(CONVERSATION, ALMA, key=KEY).upper(),
        tokens.message_id(CONVERSATION, message, "servicios.alma.example", key=KEY),
        f"<x@y> {tokens.message_id(CONVERSATION, message, 'servicios.alma.example', key=KEY)}",
        f"Alma <buzon+{token}@servicios.alma.example>",
    ]
    assert [tokens.read(text, key=KEY) for text in written] == [CONVERSATION] * len(written)
    assert len(tokens.reply_address(CONVERSATION, ALMA, key=KEY).partition("@")[0]) <= 64


def test_message_id_is_stable_and_own_to_each_message():
    one, two = uuid4(), uuid4()
    assert tokens.message_id(CONVERSATION, one, "x", key=KEY) == tokens.message_id(CONVERSATION, one, "x", key=KEY)
    assert tokens.message_id(CONVERSATION, one, "x", key=KEY) != tokens.message_id(CONVERSATION, two, "x", key=KEY)


def test_forged_tokens_are_none():
    token = tokens.make(CONVERSATION, key=KEY)
    last = "a" if token[-2] != "a" else "b"
    for text in ("", "hola", "a" * 42, token[:-2] + last + token[-1], token[1:], f"alma+{token}b@x", "ñ" * 42):
        assert tokens.read(text, key=KEY) is None
    assert tokens.read(token, key=b"x" * 32) is None


@pytest.mark.parametrize("where", ["To", "References", "In_Reply_To"])
def test_token_is_found_where_answers_carry_it(adapter, where):
    domain = ALMA.partition("@")[2]
    value = (
        tokens.reply_address(CONVERSATION, ALMA) if where == "To" else tokens.message_id(CONVERSATION, uuid4(), domain)
    )
    assert read(adapter, build(**{where: f"<{value.strip('<>')}>"})).reply_token == str(CONVERSATION)
    forged = value.replace("+", "+a").replace("alma.", "alma.a")
    assert read(adapter, build(**{where: f"<{forged.strip('<>')}>"})).reply_token is None
