"""The record's pages at the desk: sound for whom they are, absent for everybody else, and what is done on them."""

import io
from datetime import timedelta

from sqlalchemy import text

from case_api import clock
from case_api.access.actor import Actor
from case_api.city.pdf import make_pdf
from case_api.city.sample import BY_KEY
from case_api.db import new_id, unit_of_work
from tests.services.office import pages as office_pages

AMPARO, CARMEN, VERA, LEO, ROBERTO = (BY_KEY[key].id for key in ("amparo", "carmen", "vera", "leo", "roberto"))
OF_A_PERSON = (
    "quien-ve", "familia", "representantes", "derivar", "equipo", "historia", "plan", "informes", "carpeta", "clave",
    "permisos", "permisos/dar?permiso=T2&para=client&quien=carpeta",
)  # fmt: skip


class Page(office_pages.Page):
    """A page of the desk: its title ends otherwise."""

    def __init__(self, response, status: int = 200):
        response.text_ = response.text
        super().__init__(_Titled(response), status)


class _Titled:
    def __init__(self, response):
        self.status_code = response.status_code
        self.text = response.text.replace("- Alma profesionales</title>", "- Alma</title>")


def ask(statement, **values):
    with unit_of_work(Actor.system("test")) as unit:
        return unit.session.execute(text(statement), values).all()


def day(days: int, name: str = "until") -> dict[str, str]:
    that = clock.today() + timedelta(days=days)
    return {f"{name}-day": str(that.day), f"{name}-month": str(that.month), f"{name}-year": str(that.year)}


def post(browser, path, page=None, **data):
    token = (page or Page(browser.get(path))).token
    return browser.post(path, data={"csrf_token": token} | data)


def test_each_page_is_sound_and_nobody_elses(at_desk):
    marta, omar = at_desk("marta"), at_desk("omar")
    for path in OF_A_PERSON:
        for person in (AMPARO, CARMEN, ROBERTO):
            Page(marta.get(f"/personas/{person}/{path}"))
        hidden, unknown = (omar.get(f"/personas/{one}/{path}") for one in (AMPARO, new_id()))
        assert hidden.status_code == unknown.status_code == 404, path
        assert Page(hidden, 404).main == Page(unknown, 404).main, path


def test_in_other_languages_too(at_desk):
    for language in ("en", "ar"):
        marta = at_desk("marta")
        marta.set_cookie("alma_lang", language)
        for path in OF_A_PERSON:
            assert marta.get(f"/personas/{AMPARO}/{path}").status_code == 200, (language, path)


def test_reception_sees_no_intervention(at_desk):
    ines = at_desk("ines")
    for path in ("historia", "plan", "informes"):
        assert ines.get(f"/personas/{AMPARO}/{path}").status_code == 404, path


def test_reading_the_folder_to_somebody_is_kept_as_that(at_desk, log_in):
    Page(at_desk("ines").get(f"/personas/{AMPARO}/carpeta"))
    assert ask("SELECT 1 FROM access_entry WHERE person_id = :p AND purpose = 'read_to_person' AND action = 'print'",
               p=AMPARO)  # fmt: skip
    seen = office_pages.Page(log_in("amparo").get("/carpeta/consultas")).main
    assert "leerle o imprimirle su carpeta" in seen.lower()


def test_a_referral_opens_and_closes_the_record(at_desk):
    marta, omar = at_desk("marta"), at_desk("omar")
    page = Page(omar.get("/derivaciones"))
    assert "Carmen Ejemplar Prueba" in page.main
    (row,) = ask("SELECT id FROM referral WHERE person_id = :p", p=CARMEN)
    address, plan = f"/personas/{CARMEN}/derivaciones/{row.id}", f"/personas/{CARMEN}/plan"
    assert omar.get(plan).status_code == 404
    Page(post(omar, address), 422)
    Page(post(omar, address, what="return"), 422)
    assert post(omar, address, what="accept").status_code == 303
    Page(omar.get(plan))
    assert post(marta, address, what="end").status_code == 303
    assert omar.get(plan).status_code == 404 and omar.get(address).status_code == 404


def test_sending_a_referral(at_desk):
    marta, path = at_desk("marta"), f"/personas/{ROBERTO}/derivar"
    (there,) = ask("SELECT id FROM unit WHERE name LIKE '%Muestra'")
    bad = Page(post(marta, path, level="N3", reason="Apoyo", to="x", **day(9000)), 422)
    assert "Elija otro centro" in bad.main or "Not a valid" in bad.text or "válida" in bad.main
    done = post(marta, path, level="N3", reason="Apoyo", to=str(there.id), **day(10))
    assert done.status_code == 303, done.text
    assert "Roberto" in Page(at_desk("omar").get("/derivaciones")).main
    assert post(marta, path, level="N3", reason="Apoyo", to=str(there.id), **day(10)).status_code == 422


def test_giving_a_referral_back(at_desk):
    omar = at_desk("omar")
    (row,) = ask("SELECT id FROM referral WHERE person_id = :p", p=CARMEN)
    address = f"/personas/{CARMEN}/derivaciones/{row.id}"
    done = post(omar, address, what="return", answer="No es de nuestro barrio")
    assert done.status_code == 303
    assert "Carmen" not in Page(omar.get(done.location.removeprefix("/profesionales"))).main
    assert omar.get(address).status_code == 404
    assert "No es de nuestro barrio" in Page(at_desk("marta").get(address)).main


def test_a_report_goes_from_draft_to_the_folder(at_desk, log_in):
    marta, path = at_desk("marta"), f"/personas/{ROBERTO}/informes"
    pdf = make_pdf("Nuevo informe", ("Inventado.",))
    Page(post(marta, path, title="Nuevo informe", level="N3", audience="represented"), 422)
    sent = post(
        marta, path, title="Nuevo informe", level="N3", audience="represented",
        document=(io.BytesIO(pdf), "informe.pdf"),
    )  # fmt: skip
    assert sent.status_code == 303, sent.text
    one, folder = sent.location, lambda: log_in("roberto").get("/carpeta/documentos").text
    assert "Nuevo informe" in Page(marta.get("/informes")).main
    Page(post(at_desk("lucia"), one, page=Page(marta.get(one)), what="sign"), 422)
    assert post(marta, one, what="sign").status_code == 303
    assert "Nuevo informe" not in folder()
    wrong = Page(post(marta, one, what="tell", **day(400)), 422)
    assert "Escriba por qué" in wrong.main and "Elija un día" in wrong.main
    assert post(marta, one, what="tell", reason="Mejor hablarlo", then="decides", **day(5)).status_code == 303
    assert "Nuevo informe" not in folder()
    assert post(marta, one, what="release").status_code == 303
    assert "Nuevo informe" in folder()


def test_a_members_part_names_nobody_else(at_desk, log_in):
    marta = at_desk("marta")
    (whole,) = ask("SELECT id FROM document WHERE person_id = :p AND title LIKE 'Valoración%'", p=CARMEN)
    path = f"/informes/{whole.id}/parte"

    def send(line: str, **more):
        pdf = make_pdf("Su parte", (line,))
        data = {"title": "Su parte", "member": str(LEO), "document": (io.BytesIO(pdf), "parte.pdf")} | more
        return post(marta, path, **data)

    assert "nombra a otra persona" in Page(send("Vive con Vera y va al colegio."), 422).main
    assert "nombra a otra persona" in Page(send("Su madre es 00000006Y."), 422).main
    assert "nombra a otra persona" in Page(send("Va al colegio.", title="Carmen y Leo"), 422).main
    layered = make_pdf("Su parte", ("x",)) + b"\n%%EOF\n"
    assert "no se ven" in Page(send("", document=(io.BytesIO(layered), "p.pdf")), 422).main
    assert send("Va al colegio.").status_code == 303
    (made,) = ask("SELECT id, cleaned FROM document WHERE redaction_of = :d AND person_id = :p", d=whole.id, p=LEO)
    assert made.cleaned
    assert send("Va al colegio.").status_code == 422, "one part each"
    for what in ("sign", "release"):
        assert post(marta, f"/informes/{made.id}", what=what).status_code == 303
    assert "Su parte" in log_in("leo").get("/carpeta/documentos").text
    assert log_in("leo").get(f"/carpeta/documentos/{whole.id}").status_code == 404


def test_a_plan_is_written_signed_and_followed(at_desk, log_in):
    marta, path = at_desk("marta"), f"/personas/{ROBERTO}/plan"
    Page(post(marta, path), 422)
    goals = "Encontrar trabajo | Ir al curso | Le avisamos de ofertas\nPagar el alquiler"
    assert post(marta, path, title="Salir adelante", goals=goals, **day(90, "review_on")).status_code == 303
    browser = log_in("roberto")
    assert "Todavía no tiene un plan" in office_pages.Page(browser.get("/carpeta/plan")).main
    (plan,) = ask("SELECT id FROM plan WHERE person_id = :p", p=ROBERTO)
    assert post(marta, f"{path}/{plan.id}/firmar", page=Page(marta.get(path))).status_code == 303
    assert "Usted: Ir al curso" in office_pages.Page(browser.get("/carpeta/plan")).main
    (goal,) = ask("SELECT id FROM plan_goal WHERE plan_id = :p AND ordinal = 1", p=plan.id)
    assert post(marta, f"{path}/metas/{goal.id}", page=Page(marta.get(path)), **{"g1-state": "done"}).status_code == 303
    assert "1 de 2 metas" in office_pages.Page(browser.get("/carpeta/plan")).main
    assert post(marta, f"{path}/metas/{goal.id}", page=Page(marta.get(path)), state="x").status_code == 422


def test_a_history_entry_is_written_and_a_note_stays_private(at_desk):
    marta, path = at_desk("marta"), f"/personas/{ROBERTO}/historia"
    for kind in ("interview", "note"):
        data = {
            "intervention": "",
            "kind": kind,
            "title": f"Sobre {kind}",
            "body": "x",
            "level": "N3",
            "release": "yes",
        }
        assert "la intervención nueva" in Page(post(marta, path, **data), 422).main
        done = post(marta, path, begins="Acogida", **data)
        assert done.status_code == 303, done.text
    assert "Sobre note" in Page(marta.get(path)).main
    assert "Sobre note" not in Page(at_desk("lucia").get(path)).main


def test_household_and_representatives_at_the_desk(at_desk):
    marta = at_desk("marta")
    path = f"/personas/{ROBERTO}/familia"
    Page(post(marta, path, document="zzz", relationship="partner"), 422)
    assert post(marta, path, document=BY_KEY["elena"].document, relationship="partner").status_code == 303
    assert "Elena Ficticia" in Page(marta.get(path)).main
    path = f"/personas/{ROBERTO}/representantes"
    data = {"name": "Iván Inventado", "document": "00000099F", "scope": "N2", "evidence": "Poder"}
    assert "Solo vale para menores" in Page(post(marta, path, kind="tutor", **data), 422).main
    assert "Tiene que acabar" in Page(post(marta, path, kind="power_of_attorney", **data), 422).main
    assert post(marta, path, kind="guardian_in_fact", **data).status_code == 303
    (tie,) = ask("SELECT id FROM representation WHERE person_id = :p", p=ROBERTO)
    assert "Escriba qué juzgado" in Page(post(marta, f"{path}/{tie.id}", what="suspend"), 422).main
    assert post(marta, f"{path}/{tie.id}", what="suspend", paper="Juzgado 1").status_code == 303
    assert "Suspendido por un juzgado" in Page(marta.get(path)).main


def test_a_key_is_shown_once_and_taken_back(at_desk):
    marta, path = at_desk("marta"), f"/personas/{ROBERTO}/clave"
    Page(post(marta, path), 422)
    made = post(marta, path, reason="No tiene móvil")
    page = Page(made)
    assert "no se vuelve a enseñar" in page.main and made.headers["Cache-Control"] == "no-store"
    assert post(marta, f"{path}/quitar", page=Page(marta.get(path))).status_code == 303
    assert "No tiene ninguna" in Page(marta.get(path)).main


def test_a_permission_in_the_persons_name(at_desk, log_in):
    marta, path = at_desk("marta"), f"/personas/{ROBERTO}/permisos/dar?permiso=T2&para=client&quien=carpeta"
    page = Page(marta.get(path))
    asked = {name: page.field(name) for name in ("permiso", "para", "quien", "leido")}
    to = f"/personas/{ROBERTO}/permisos/dar"
    assert "Escriba qué papel" in Page(post(marta, to, page=page, **asked), 422).main
    Page(post(marta, to, page=page, evidence="Hoja", **(asked | {"leido": "0" * 64})), 422)
    assert post(marta, to, page=page, evidence="Hoja firmada", **asked).status_code == 303
    (row,) = ask("SELECT id, channel, desk_evidence, desk_professional_id FROM consent WHERE person_id = :p", p=ROBERTO)
    assert (row.channel, row.desk_evidence) == ("desk", "Hoja firmada") and row.desk_professional_id is not None
    seen = office_pages.Page(log_in("roberto").get(f"/carpeta/permisos/{row.id}")).main
    assert "Vale ahora" in seen
    assert post(marta, f"/personas/{ROBERTO}/permisos/{row.id}/quitar").status_code == 303
    assert ask(
        "SELECT 1 FROM consent_event WHERE consent_id = :c AND kind = 'withdrawn' AND channel = 'desk'", c=row.id
    )


def test_an_expired_page_keeps_what_was_typed_and_changes_nothing(at_desk):
    browser = at_desk("marta")
    for path in OF_A_PERSON[1:7]:
        typed = {"csrf_token": "old", "title": "Lo que escribí", "reason": "Lo que escribí"}
        page = Page(browser.post(f"/personas/{CARMEN}/{path}", data=typed), 422)
        assert "La página ha caducado" in page.main, path
