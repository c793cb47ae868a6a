"""The pages of protection, urgent looks and reviews, as staff see them; and the answer that the person reads."""

import itertools

import pytest

from portal.apps import create_citizen_app
from tests.services.access.danger import rows
from tests.services.desk.conftest import at_desk, desk_app  # noqa: F401 - fixtures
from tests.services.office.conftest import city, city_template, log_in  # noqa: F401 - fixtures
from tests.services.office.pages import Page as OfficePage

_numbers = itertools.count()


class Page(OfficePage):
    def _sound(self) -> None:
        assert len(self.all("h1")) == 1
        assert self.words(self.all("title")[0]).endswith("Alma profesionales")


@pytest.fixture(scope="module")
def app():
    return create_citizen_app()


@pytest.fixture
def desk(at_desk):  # noqa: F811
    """`desk("marta")`: a browser at the desk, the same one each time."""
    known = {}
    return lambda login: known.setdefault(login, None) or known.update({login: at_desk(login)}) or known[login]


def _post(browser, path, page, **values):
    return browser.post(path, data={"csrf_token": page.token, **values})


def test_from_the_challenge_to_the_answer(desk, log_in):  # noqa: F811
    office = desk("dpo")
    page = Page(office.get("/revisiones"))
    link = next(href for href in page.links.values() if "/revisiones/consultas/" in href)
    form = Page(office.get(link))
    assert "Ese día yo no había pedido nada" in form.main
    Page(_post(office, link, form, finding="", answer=""), 422)
    done = _post(office, link, form, finding="justified", answer="Preparaba su cita del día 5.", tell_name="y")
    assert done.status_code == 303
    read = OfficePage(log_in("amparo").get("/carpeta/consultas"))
    assert "Preparaba su cita del día 5." in read.main and "Quien miró fue" in read.main


def test_an_urgent_look_and_its_review(desk):
    omar = desk("omar")
    page = Page(omar.get("/urgencia"))
    bad = Page(_post(omar, "/urgencia", page, identifier="123", reason="ya"), 422)
    assert "número entero" in bad.main and 'value="123"' in bad.text
    values = {"identifier": "00000001R", "reason": "Está sola en la calle y sin abrigo (prueba)"}
    made = _post(omar, "/urgencia", page, **values)
    noted = Page(omar.get(made.location))
    record = Page(omar.get(next(href for href in noted.links.values() if href.endswith("/ficha"))))
    assert record.h1 == "Amparo Ejemplo Serrano"
    again = _post(omar, "/urgencia", page, identifier="00000099R", reason=values["reason"])
    assert again.status_code == 409
    marta = desk("marta")
    nobody = _post(marta, "/urgencia", Page(marta.get("/urgencia")), identifier="00000099R", reason=values["reason"])
    assert nobody.status_code == made.status_code == 303
    assert Page(marta.get(nobody.location)).main.split() != [] and "Ver la ficha" in noted.main
    assert marta.get(f"{nobody.location}/ficha").status_code == 404
    office = desk("dpo")
    links = [h for h in Page(office.get("/revisiones")).links.values() if "/revisiones/urgencias/" in h]
    assert len(links) >= 2
    form = Page(office.get(links[-1]))
    Page(_post(office, links[-1], form, finding="justified", review=""), 422)
    done = _post(office, links[-1], form, finding="justified", review="He llamado y es cierto (prueba).")
    assert done.status_code == 303
    assert desk("marta").get("/revisiones").status_code == 403
    for path in links:
        assert desk("marta").get(path).status_code == 404


def test_a_protection_is_set_with_its_consequences_said_before(desk):
    marta = desk("marta")
    (ana,) = rows("SELECT id FROM person WHERE document_number = '00000001R'")
    path = f"/personas/{ana.id}/proteccion"
    page = Page(marta.get(path))
    assert "menores que tiene a su cargo" in page.main
    empty = Page(
        _post(marta, path, page, **{"review_on-day": "1", "review_on-month": "1", "review_on-year": "2020"}), 422
    )
    assert "día de revisión" in empty.main or "Elija" in empty.main
    day = {"review_on-day": "1", "review_on-month": "3", "review_on-year": "2027"}
    done = _post(marta, path, page, kind="protected_address", reason="Lo pide el juzgado (prueba)", **day)
    assert done.status_code == 303, done.text
    assert "Domicilio protegido" in Page(marta.get(path)).main
    assert desk("ines").get(f"/personas/{ana.id}").status_code == 404
