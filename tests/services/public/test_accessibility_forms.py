"""The forms of Real Decreto 1112/2018: what is written reaches the staff, a wrong form keeps it, receipts say when."""

import re
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import text

from case_api.access.actor import Actor
from case_api.errors import Invalid, NotFound
from channels.contacts import book
from channels.conversations import about_accessibility as forms
from channels.conversations import service as conversations

COMMENT, REQUEST = "/accesibilidad/comunicacion", "/accesibilidad/solicitud"


@pytest.fixture
def client(unit):
    from portal.apps import create_citizen_app

    app = create_citizen_app()
    app.config["TESTING"] = True
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


def _all(unit) -> list:
    return unit.session.execute(
        text("SELECT c.subject, m.body, c.due_at, c.person_id, m.authenticated FROM conversation c JOIN message m "
             "ON m.conversation_id = c.id WHERE c.subject LIKE 'Accesibilidad:%'")
    ).all()  # fmt: skip


def test_the_statement_tells_the_state_and_leads_to_both_forms(client):
    page = client.get("/accesibilidad").text
    assert "parcialmente conforme" in page and COMMENT in page and REQUEST in page and "UNE-EN 301549:2022" in page


@pytest.mark.parametrize(
    ("path", "typed", "subject"),
    [
        pytest.param(COMMENT, {"body": "El mapa no se lee"}, "comunicación", id="a comment without a name"),
        pytest.param(COMMENT, {"body": "No veo el foco", "email": "ana@correo.example", "page": "/citas"},
                     "comunicación", id="a comment with an address"),
        pytest.param(REQUEST, {"kind": "information", "body": "La guía en texto", "email": "ana@correo.example"},
                     "solicitud de información", id="accessible information"),
        pytest.param(REQUEST, {"kind": "complaint", "body": "Nadie lo arregla", "email": "ana@correo.example"},
                     "queja", id="a complaint"),
        pytest.param(REQUEST, {"kind": "claim", "body": "No estoy conforme", "email": "a@correo.example",
                               "earlier": "1A2B"}, "reclamación", id="a claim"),
    ],
)  # fmt: skip
def test_what_is_written_reaches_the_staff(client, unit, path, typed, subject):
    answer = client.post(path, data={**typed, "form_id": str(uuid4())})
    assert answer.status_code == 303
    ((told, body, due_at, person_id, authenticated),) = _all(unit)
    assert subject in told and typed["body"] in body and due_at is not None
    assert (person_id, authenticated) == (None, False)
    receipt = client.get(answer.location)
    assert receipt.status_code == 200 and "Referencia" in receipt.text and typed["body"] not in receipt.text


@pytest.mark.parametrize(
    ("path", "typed", "says"),
    [
        pytest.param(COMMENT, {"page": "Pedir cita"}, "Cuente qué ha pasado", id="no words"),
        pytest.param(COMMENT, {"body": "x", "email": "ana", "page": "Pedir cita"}, "no está entero", id="half a mail"),
        pytest.param(COMMENT, {"body": "x" * 5001, "page": "Pedir cita"}, "Es muy largo", id="too long"),
        pytest.param(REQUEST, {"body": "x", "email": "a@correo.example", "page": "Pedir cita"}, "Elija qué quiere",
                     id="no kind"),
        pytest.param(REQUEST, {"kind": "fly", "body": "x", "email": "a@correo.example", "page": "Pedir cita"}, "Error",
                     id="a kind there is not"),
        pytest.param(REQUEST, {"kind": "complaint", "body": "x", "page": "Pedir cita"}, "Escriba su correo",
                     id="nowhere to answer"),
        pytest.param(REQUEST, {"kind": "claim", "body": "x", "email": "a@correo.example", "page": "Pedir cita"},
                     "Escriba la referencia", id="a claim about nothing"),
    ],
)  # fmt: skip
def test_a_wrong_form_says_why_and_keeps_what_was_typed(client, unit, path, typed, says):
    answer = client.post(path, data={**typed, "form_id": str(uuid4())})
    assert answer.status_code == 422 and says in answer.text and "Pedir cita" in answer.text
    assert "<title>Error:" in answer.text and _all(unit) == []


def test_the_same_form_twice_is_one_message_and_a_spoiled_mark_no_fault(client, unit):
    typed = {"body": "El mapa no se lee", "form_id": str(uuid4())}
    assert [client.post(COMMENT, data=typed).status_code for _ in range(2)] == [303, 303]
    assert len(_all(unit)) == 1
    assert client.post(COMMENT, data={**typed, "form_id": "no-es"}).status_code == 303


def test_the_terms_are_those_of_the_norm(unit):
    from datetime import UTC, datetime

    unit.session.execute(text("DELETE FROM holiday"))
    unit.session.execute(text("INSERT INTO holiday (day, scope, name) VALUES ('2026-12-08', 'city', 'Fiesta')"))
    at = datetime(2026, 11, 20, 12, tzinfo=UTC)  # a Friday
    by = {kind: forms.answer_by(unit.session, kind=kind, at=at) for kind in forms.SUBJECTS}
    assert by == {"comment": None, "information": date(2026, 12, 21), "complaint": date(2026, 12, 21),
                  "claim": date(2027, 1, 20)}  # fmt: skip


def test_an_address_somebody_typed_joins_nothing_of_its_owner(unit):
    owner = book.find_or_make(unit.session, kind="email", value="eva@correo.example", actor=Actor.system("test"))
    forms.write(unit.session, kind="complaint", body="Soy otra", email="eva@correo.example", key=uuid4())
    contact = unit.session.execute(
        text("SELECT contact_id FROM conversation WHERE subject LIKE 'Accesibilidad:%'")
    ).scalar_one()
    assert contact != owner.contact_id


def test_one_address_does_not_flood_the_inbox(unit):
    for _ in range(forms.MOST_A_DAY):
        forms.write(unit.session, kind="comment", body="Otra vez", email="eva@correo.example", key=uuid4())
    with pytest.raises(Invalid):
        forms.write(unit.session, kind="comment", body="Otra vez", email="eva@correo.example", key=uuid4())


def test_staff_open_it_like_any_other(unit):
    forms.write(unit.session, kind="complaint", body="No puedo pedir cita", email="eva@correo.example", key=uuid4())
    found = unit.session.execute(text("SELECT id FROM conversation WHERE subject LIKE 'Accesibilidad:%'")).scalar_one()
    shown = conversations.open_conversation(unit.session, conversation_id=found)
    assert re.search("No puedo pedir cita.*eva@correo.example", shown.messages[0].body, re.S)


def test_a_receipt_of_nothing_is_not_found(client, unit):
    assert client.get(f"/accesibilidad/recibido/{uuid4()}").status_code == 404
    with pytest.raises(NotFound):
        forms.received(unit.session, key=uuid4())
