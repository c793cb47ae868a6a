"""The desk's pages about what arrived: voice notes, documents, alerts, children, languages, senders, quarantine."""

import re
from email.message import EmailMessage
from uuid import UUID

import pytest
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import text

from case_api.access.door import open_door
from case_api.db import unit_of_work
from case_api.errors import Conflict, Invalid, NotFound
from case_api.settings import settings
from channels.adapters import InboundPart
from channels.adapters.email.envelope import raw_event
from channels.conversations import answering, attachments, filing
from channels.inbound.processing import process_stored
from channels.outbound import paging
from portal.apps import create_staff_app
from portal.identity import sessions, staff_accounts
from tests.services.channels.conftest import TEST, arrive, change, one, prove, rows, store, work
from tests.services.record.world import make_world

PDF, OGG = b"%PDF-1.7 invented", b"OggS\0 invented"


@pytest.fixture
def world(database, carrier):
    return make_world()


class Desk:
    def __init__(self, who: UUID, login: str) -> None:
        app = create_staff_app()
        staff_accounts._hasher = staff_accounts.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        with unit_of_work(TEST) as unit:
            staff_accounts.save(unit.session, professional_id=who, password="x" * 12, totp_seed="A" * 32)
            token = sessions.begin_staff(unit.session, professional_id=who)
        self.client = app.test_client()
        signed = SecureCookieSessionInterface().get_signing_serializer(app).dumps({"_user_id": token})
        self.client.set_cookie("alma_staff", signed)

    def get(self, path: str, **more):
        return self.client.get(path, **more)

    def press(self, page: str, path: str, **values):
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.get(page).text)[1]
        return self.client.post(path, data={"csrf_token": token, **values})


@pytest.fixture
def marta(world) -> Desk:
    return Desk(world.marta, "marta")


@pytest.fixture
def ines(world) -> Desk:
    return Desk(world.ines, "ines")


def sent(world, content: bytes, kind: str, name: str | None = None, *, person: bool = True) -> tuple[str, UUID]:
    """Ana sends something by WhatsApp; the page of the conversation and the attachment's id."""
    if person:
        prove(world.ana, "whatsapp", "+34600000005")
    arrive("SM1", "Aquí lo tienen")
    work()
    message = one("SELECT id FROM message WHERE direction = 'in'")
    with unit_of_work(TEST) as unit:
        attachments.attach(unit.session, message_id=message, parts=(InboundPart(name, kind, content),), media=())
        unit.session.execute(text("UPDATE conversation SET unit_id = :unit"), {"unit": world.here})
    return f"/bandeja/{one('SELECT id FROM conversation')}", one("SELECT id FROM attachment")


def test_a_voice_note_plays_and_can_be_saved(world, marta):
    page, part = sent(world, OGG, "audio/ogg")
    shown = marta.get(page)
    assert shown.status_code == 200
    assert f'<audio controls preload="none" src="/profesionales{page}/adjuntos/{part}/escuchar"' in shown.text or (
        f'src="{page}/adjuntos/{part}/escuchar"' in shown.text
    )
    assert "Sin transcripción" in shown.text and "download" in shown.text
    sound = marta.get(f"{page}/adjuntos/{part}/escuchar", headers={"Range": "bytes=0-3"})
    assert (sound.status_code, sound.data, sound.mimetype) == (206, OGG[:4], "audio/ogg")
    for answer in (sound, marta.get(f"{page}/adjuntos/{part}")):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
    kept = marta.get(f"{page}/adjuntos/{part}")
    assert kept.data == OGG and kept.headers["Content-Disposition"].startswith("attachment")
    change("UPDATE attachment SET transcript = 'dice que mañana no puede'")
    assert "dice que mañana no puede" in marta.get(page).text


NOT_SOUND = [
    pytest.param(PDF, "audio/ogg", id="a PDF that says it is sound"),
    pytest.param(b"<script>", "audio/ogg", id="a page that says it is sound"),
    pytest.param(b"MZ", "audio/ogg", id="a program"),
]


@pytest.mark.parametrize(("content", "kind"), NOT_SOUND)
def test_only_sound_is_played(world, marta, content, kind):
    page, part = sent(world, content, kind)
    assert "<audio" not in marta.get(page).text
    assert marta.get(f"{page}/adjuntos/{part}/escuchar").status_code == 404


def test_what_can_run_is_kept_and_given_to_nobody(world, marta):
    page, part = sent(world, b"MZ\x90", "application/pdf", "factura.pdf.exe")
    assert "puede ser peligroso" in marta.get(page).text
    assert marta.get(f"{page}/adjuntos/{part}").status_code == 404
    assert bytes(one("SELECT content FROM blob")) == b"MZ\x90"


def test_the_same_bytes_are_stored_once(world, marta):
    sent(world, PDF, "application/pdf", "uno.pdf")
    message = one("SELECT id FROM message WHERE direction = 'in'")
    with unit_of_work(TEST) as unit:
        attachments.attach(
            unit.session, message_id=message, parts=(InboundPart("dos.pdf", "application/pdf", PDF),), media=()
        )
    assert one("SELECT count(*) FROM attachment") == 2 and one("SELECT count(*) FROM blob") == 1


def test_a_document_goes_into_the_file_in_one_act_and_is_never_asked_for_again(world, marta):
    page, part = sent(world, PDF, "application/pdf", "contrato.pdf")
    assert "Falta en Ayuda a domicilio: Contrato" in marta.get(page).text
    done = marta.press(page, f"{page}/adjuntos/{part}/archivar", place=f"{world.file}:{world.step}")
    assert done.status_code == 303
    shown = marta.get(page).text
    assert "Guardado en su expediente. Ya no se le pide." in shown and "Guardado en su expediente por" in shown
    assert "Falta en Ayuda a domicilio" not in shown
    assert one("SELECT from_citizen, file_name FROM document WHERE step_id = :s", s=world.step) == (
        True,
        "contrato.pdf",
    )
    with unit_of_work(world.citizen()) as unit:
        [file] = open_door(world.citizen(), "own_record", unit=unit).files(world.ana)
    assert not file.steps[0].waits_for_document and file.state == "in_progress"
    again = marta.press(page, f"{page}/adjuntos/{part}/archivar", place=f"{world.file}:{world.step}")
    assert again.status_code == 303 and "ya está en su expediente" in marta.get(page).text
    assert one("SELECT count(*) FROM document WHERE step_id = :s", s=world.step) == 1


NOT_FILED = [
    pytest.param(b"MZ", "application/pdf", "a.pdf", True, Invalid, id="a program"),
    pytest.param(OGG, "audio/ogg", "a.ogg", True, Invalid, id="a voice note"),
    pytest.param(PDF, "application/pdf", "a.pdf", False, Invalid, id="from nobody we know"),
]


@pytest.mark.parametrize(("content", "kind", "name", "person", "error"), NOT_FILED)
def test_what_cannot_go_into_a_file_says_why(world, content, kind, name, person, error):
    page, part = sent(world, content, kind, name, person=person)
    with pytest.raises(error) as refused, unit_of_work(world.worker) as unit:
        filing.file_attachment(
            unit.session,
            door=open_door(world.worker, "manage_case", unit=unit),
            conversation_id=UUID(page.rpartition("/")[2]),
            attachment_id=part,
            file_id=world.file,
            step_id=world.step,
            professional_id=world.marta,
        )
    assert all(str(words) for words in refused.value.fields.values())
    assert one("SELECT document_id FROM attachment") is None


def test_a_professional_who_may_not_see_the_file_files_nothing(world):
    page, part = sent(world, PDF, "application/pdf", "a.pdf")
    with pytest.raises((NotFound, Conflict)), unit_of_work(world.stranger) as unit:
        filing.file_attachment(
            unit.session,
            door=open_door(world.stranger, "manage_case", unit=unit),
            conversation_id=UUID(page.rpartition("/")[2]),
            attachment_id=part,
            file_id=world.file,
            step_id=world.step,
            professional_id=world.omar,
        )
    assert one("SELECT count(*) FROM document WHERE step_id = :s", s=world.step) == 0


def test_danger_is_said_on_every_page_until_somebody_has_looked(world, ines):
    arrive("SM1", "mi marido me pega")
    work()
    page = f"/bandeja/{one('SELECT id FROM conversation')}"
    assert "puede hablar de un peligro" in ines.get("/bandeja").text
    assert "posible peligro" in ines.get("/bandeja?ver=unassigned").text
    assert "violencia" in ines.get("/guardia").text
    shown = ines.get(page).text
    assert "Señal automática" in shown and "violencia" in shown
    assert ines.press(page, f"{page}/visto").status_code == 303
    assert "No hay nada que mirar" in ines.get("/guardia").text
    assert "puede hablar de un peligro" not in ines.get("/bandeja").text


def test_the_duty_page_says_who_was_called_and_whether_it_arrived(world, ines, monkeypatch):
    arrive("SM1", "mi marido me pega")
    work()
    assert "no avisa a nadie fuera de aquí" in ines.get("/guardia").text
    monkeypatch.setattr(settings(), "DUTY_ADDRESSES", "+34600000097")
    paging.call_due()
    page = ines.get("/guardia").text
    assert "hasta que alguien lo mire" in page and "Último aviso por SMS" in page and "Por salir" in page


def test_a_professional_decides_about_a_child(world, ines):
    arrive("SM1", "tengo 14 años y tengo miedo")
    work()
    page = f"/bandeja/{one('SELECT id FROM conversation')}"
    assert "Quien le representa no ve esta conversación. Nadie lo ha decidido todavía." in " ".join(
        ines.get(page).text.split()
    )
    assert ines.press(page, f"{page}/menor", decision="show").status_code == 303
    assert "puede ver esta conversación" in ines.get(page).text
    assert one("SELECT kept_from_representatives FROM conversation") is False
    assert ines.press(page, f"{page}/menor", decision="rubbish").status_code == 303
    assert ines.press(page, f"{page}/menor", decision="adult").status_code == 303
    assert "Puede escribir un menor" not in ines.get(page).text


def test_what_came_in_another_language_is_marked_so(world, ines):
    arrive("SM1", "السلام عليكم، أريد موعدًا من فضلك")
    work()
    shown = ines.get(f"/bandeja/{one('SELECT id FROM conversation')}").text
    assert 'dir="auto" lang="ar"' in shown and "Escrito en árabe (detectado automáticamente)" in shown
    assert 'lang="ar"' in ines.get("/bandeja?ver=unassigned").text


@pytest.mark.parametrize("narrowed", ["solo=danger", "solo=flood", "canal=email", "solo=failed"])
def test_the_list_can_be_narrowed(world, ines, narrowed):
    arrive("SM1", "¿Qué horario tienen?")
    work()
    assert "¿Qué horario tienen?" in ines.get("/bandeja?ver=unassigned&solo=waiting&canal=whatsapp").text
    assert "¿Qué horario tienen?" not in ines.get(f"/bandeja?ver=unassigned&{narrowed}").text
    assert "¿Qué horario tienen?" in ines.get("/bandeja?ver=unassigned&solo=rubbish&canal=rubbish").text


def test_a_flood_is_folded(world, ines):
    for number in range(4):
        arrive(f"SM{number}", f"mensaje {number}")
    work()
    change("UPDATE message SET flood = true WHERE body <> 'mensaje 0'")
    change("UPDATE conversation SET flood_since = now()")
    shown = ines.get(f"/bandeja/{one('SELECT id FROM conversation')}").text
    assert "3 mensajes más, muy seguidos" in shown and "mensaje 3" in shown
    assert "Muchos mensajes seguidos" in ines.get("/bandeja?ver=unassigned").text


def mail(passed: str, body: str = "Hola", subject: str = "Una duda") -> None:
    made = EmailMessage()
    said = f"spf={passed} smtp.mailfrom=correo.example; dkim=none; dmarc={passed} header.from=correo.example"
    made["Authentication-Results"] = f"{settings().MAIL_AUTHSERV_ID}; {said}"
    made["From"], made["To"], made["Subject"] = "ana@correo.example", settings().MAIL_ADDRESS, subject
    made.set_content(body)
    event = raw_event(made.as_bytes(), mail_from="ana@correo.example", rcpt_to=[], peer="127.0.0.1")
    store(**event)
    assert process_stored(channel="email", dedupe=event["dedupe"]) == "done"


@pytest.mark.parametrize(("passed", "words"), [
    ("pass", "El correo sale de verdad del dominio de su remitente."),
    ("fail", "No está comprobado que salga del dominio de su remitente."),
])  # fmt: skip
def test_what_was_checked_about_a_sender_is_shown(world, ines, passed, words):
    mail(passed)
    shown = ines.get(f"/bandeja/{one('SELECT id FROM conversation')}").text
    assert words in shown and "SPF" in shown and "DMARC" in shown


def test_markup_of_strangers_is_only_text(world, ines):
    mail("pass", "<script>alert(1)</script><img src=x onerror=alert(1)>", "<b>duda</b>")
    shown = ines.get(f"/bandeja/{one('SELECT id FROM conversation')}").text
    assert "<script>alert(1)" not in shown and "<b>duda</b>" not in shown
    assert "&lt;script&gt;alert(1)" in shown


def test_what_could_not_be_read_is_read_again_from_the_page(world, ines, marta, monkeypatch):
    from channels.inbound import processing

    real = processing.source
    monkeypatch.setattr(processing, "source", lambda channel: (_ for _ in ()).throw(KeyError(channel)))
    arrive("SM1", "Hola otra vez")
    work()
    monkeypatch.setattr(processing, "source", real)
    event = one("SELECT id FROM raw_event WHERE state = 'quarantined'")
    assert "canal que no conocemos" in ines.get("/apartados").text
    assert marta.get("/apartados").status_code == 403
    original = ines.get(f"/apartados/{event}/original")
    assert b"Hola+otra+vez" in original.data and original.headers["Content-Disposition"].startswith("attachment")
    assert ines.press("/apartados", f"/apartados/{event}/otra-vez").status_code == 303
    work()
    assert rows("SELECT body FROM message WHERE direction = 'in'") == [("Hola otra vez",)]
    assert "No hay nada apartado" in ines.get("/apartados").text


def test_what_failed_goes_again_by_one_press(world, ines):
    arrive("SM1", "Hola", "+34600000077")
    work()
    conversation = one("SELECT id FROM conversation WHERE person_id IS NULL")
    page = f"/bandeja/{conversation}"
    with unit_of_work(TEST) as unit:
        made = answering.reply(
            unit.session, conversation_id=conversation, channel="sms", body="Venga", author=world.omar
        )
    change("UPDATE outbox SET state = 'failed'")
    change("UPDATE message SET state = 'failed', error_code = 'may-have-arrived' WHERE id = :id", id=made)
    assert "No se sabe si ha llegado" in ines.get(page).text
    assert ines.press(page, f"{page}/mensajes/{made}/otra-vez").status_code == 303
    assert one("SELECT body FROM message WHERE instead_of = :id", id=made) == "Venga"
    assert f"{made}/otra-vez" not in ines.get(page).text
