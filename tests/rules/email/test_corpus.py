"""What each nasty mail becomes: 70 labelled cases, through the real capped process."""

import pytest

from channels.adapters import Inbound, Quarantine, RawEvent
from tests.data.mail.make import ALMA, TEXT, all_mails, message_id_of

MAILS = all_mails()
AMPARO = "amparo@correo.example"

# Label → what must hold; what is not said is the sane default: from Amparo, TEXT as body, no notes, no parts.
EXPECTED: dict[str, dict] = {
    "plain-utf8": {},
    "latin1-declared": {},
    "windows-as-latin1": {"body": "Cuesta 20 € «al mes»"},
    "utf8-declared-latin1": {"notes": ("charset-guessed",)},
    "latin1-declared-utf8": {"notes": ("charset-guessed",)},
    "latin1-declared-ascii": {"notes": ("charset-guessed",)},
    "no-charset": {"notes": ("charset-guessed",)},
    "unknown-charset": {"notes": ("charset-guessed",)},
    "charset-is-a-codec-not-a-charset": {"notes": ("charset-guessed",)},
    "utf16-with-bom": {},
    "arabic-windows": {"body": "صباح الخير، أحتاج إلى موعد مع الخدمات الاجتماعية"},
    "nul-bytes": {"body": "Hola\ufffd buenas\ufffd tardes"},
    "no-message-id": {"notes": ("no-message-id",), "message_id": None},
    "no-date": {"date": None},
    "impossible-date": {"date": None},
    "no-subject": {"subject": None},
    "raw-8bit-subject": {"subject": "Petición de cita"},
    "word-cut-inside-a-letter": {"subject": "Reunión mañana"},
    "broken-encoded-word": {"subject": "Cita previa =?nada?X?hola?= mañana"},
    "spaces-in-q-word": {"subject": "Petición de cita"},
    "to-of-65-kilobytes": {},
    "from-of-parentheses": {"quarantine": "no-sender"},
    "from-of-parentheses-and-sender": {"notes": ("from-unbalanced", "from-unreadable")},
    "from-shows-another-address": {"sender": "x@evil.example", "notes": ("from-address-in-name",)},
    "quoted-name-shows-another-address": {"sender": "x@evil.example", "notes": ("from-name-shows-another-address",)},
    "several-from-headers": {"notes": ("from-doubled",)},
    "several-from-addresses": {"notes": ("from-several-addresses",)},
    "from-in-latin1": {"sender": "jose@correo.example"},
    "from-old-style": {},
    "from-with-eñe-domain": {"sender": "ana@xn--espaa-rta.example"},
    "no-sender-at-all": {"quarantine": "no-sender"},
    "headers-with-bare-lf": {},
    "headers-with-bare-cr": {},
    "header-without-colon": {"notes": ("structure-broken",)},
    "only-headers": {"body": "[Correo sin texto]"},
    "content-type-rubbish": {},
    "content-type-of-quotes": {},
    "forty-nested-parts": {},
    "two-thousand-nested-parts": {"quarantine": "too-deep"},
    "two-thousand-parts": {"quarantine": "too-many-parts"},
    "boundary-missing-at-end": {"notes": ("structure-broken",)},
    "boundary-never-declared": {"notes": ("structure-broken",)},
    "boundary-never-used": {"notes": ("structure-broken",)},
    "mail-inside-a-mail": {"body": "Le reenvío esto.", "parts": [("Ayuda a domicilio.eml", "message/rfc822")]},
    "only-a-mail-inside": {
        "body": "[Correo reenviado: Ayuda a domicilio.eml]",
        "parts": [("Ayuda a domicilio.eml", "message/rfc822")],
    },
    "winmail-dat": {"notes": ("winmail-dat",), "parts": [("winmail.dat", "application/ms-tnef")]},
    "calendar-invitation-alone": {"body": "[Invitación de calendario]", "parts": [(None, "text/calendar")]},
    "empty-body": {"body": "[Correo sin texto]"},
    "html-only": {"body": "Hola, soy Amparo.\n\n1. Cita ésta"},
    "html-with-stub-text": {
        "body": f"{TEXT}\n\nMuchas gracias por su atención y hasta pronto, quedo a la espera.",
    },
    "hundred-thousand-nested-divs": {"body": "Hola", "notes": ("html-cut",)},
    "twenty-thousand-nested-quotes": {"body_ends": "Hola", "notes": ("html-simplified",)},
    "base64-rubbish": {"body_holds": "gracias", "notes": ("transfer-encoding-broken",)},
    "text-declared-base64": {
        "body": "Hola, soy Amparo y escribo sin codificar nada, gracias.",
        "notes": ("transfer-encoding-broken",),
    },
    "quoted-printable-broken": {"body_holds": "Petición de cita"},
    "unknown-transfer-encoding": {},
    "uuencoded-file-in-text": {
        "body": "Adjunto el papel.\n\n[papel.txt]",
        "parts": [("papel.txt", "application/octet-stream")],
        "content": b"contenido del fichero",
    },
    "file-name-in-pieces": {"parts": [("certificado de empadronamieñto.pdf", "application/pdf")]},
    "file-name-climbs-folders": {"parts": [("passwd", "text/x-sh")]},
    "file-name-number-too-large": {"parts": [(None, "application/pdf")]},
    "picture-alone": {
        "body": "[Correo sin texto; adjuntos: foto.jpg]",
        "parts": [("foto.jpg", "image/jpeg")],
        "content": b"\xff\xd8\xff\xe0" + b"0" * 300,
    },
    "binary-rubbish": {"quarantine": "no-header"},
    "empty": {"quarantine": "empty"},
    "one-line-of-a-megabyte": {
        "body_holds": "palabra palabra",
        "notes": ("text-cut",),
        "parts": [("texto-completo.txt", "text/plain")],
    },
    "bounce": {
        "body": "No se pudo entregar.",
        "sender": "mailer-daemon@mx.example",
        "automatic": "bounce",
        "parts": [(None, "message/delivery-status"), (None, "text/rfc822-headers")],
        "report": ("abc@servicios.alma.example", "5.1.1", "failed", "elena@correo.example"),
    },
    "bounce-without-domain": {
        "body": "Failed",
        "sender": AMPARO,  # out of the envelope
        "automatic": "bounce",
        "notes": ("from-unreadable-address", "from-unreadable"),
        "parts": [(None, "message/delivery-status")],
        "report": (None, "4.2.2", "delayed", "a@b.example"),
    },
    "out-of-office": {
        "body": "Estoy de vacaciones.",
        "subject": "Respuesta automática: cita",
        "automatic": "auto-reply",
    },
    "newsletter": {"body": "Novedades", "automatic": "list"},
    "dmarc-passed": {"authenticated": True, "authentication": "dmarc=pass"},
    "ten-megabytes": {
        "parts": [("papeles.bin", "application/octet-stream")],
        "content": bytes(range(256)) * 30_000,
    },
}


def read(adapter, raw: bytes, *, mail_from: str | None = AMPARO, peer: str = "127.0.0.1") -> Inbound:
    headers = {"mail_from": mail_from, "rcpt_to": [ALMA], "peer": peer}
    [inbound] = adapter.parse(RawEvent("email", "mail", raw, headers))
    return inbound


def test_every_mail_is_labelled():
    assert set(EXPECTED) == set(MAILS)
    assert len(EXPECTED) >= 45


@pytest.mark.parametrize("label", MAILS)
def test_nasty_mail(adapter, label):
    expected = EXPECTED[label]
    mail_from = "" if label in {"from-of-parentheses", "no-sender-at-all"} else AMPARO
    if "quarantine" in expected:
        with pytest.raises(Quarantine) as caught:
            read(adapter, MAILS[label], mail_from=mail_from)
        assert caught.value.reason == expected["quarantine"]
        return
    inbound = read(adapter, MAILS[label], mail_from=mail_from)
    if "body_holds" in expected:
        assert expected["body_holds"] in inbound.body
    elif "body_ends" in expected:
        assert inbound.body.endswith(expected["body_ends"])
    else:
        assert inbound.body == expected.get("body", TEXT)
    assert inbound.placeholder is inbound.body.startswith("[")
    assert inbound.sender == expected.get("sender", AMPARO)
    assert inbound.subject == expected.get("subject", "Ayuda a domicilio")
    assert inbound.notes == expected.get("notes", ())
    assert [(part.name, part.media_type) for part in inbound.parts] == expected.get("parts", [])
    assert inbound.automatic == expected.get("automatic")
    assert inbound.authenticated is expected.get("authenticated", False)
    assert inbound.authentication == expected.get("authentication", "none")
    assert inbound.recipient == ALMA
    assert inbound.message_id == expected.get("message_id", message_id_of(label).decode().strip("<>"))
    assert (inbound.provider_at is None) == ("date" in expected)
    if "content" in expected:
        assert inbound.parts[0].content == expected["content"]
    if "report" in expected:
        report = inbound.report
        assert (report.original_message_id, report.status, report.action, report.recipient) == expected["report"]


def test_no_mail_without_a_body(adapter):
    for label, expected in EXPECTED.items():
        if "quarantine" not in expected:
            assert read(adapter, MAILS[label]).body.strip(), label
