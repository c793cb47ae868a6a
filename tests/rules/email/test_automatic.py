"""Mail that no person wrote."""

import pytest

from tests.data.mail.make import ALMA, build
from tests.rules.email.test_corpus import read


@pytest.mark.parametrize(
    ("headers", "mail_from", "kind"),
    [
        pytest.param({}, "amparo@correo.example", None, id="a person"),
        pytest.param({"Auto_Submitted": "no"}, "amparo@correo.example", None, id="auto-submitted: no"),
        pytest.param({"Auto_Submitted": "auto-replied (vacation)"}, "a@b.example", "auto-reply", id="vacation"),
        pytest.param({"Auto_Submitted": "auto-generated; x=y"}, "a@b.example", "auto-reply", id="generated"),
        pytest.param({"X_Auto_Response_Suppress": "All"}, "a@b.example", "auto-reply", id="Exchange"),
        pytest.param({"X_Autoreply": "yes"}, "a@b.example", "auto-reply", id="X-Autoreply"),
        pytest.param({"Precedence": "auto_reply"}, "a@b.example", "auto-reply", id="precedence auto_reply"),
        pytest.param({"Precedence": "bulk"}, "a@b.example", "list", id="bulk"),
        pytest.param({"List_Unsubscribe": "<mailto:x@y.example>"}, "a@b.example", "list", id="newsletter"),
        pytest.param({"Subject": "Automatic reply: Cita"}, "a@b.example", "auto-reply", id="subject in English"),
        pytest.param({"Subject": "Fuera de la oficina"}, "a@b.example", "auto-reply", id="subject in Spanish"),
        pytest.param({"Subject": "Su respuesta automática no me sirve"}, "a@b.example", None, id="a person about one"),
        pytest.param({}, "", "auto-reply", id="empty envelope sender"),
        pytest.param({"From": "MAILER-DAEMON@mx.example"}, "", "bounce", id="daemon with empty envelope sender"),
        pytest.param({"From": "postmaster@ayto.example"}, "postmaster@ayto.example", None, id="a postmaster writes"),
        pytest.param(
            {"From": "MAILER-DAEMON@mx.example"}, None, "bounce", id="daemon, from a file without an envelope"
        ),
        pytest.param(
            {"From": "postmaster@mx.example", "Subject": "Undeliverable: Cita"},
            None,
            "bounce",
            id="a postmaster's failure, from a file",
        ),
        pytest.param(
            {"From": "postmaster@ayto.example", "Subject": "Reunión"}, None, None, id="a postmaster writes, from a file"
        ),
        pytest.param({"X_Failed_Recipients": "a@b.example"}, "x@y.example", "bounce", id="Exim"),
        pytest.param({"From": ALMA}, ALMA, "auto-reply", id="our own address: a loop"),
        pytest.param(
            {"From": f"alma+x@{ALMA.partition('@')[2]}"}, "x@y.example", "auto-reply", id="our own plus-address"
        ),
    ],
)
def test_automatic_mail(adapter, headers, mail_from, kind):
    assert read(adapter, build(**headers), mail_from=mail_from).automatic == kind


def test_bounce_in_words_alone(adapter):
    text = "550 5.1.1 No existe\n\nMessage-ID: <alma." + "a" * 42 + ".b@servicios.alma.example>"
    report = read(adapter, build(text, From="Mailer-Daemon@mx.example"), mail_from="").report
    assert (report.status, report.action) == ("5.1.1", "failed")
    assert report.original_message_id.startswith("alma.aaaa")
