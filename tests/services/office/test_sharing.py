"""Letting somebody see, through the pages: whom, what follows, the permission, taking it back, and the answer."""

from datetime import timedelta

import pytest
from sqlalchemy import create_engine, text

from case_api import clock
from case_api.access.actor import Actor
from case_api.city.sample import BY_KEY, OTHER_CENTRE
from case_api.db import new_id, unit_of_work
from case_api.settings import settings
from tests.services.office.pages import Page
from tests.services.office.test_permissions import ask, hidden, link

AMPARO = BY_KEY["amparo"].id


def sent(browser, path: str, **typed):
    page = Page(browser.get(path))
    return browser.post(path, data=hidden(page) | typed)


def given_to_marcos(browser, switch="T2") -> str:
    answer = sent(
        browser, "/carpeta/permisos/persona", name="Marcos Muestra Ejemplo", document=BY_KEY["marcos"].document,
        switch=switch,
    )  # fmt: skip
    assert answer.status_code == 303, Page(answer, 422).main
    words = Page(browser.get(answer.location))
    assert "Marcos Muestra Ejemplo (…" in words.main and "su propia clave" in words.main
    assert ask("SELECT 1 FROM consent WHERE person_id = :p AND recipient_kind = 'chosen'", p=AMPARO) == []
    done = browser.post("/carpeta/permisos/nuevo", data=hidden(words))
    assert done.status_code == 303
    return done.location


def test_a_chosen_person_sees_loses_and_answers(log_in):
    amparo = log_in("amparo")
    receipt = given_to_marcos(amparo)
    assert "Lo que puede ver Marcos" in Page(amparo.get("/carpeta/permisos")).main
    marcos = log_in("marcos")
    folder = Page(marcos.get(f"/carpeta/de/{AMPARO}"))
    assert "Documentos e informes" in folder.main
    assert marcos.get(f"/carpeta/de/{AMPARO}").status_code == 200
    amparo = log_in("amparo")
    asked = Page(amparo.get(receipt + "/quitar"))
    amparo.post(receipt + "/quitar", data=hidden(asked))
    assert (
        "Todavía no ha contestado" in Page(amparo.get(receipt)).main or "Nada todavía" in Page(amparo.get(receipt)).main
    )


def test_what_is_asked_back_is_answered_once(log_in):
    browser = log_in("marcos")
    page = Page(browser.get("/carpeta/de"))
    path = link(page, "/carpeta/de/devolver/")
    wrong = sent(browser, path)
    assert wrong.status_code == 422 and "Elija qué ha hecho" in Page(wrong, 422).main
    assert sent(browser, path, outcome="deleted").status_code == 303
    assert "ya no queda nada" in Page(browser.get(path)).main
    assert log_in("roberto").get(path).status_code == 404
    carmen = log_in("carmen")
    (row,) = ask("SELECT consent_id FROM consent_recall WHERE id = :id", id=path.rsplit("/", 1)[1])
    assert "Ha contestado que lo ha borrado" in Page(carmen.get(f"/carpeta/permisos/{row.consent_id}")).main


def test_another_centre_is_named_in_the_words_and_in_the_list(log_in):
    browser = log_in("amparo")
    (unit,) = ask("SELECT id FROM unit WHERE name = :n", n=OTHER_CENTRE)
    answer = sent(browser, "/carpeta/permisos/centro", centre=str(unit.id), switch="T3")
    words = Page(browser.get(answer.location))
    order = [words.main.index(one) for one in (OTHER_CENTRE, "trabajo social de ese centro", "Sí, doy permiso")]
    assert order == sorted(order)
    browser.post("/carpeta/permisos/nuevo", data=hidden(words))
    assert f"Lo que puede ver {OTHER_CENTRE}" in Page(browser.get("/carpeta/permisos")).main


@pytest.mark.parametrize(
    ("path", "typed", "said"),
    [
        pytest.param("/carpeta/permisos/centro", {"switch": "T3"}, "Elija un centro", id="no centre"),
        pytest.param("/carpeta/permisos/centro", {"centre": "x", "switch": "T3"}, "Error:", id="an invented centre"),
        pytest.param("/carpeta/permisos/persona", {"name": "Ana", "switch": "T2"}, "Escriba el DNI", id="no document"),
        pytest.param("/carpeta/permisos/persona", {"name": "Ana", "document": "1A", "switch": "T2"},
                     "Revise los números", id="a document without sense"),
        pytest.param("/carpeta/permisos/persona", {"name": "Ana\x00", "document": BY_KEY["amparo"].document,
                     "switch": "T2"}, "no el suyo", id="one's own"),
        pytest.param("/carpeta/permisos/persona", {"name": "A" * 300, "document": "x" * 90, "switch": "T9"},
                     "muy largo", id="endless"),
    ],
)  # fmt: skip
def test_bad_input_is_said(log_in, path, typed, said):
    answer = sent(log_in("amparo"), path, **typed)
    page = Page(answer, 422)
    assert said in page.text
    with unit_of_work(Actor.system("test")) as unit:
        assert (
            unit.session.execute(
                text("SELECT count(*) FROM chosen_recipient WHERE person_id = :p"), {"p": AMPARO}
            ).scalar()
            == 0
        )


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("permiso=T3&para=other_unit&quien=x", id="no centre"),
        pytest.param("permiso=T2&para=chosen&quien=somebody", id="nobody in particular"),
        pytest.param("permiso=T4&para=case_team&quien=x", id="no team"),
        pytest.param("permiso=T2&para=other_unit&quien=centre", id="a switch that is not for centres"),
    ],
)
def test_an_address_made_up_gives_nothing(log_in, query):
    assert log_in("amparo").get(f"/carpeta/permisos/nuevo?{query}").status_code == 422


def test_the_page_says_how_many_of_a_team_have_confirmed(log_in):
    consent, recall, now = new_id(), new_id(), clock.now()
    engine = create_engine(settings().DATABASE_OWNER_URL)
    with engine.begin() as owner:
        owner.execute(
            text("INSERT INTO consent (id, person_id, switch, recipient_kind, recipient_name, given_at, expires_at, "
                 "withdrawn_at, channel, language, words, words_sha256, receipt_id) VALUES (:id, :person, 'T4', "
                 "'case_team', 'team', :now, :later, :now, 'portal', 'es', 'x', sha256('x'), gen_random_uuid())"),
            {"id": consent, "person": AMPARO, "now": now, "later": now + timedelta(days=9)},
        )  # fmt: skip
        owner.execute(
            text("INSERT INTO consent_release (id, consent_id, person_id, recipient_kind, recipient_name, object_kind, "
                 "object_id, level, action, at, professional_id) SELECT gen_random_uuid(), :id, :person, 'case_team', "
                 "'team', 'document', 'x', 'N4', 'read', :now, p.id FROM (SELECT id FROM professional ORDER BY id "
                 "LIMIT 4) p"),
            {"id": consent, "person": AMPARO, "now": now},
        )  # fmt: skip
        owner.execute(
            text("INSERT INTO consent_recall (id, consent_id, person_id, recipient_kind, recipient_name, created_at) "
                 "VALUES (:id, :consent, :person, 'case_team', 'team', :now)"),
            {"id": recall, "consent": consent, "person": AMPARO, "now": now},
        )  # fmt: skip
        owner.execute(
            text("UPDATE consent_recall_member SET acknowledged_at = :now, outcome = 'deleted' WHERE "
                 "professional_id NOT IN (SELECT professional_id FROM consent_recall_member LIMIT 1)"),
            {"now": now},
        )  # fmt: skip
    engine.dispose()
    page = Page(log_in("amparo").get(f"/carpeta/permisos/{consent}"))
    assert "Lo vieron 4 personas del equipo: 3 de 4 lo han confirmado." in page.main
    assert "Cada una contesta por sí misma. Falta alguna respuesta." in page.main
