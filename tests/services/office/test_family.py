"""The family's rooms in the office: the plan, the household, who acts for whom, the folder of somebody else."""

import pytest
from sqlalchemy import text

from case_api.access.actor import Actor
from case_api.access.door import open_door
from case_api.city.sample import BY_KEY, BY_LOGIN
from case_api.db import new_id, unit_of_work
from tests.services.office.pages import Page

CARMEN, LEO, VERA = (BY_KEY[key].id for key in ("carmen", "leo", "vera"))
PATHS = ("/carpeta/plan", "/carpeta/convivencia", "/carpeta/representantes", "/carpeta/de",
         "/carpeta/representantes/autorizar", "/carpeta/representantes/avisar")  # fmt: skip


def ask(statement, **values):
    with unit_of_work(Actor.system("test")) as unit:
        return unit.session.execute(text(statement), values).all()


def desk(work):
    marta = BY_LOGIN["marta"]
    unit_id = ask("SELECT unit_id FROM professional WHERE id = :id", id=marta.id)[0].unit_id
    actor = Actor("staff", "marta", professional_id=marta.id, unit_id=unit_id, role=marta.role)
    with unit_of_work(actor) as unit:
        return work(open_door(unit.actor, "manage_case"))


def tie(person, representative):
    (row,) = ask(
        "SELECT id FROM representation WHERE person_id = :p AND representative_id = :r", p=person, r=representative
    )
    return row.id


@pytest.mark.parametrize("key", ["amparo", "carmen", "vera", "marcos", "elena", "nuevo"])
def test_the_pages_are_sound_for_everybody(log_in, key):
    browser = log_in(key)
    for path in PATHS:
        Page(browser.get(path))
    Page(log_in(key, "low").get("/carpeta"))


@pytest.mark.parametrize("path", PATHS[:3])
def test_a_weak_login_is_asked_for_more(log_in, path):
    assert "más segura" in Page(log_in("amparo", "low").get(path), 403).h1


def test_the_plan_is_followed_in_plain_words(log_in):
    page = Page(log_in("amparo").get("/carpeta/plan"))
    for words in (
        "1 de 3 metas conseguidas",
        "Usted: Traer el contrato",
        "En marcha",
        "Conseguido",
        "Visita a su casa",
    ):
        assert words in page.main, words
    assert "duelo" not in page.text and "Para la próxima vez" not in page.text, "a private note"


def test_a_member_of_the_household_sees_their_own_part(log_in):
    page = Page(log_in("vera").get("/carpeta/convivencia"))
    assert "Hijo o hija" in page.main
    assert "Carmen" not in page.text and "Leo" not in page.text
    documents = Page(log_in("vera").get("/carpeta/documentos"))
    assert "Su parte del informe" in documents.main and "unidad de convivencia" not in documents.main


def test_a_folder_is_chosen_and_named_on_each_of_its_pages(log_in):
    browser = log_in("carmen")
    page = Page(browser.get("/carpeta/de"))
    page = Page(browser.get(page.links["Leo Supuesto Ejemplar"]))
    assert page.h1 == "Carpeta de Leo Supuesto Ejemplar" and "Está viendo la carpeta de Leo" in page.main
    assert "Informe escolar" in page.links
    answer = browser.get(next(href for words, href in page.links.items() if words == "Informe escolar"))
    assert answer.data.startswith(b"%PDF-") and answer.headers["Cache-Control"] == "no-store"
    assert "Informe escolar" not in Page(browser.get("/carpeta/documentos")).main, "their own folder stays their own"
    assert "Alguien que actúa por usted" in Page(log_in("leo").get("/carpeta/consultas")).main


def test_a_minor_decides_in_a_running_login_of_the_mother(log_in):
    mother, daughter = log_in("carmen"), log_in("vera")
    folder = f"/carpeta/de/{VERA}"
    assert "Documentos e informes" not in Page(mother.get(folder)).main
    address = f"/carpeta/representantes/{tie(VERA, CARMEN)}/decidir"
    page = Page(daughter.get(address))
    Page(daughter.post(address, data={"csrf_token": page.token}), 422)
    assert daughter.post(address, data={"csrf_token": page.token, "says": "yes"}).status_code == 303
    assert "Su parte del informe" in Page(mother.get(folder)).main
    assert daughter.post(address, data={"csrf_token": page.token, "says": "no"}).status_code == 303
    assert "Su parte del informe" not in Page(mother.get(folder)).main


def test_a_courts_order_turns_an_open_page_into_an_ordinary_404(log_in):
    browser = log_in("carmen")
    folder = f"/carpeta/de/{LEO}"
    Page(browser.get(folder))
    desk(lambda door: door.suspend_representation(tie(LEO, CARMEN), order="Juzgado 1"))
    gone, unknown = browser.get(folder), browser.get(f"/carpeta/de/{new_id()}")
    assert gone.status_code == unknown.status_code == 404
    assert Page(gone, 404).h1 == Page(unknown, 404).h1
    assert "Leo" not in Page(browser.get("/carpeta/de")).text


def test_a_stranger_finds_no_folder_whatever_they_type(log_in):
    browser = log_in("roberto")
    (document,) = ask("SELECT id FROM document WHERE person_id = :p LIMIT 1", p=LEO)
    for path in (f"/carpeta/de/{LEO}", f"/carpeta/de/{LEO}/documentos/{document.id}", f"/carpeta/de/{LEO}/dejar",
                 f"/carpeta/representantes/{tie(LEO, CARMEN)}/quitar",
                 f"/carpeta/representantes/{tie(VERA, CARMEN)}/decidir"):  # fmt: skip
        assert browser.get(path).status_code == 404, path


def test_one_folder_does_not_lend_its_address_to_another(log_in):
    browser = log_in("carmen")
    (document,) = ask("SELECT id FROM document WHERE person_id = :p LIMIT 1", p=VERA)
    assert browser.get(f"/carpeta/de/{LEO}/documentos/{document.id}").status_code == 404


FORM = {"name": "Iván Inventado", "document": "00000099F", "level": "N2", "until-day": "1", "until-month": "2"}


def authorise(browser, **more):
    page = Page(browser.get("/carpeta/representantes/autorizar"))
    from case_api import clock

    data = FORM | {"until-year": str(clock.today().year + 1), "csrf_token": page.token} | more
    return browser.post("/carpeta/representantes/autorizar", data=data)


def test_authorising_somebody_and_taking_it_back(log_in):
    from stdnum.es import dni

    browser = log_in("elena")
    document = "00000099" + dni.calc_check_digit("00000099")
    assert authorise(browser, document=document).status_code == 303
    page = Page(browser.get("/carpeta/representantes"))
    assert "Iván Inventado" in page.main and "Vale ahora" in page.main
    asked = Page(browser.get(next(href for href in page.links.values() if href and href.endswith("/quitar"))))
    (row,) = ask("SELECT id FROM representation WHERE representative_document = :d", d=document)
    address = f"/carpeta/representantes/{row.id}/quitar"
    assert browser.post(address, data={"csrf_token": asked.token}).status_code == 303
    assert "Vale ahora" not in Page(browser.get("/carpeta/representantes")).main


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"name": ""}, "Escriba el nombre", id="no name"),
        pytest.param({"document": "12345678A"}, "no es correcto", id="a wrong letter"),
        pytest.param({"document": BY_KEY["elena"].document}, "de la otra persona", id="one's own document"),
        pytest.param({"level": "N4"}, "", id="a level that is not offered"),
        pytest.param({"until-year": "2020"}, "Elija un día", id="a day that has passed"),
        pytest.param({"until-month": "13"}, "El mes va del 1 al 12", id="no such month"),
        pytest.param({"csrf_token": "old"}, "La página ha caducado", id="an expired page"),
        pytest.param({"name": "x\0y" * 150}, "muy largo", id="odd signs, too long"),
    ],
)
def test_what_cannot_be_given_is_said_and_what_was_typed_stays(log_in, change, words):
    answer = authorise(log_in("elena"), **change)
    page = Page(answer, 422)
    assert (
        words in page.main
        and page.field("document") == (change | {"document": change.get("document", FORM["document"])})["document"]
    )
    assert ask("SELECT 1 FROM representation WHERE person_id = :p", p=BY_KEY["elena"].id) == []


def test_fields_that_no_form_asked_for_change_nothing(log_in):
    """Mass assignment: only what stands on the page is read."""
    from stdnum.es import dni

    document = "00000099" + dni.calc_check_digit("00000099")
    more = {"kind": "parent", "scope": "N4", "person_id": str(LEO), "representative_id": str(CARMEN),
            "minor_says": "yes", "confirmed_by": str(new_id()), "ends_at": "2999-01-01"}  # fmt: skip
    assert authorise(log_in("elena"), document=document, **more).status_code == 303
    (row,) = ask(
        "SELECT person_id, kind, scope, representative_id, minor_says, confirmed_by FROM representation "
        "WHERE representative_document = :d", d=document,
    )  # fmt: skip
    assert tuple(row) == (BY_KEY["elena"].id, "authorisation", "N2", None, None, None)


def test_a_key_of_the_city_opens_what_the_table_says(log_in, app):
    credential, secret = desk(lambda door: door.issue_credential(BY_KEY["elena"].id, reason="No tiene móvil"))
    browser = app.test_client()
    page = Page(browser.get("/entrar/ciudad"))
    wrong = browser.post("/entrar/ciudad", data={"csrf_token": page.token, "number": credential.number, "secret": "x"})
    unknown = browser.post("/entrar/ciudad", data={"csrf_token": page.token, "number": "0000000000", "secret": "x"})
    assert Page(wrong, 422).main.replace(credential.number, "") == Page(unknown, 422).main.replace("0000000000", "")
    done = browser.post(
        "/entrar/ciudad", data={"csrf_token": page.token, "number": credential.number, "secret": secret.upper()}
    )
    assert done.status_code == 303 and done.location.endswith("/carpeta"), done.text[:500]
    assert "Hola, Elena" in Page(browser.get("/carpeta")).h1
    Page(browser.get("/carpeta/documentos"))


def test_a_key_taken_back_opens_nothing(log_in, app):
    credential, secret = desk(lambda door: door.issue_credential(BY_KEY["elena"].id, reason="x"))
    desk(lambda door: door.revoke_credential(BY_KEY["elena"].id))
    browser = app.test_client()
    page = Page(browser.get("/entrar/ciudad"))
    data = {"csrf_token": page.token, "number": credential.number, "secret": secret}
    Page(browser.post("/entrar/ciudad", data=data), 422)
