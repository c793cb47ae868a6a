"""What people type in the portal and what is kept of it, as data."""

from uuid import uuid4

import pytest
from sqlalchemy import text

from case_api.errors import Invalid
from channels.conversations import service as conversations

KEPT = [
    pytest.param("Hola", "Hola", id="text"),
    pytest.param("  Hola \n", "Hola", id="spaces around"),
    pytest.param("uno\r\ndos\r\n\r\ntres", "uno\ndos\n\ntres", id="lines of Windows"),
    pytest.param("¿Qué día? Mañana, señora Núñez", "¿Qué día? Mañana, señora Núñez", id="accents"),
    pytest.param("أريد موعدًا من فضلك", "أريد موعدًا من فضلك", id="right to left"),
    pytest.param("cita ١٢ في Madrid", "cita ١٢ في Madrid", id="both directions"),
    pytest.param("我需要帮助", "我需要帮助", id="Chinese"),
    pytest.param("👨‍👩‍👧 👍🏽", "👨‍👩‍👧 👍🏽", id="joined emoji"),
    pytest.param("e\u0301", "e\u0301", id="an accent of its own"),
    pytest.param("a\0b", "ab", id="NUL"),
    pytest.param("<script>alert(1)</script>", "<script>alert(1)</script>", id="markup is words"),
    pytest.param("'; DROP TABLE message; --", "'; DROP TABLE message; --", id="SQL is words"),
    pytest.param("{{ 7 * 7 }} %(name)s {0}", "{{ 7 * 7 }} %(name)s {0}", id="templates are words"),
    pytest.param(":id :body \\: ::text", ":id :body \\: ::text", id="colons are words"),
    pytest.param("100 %", "100 %", id="a percent sign"),
    pytest.param("x" * 10_000, "x" * 10_000, id="as long as can be"),
    pytest.param("BAJA", "BAJA", id="a wish of phones"),
    pytest.param("ALMA 1234 5678", "ALMA 1234 5678", id="a code of phones"),
    pytest.param("\u202egnirts", "\u202egnirts", id="a turned direction"),
    pytest.param("0", "0", id="a nought"),
]
REFUSED = [
    pytest.param("", id="nothing"),
    pytest.param(" \n\t\u00a0", id="only blanks"),
    pytest.param("\0", id="only NUL"),
    pytest.param("\0 \r\n", id="NUL and blanks"),
    pytest.param("x" * 10_001, id="too long"),
    pytest.param("ñ" * 50_000, id="much too long"),
]


@pytest.mark.parametrize(("typed", "kept"), KEPT)
def test_what_is_kept(unit, typed, kept):
    person = uuid4()
    conversations.write_from_portal(unit.session, person_id=person, body=typed, key=str(uuid4()))
    [found] = conversations.for_person(unit.session, person_id=person)
    [message] = [message for message in found.messages if message.direction == "in"]
    assert (message.body, message.channel, message.authenticated) == (kept, "portal", True)


@pytest.mark.parametrize("typed", REFUSED)
def test_what_is_refused_in_words(unit, typed):
    with pytest.raises(Invalid) as refused:
        conversations.write_from_portal(unit.session, person_id=uuid4(), body=typed, key=str(uuid4()))
    assert str(refused.value.fields["body"])
    assert unit.session.execute(text("SELECT count(*) FROM message WHERE channel = 'portal'")).scalar() == 0
