"""SMS and MMS over Twilio: what a phone sends and what it becomes, as data."""

from urllib.parse import urlencode

import pytest

from channels.adapters import MediaRef, RawEvent
from channels.adapters.twilio.parsing import TwilioSource

BASE = {"MessageSid": "SM1", "From": "+34600000005", "To": "+34910000001", "Body": "Hola", "NumMedia": "0"}
LONG = "Necesito una cita porque " * 60


def media(*kinds: str, body: str = "") -> dict[str, str]:
    """An MMS with so many files."""
    fields = {"MessageSid": "MM1", "NumMedia": str(len(kinds)), "Body": body}
    for number, kind in enumerate(kinds):
        fields |= {f"MediaUrl{number}": f"https://carrier.example/{number}", f"MediaContentType{number}": kind}
    return fields


CASES = [
    pytest.param({}, "Hola", id="text"),
    pytest.param({"Body": "  \n Hola \t "}, "Hola", id="spaces around"),
    pytest.param({"Body": "uno\ndos"}, "uno\ndos", id="two lines"),
    pytest.param({"Body": "¿Qué día? Mañana, señor"}, "¿Qué día? Mañana, señor", id="accents"),
    pytest.param({"Body": LONG, "NumSegments": "11"}, LONG.strip(), id="eleven segments in one"),
    pytest.param({"Body": ""}, "(Mensaje vacío)", id="nothing"),
    pytest.param({"Body": " \u00a0\n"}, "(Mensaje vacío)", id="only blanks"),
    pytest.param({"Body": "👍🏽"}, "👍🏽", id="one emoji with a skin"),
    pytest.param({"Body": "👨‍👩‍👧"}, "👨‍👩‍👧", id="a family of joined emoji"),
    pytest.param({"Body": "أريد موعدًا"}, "أريد موعدًا", id="right to left"),
    pytest.param({"Body": "cita ١٢ في Madrid"}, "cita ١٢ في Madrid", id="both directions"),
    pytest.param({"Body": "我需要帮助"}, "我需要帮助", id="Chinese"),
    pytest.param({"Body": "a\0b"}, "ab", id="NUL"),
    pytest.param({"Body": "\0"}, "(Mensaje vacío)", id="only NUL"),
    pytest.param({"Body": "<b>Hola</b> & 'adiós'"}, "<b>Hola</b> & 'adiós'", id="markup is words"),
    pytest.param({"Body": "ALMA 1234 5678"}, "ALMA 1234 5678", id="a code"),
    pytest.param({"Body": "BAJA"}, "BAJA", id="a wish"),
    pytest.param({"Body": "https://x.example/?a=1&b=2"}, "https://x.example/?a=1&b=2", id="a link with signs"),
    pytest.param({"Body": "100 % de acuerdo + IVA"}, "100 % de acuerdo + IVA", id="percent and plus"),
    pytest.param({"From": "BANCO"}, "Hola", id="an alphanumeric sender"),
    pytest.param({"From": "217000"}, "Hola", id="a short code"),
    pytest.param({"From": "+447700900123"}, "Hola", id="from abroad"),
    pytest.param({"SmsSid": "SM1", "MessageSid": ""}, "Hola", id="the old name of the id"),
    pytest.param(media("image/jpeg"), "(Ha enviado una imagen)", id="MMS: a photo"),
    pytest.param(media("image/jpeg", body="El DNI"), "El DNI", id="MMS: a photo with words"),
    pytest.param(media("image/jpeg", "image/png", "application/pdf"), "(Ha enviado una imagen)", id="MMS: three files"),
    pytest.param(media("audio/amr"), "(Ha enviado un audio)", id="MMS: a recording"),
    pytest.param(media("video/3gpp"), "(Ha enviado un vídeo)", id="MMS: a video"),
    pytest.param(media("text/x-vcard"), "(Ha enviado un documento)", id="MMS: a card"),
    pytest.param(media("application/smil", "image/gif"), "(Ha enviado un documento)", id="MMS: a slide show"),
    pytest.param(media("IMAGE/JPEG"), "(Ha enviado una imagen)", id="MMS: a type in capitals"),
    pytest.param(media("../../etc"), "(Ha enviado un documento)", id="MMS: a type that is none"),
]


@pytest.mark.parametrize(("fields", "body"), CASES)
def test_what_a_phone_sends(fields, body):
    form = BASE | fields
    [found] = TwilioSource().parse(RawEvent("twilio", "message", urlencode(form).encode(), {}))
    assert (found.channel, found.body) == ("sms", body)
    assert found.placeholder is body.startswith("(") and found.authenticated and not found.reaction
    assert len(found.media) == int(form["NumMedia"])


REPLIES = [
    pytest.param({"OriginalRepliedMessageSid": "SM0"}, "SM0", False, id="a reply"),
    pytest.param({"OriginalRepliedMessageSid": ""}, None, False, id="an empty one"),
    pytest.param({"OriginalRepliedMessageSid": "S M\n"}, None, False, id="rubbish"),
    pytest.param({"OriginalRepliedMessageSid": "SM0", "MessageType": "reaction"}, "SM0", True, id="a reaction"),
    pytest.param({}, None, False, id="none"),
]


@pytest.mark.parametrize(("fields", "reply_to", "reaction"), REPLIES)
def test_what_it_answers(fields, reply_to, reaction):
    form = BASE | {"From": "whatsapp:+34600000005", "To": "whatsapp:+34910000002"} | fields
    [found] = TwilioSource().parse(RawEvent("twilio", "message", urlencode(form).encode(), {}))
    assert (found.reply_to, found.reaction) == (reply_to, reaction)
    assert found.body == ("(Ha reaccionado con Hola a un mensaje)" if reaction else "Hola")


def test_files_keep_their_order_and_their_types():
    [found] = TwilioSource().parse(
        RawEvent("twilio", "message", urlencode(BASE | media("image/jpeg", "x", "audio/ogg")).encode(), {})
    )
    assert found.media == (
        MediaRef("https://carrier.example/0", "image/jpeg"),
        MediaRef("https://carrier.example/1", "application/octet-stream"),
        MediaRef("https://carrier.example/2", "audio/ogg"),
    )
