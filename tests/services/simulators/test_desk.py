"""The parameters' desk: a draft, its errors, what it changes, a second person, history, and what is answered after."""

import csv
import html
import io
import json
import re
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

import psycopg
import pytest
from click.testing import CliRunner
from sqlalchemy import text

from case_api.access.actor import Actor
from case_api.db import unit_of_work
from case_api.settings import settings
from portal.simulators.cli import simulate_command
from portal.simulators.command import simulate
from portal.simulators.desk.figures import figures
from portal.simulators.engine.run import simulate_answers
from portal.simulators.parameters.library import from_files, library
from portal.simulators.publishing import service, shelf
from tests.services.office.conftest import app, city, city_template  # noqa: F401
from tests.services.simulators.test_pages import parsed, words

IMV = from_files().texts["imv"]
ROW = "    - {from: 2026-01-01, value: 8803.20"
NEXT = "    - {from: 2026-12-01, value: 9200.00, norm: RDL3_2026, confidence: A}\n"


def with_new_row() -> str:
    lines = IMV.splitlines(keepends=True)
    place = next(number for number, line in enumerate(lines) if line.startswith(ROW))
    return "".join([*lines[: place + 1], NEXT, *lines[place + 1 :]])


def proposed(desk, content: str | None = None, **more):
    return desk.post(
        "/ayudas/imv/borrador", content=content or with_new_row(), reason="Real Decreto inventado, art. 1", **more
    )


def amount_on(day: str) -> float:
    return simulate("imv", day, {"adults": 1, "minors": 0, "monthly_income": 0, "holder_age": 40})["result"]["amount"]


def test_what_is_due_stands_at_the_top_and_in_the_navigation(works, monkeypatch):
    page = works("nuria").get("/ayudas")
    said = words(parsed(page))
    assert page.status_code == 200
    assert "Hay que revisar cantidades" in said or "Todo está al día" in said
    assert "Ingreso Mínimo Vital" in said and "Índices públicos" in said
    from portal.simulators.desk import views

    monkeypatch.setattr(views.clock, "today", lambda: date(2027, 1, 2))
    late = words(parsed(works("nuria").get("/ayudas")))
    assert "Pasó la fecha de revisión. Ya no damos ninguna cantidad." in late
    assert "«discount» ya no está en vigor" in late
    assert re.search(r"Cantidades\s+1\d", late), "how many wait stands beside the navigation's entry"
    assert not re.search(r"Cantidades\s+1\d", words(parsed(works("marta").get("/ayudas"))))


def test_a_draft_shows_rows_examples_winners_and_the_file(works):
    desk = works("nuria")
    answer = proposed(desk)
    assert answer.status_code == 303
    page = desk.get(answer.location.removeprefix("/profesionales"))
    said = words(parsed(page))
    for piece in (
        "Espera a una segunda persona", "pnc_annual_base", "1 de diciembre de 2026", "9.200",
        "Quién gana y quién pierde", "431.769", "100 de cada 100 hogares",
        "Lo escribió Nuria Baremo Ficticia", "lo decide otra persona",
    ):  # fmt: skip
        assert piece in said, piece
    assert "<svg" in page.text and "<title" in page.text
    rows = list(csv.DictReader(io.StringIO(desk.get(f"{page.request.path}/tabla.csv?piden=40").text)))
    imv = next(row for row in rows if row["benefit"] == "imv")
    assert int(imv["win"]) > 0 and int(imv["lose"]) == 0 and float(imv["difference"]) > 0
    assert words(parsed(desk.get(page.request.path + "?piden=40"))).count("40 de cada 100 hogares") == 1


def test_a_draft_that_changes_the_past_names_the_examples(works):
    desk = works("nuria")
    answer = proposed(desk, IMV.replace("value: 8803.20", "value: 9000.00"))
    said = words(parsed(desk.get(answer.location.removeprefix("/profesionales"))))
    assert "imv-08" in said and "733,6" in said and "Cambia algo que ya valía" in said


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(IMV.replace("value: 8803.20", "value: mucho"), r"Línea \d+\. El valor tiene que ser", id="word"),
        pytest.param(IMV.replace("ship: calculate", "ship: [a]"), r"Línea 6\. Tiene que ser una de", id="list"),
        pytest.param(IMV + "\nimv: 1\n", r"Línea \d+\. La clave «imv» no significa nada", id="stranger"),
        pytest.param("a: [", r"no es YAML", id="torn"),
        pytest.param("*", r"no es YAML|referencias", id="alias"),
        pytest.param("- 1\n- 2", r"lista de claves", id="list of numbers"),
        pytest.param("x" * 300_000, r"demasiado largo", id="huge"),
        pytest.param("[" * 5000, r"niveles|YAML", id="deep"),
        pytest.param("\x00", r"YAML|texto|niveles|lista", id="nul"),
        pytest.param(" ", r"lista de claves|YAML", id="nothing"),
        pytest.param(IMV, r"igual que el que está en vigor", id="the same"),
        pytest.param(IMV.replace("documents: [identity", "documents: [gold"), r"Ningún documento", id="document"),
        pytest.param(IMV.replace("norm: L19_2021", "norm: [1]", 1), r"Línea 5\.", id="norm"),
        pytest.param(IMV.replace("value: 8803.20", "value: 1" + "0" * 400), r"no se puede calcular|Línea|\d", id="big"),
        pytest.param(IMV.replace("value: 8803.20", "value: -5"), r"negativ", id="negative"),
    ],
)
def test_a_draft_that_cannot_be_comes_back_with_its_line(works, content, says):
    answer = proposed(works("nuria"), content)
    assert answer.status_code == 422
    page = parsed(answer)
    assert re.search(says, words(page)), words(page)[:900]
    typed = next(box for box in page.iter("textarea"))
    if "\x00" not in content and len(content) < 200_000:
        assert "".join(typed.itertext()).strip() == content.strip()


def test_an_uploaded_file_counts_and_one_that_is_no_text_is_told(works):
    desk = works("nuria")
    good = proposed(desk, "x", upload=(io.BytesIO(with_new_row().encode()), "imv.yaml"))
    assert good.status_code == 303
    bad = proposed(desk, IMV, upload=(io.BytesIO(b"\xff\xfe\x00\x01"), "imv.yaml"))
    assert bad.status_code == 422 and "no es un texto" in bad.text


def test_the_author_never_approves_and_a_second_person_does(works):
    nuria, pablo = works("nuria"), works("pablo")
    before = amount_on("2026-12-15")
    path = proposed(nuria).location.removeprefix("/profesionales")
    assert nuria.post(path, verdict="approved", reason="").status_code == 403
    assert amount_on("2026-12-15") == before
    assert pablo.post(path, verdict="rejected", reason=" ").status_code == 422
    assert pablo.post(path, verdict="", reason="").status_code == 422
    assert pablo.post(path, verdict="approved", reason="Leído en el boletín").status_code == 303
    assert amount_on("2026-12-15") == 766.66 and amount_on("2026-11-30") == before == 733.60
    page = words(parsed(pablo.get(path)))
    assert "Aprobado" in page and "Lo decidió Pablo Cuantía Ficticio" in page and "Leído en el boletín" in page
    assert pablo.post(path, "/ayudas/imv/borrador", verdict="rejected", reason="no").status_code == 409
    history = words(parsed(nuria.get("/ayudas/imv")))
    assert "Borrador de Nuria Baremo Ficticia" in history and "9200.00" in history


def test_other_professionals_look_and_change_nothing(works):
    marta = works("marta")
    path = proposed(works("nuria")).location.removeprefix("/profesionales")
    assert marta.get("/ayudas").status_code == marta.get(path).status_code == 200
    token = marta.post("/ayudas/imv/borrador", content=with_new_row(), reason="x")
    assert token.status_code == 403
    assert marta.post(path, "/ayudas/imv/borrador", verdict="approved", reason="x").status_code == 403


def test_a_draft_written_against_other_parameters_is_not_approved(works):
    nuria, pablo = works("nuria"), works("pablo")
    first, second = (
        proposed(nuria, with_new_row().replace("9200.00", value)).location.removeprefix("/profesionales")
        for value in ("9100.00", "9300.00")
    )
    assert pablo.post(first, verdict="approved", reason="").status_code == 303
    assert "Hay que escribir uno nuevo" in pablo.get(second).text
    assert pablo.post(second, verdict="approved", reason="").status_code == 409
    assert nuria.post(second, "/ayudas/imv/borrador", verdict="withdrawn").status_code == 303


def test_an_approved_row_is_known_since_its_approval(works):
    path = proposed(works("nuria")).location.removeprefix("/profesionales")
    works("pablo").post(path, verdict="approved", reason="")
    row = library().rows("imv")["pnc_annual_base"][-1]
    with unit_of_work(Actor.system("test")) as unit:
        found = shelf.approved(unit.session)
    assert row.start == date(2026, 12, 1) and row.known_from == found[0].day
    answers = {"adults": 1, "minors": 0, "monthly_income": 0, "holder_age": 40}
    day = date(2026, 12, 15)
    earlier = shelf.shelf_of(found, known_on=date(2026, 3, 1))
    assert simulate_answers("imv", day, answers, shelf=earlier).stated.results["amount"] * 100 == 73360
    assert simulate_answers("imv", day, answers).stated.results["amount"] * 100 == 76666


def test_other_processes_answer_with_it_too(works):
    path = proposed(works("nuria")).location.removeprefix("/profesionales")
    works("pablo").post(path, verdict="approved", reason="")
    shelf.forget()
    assert amount_on("2026-12-15") == 733.60
    shelf.refresh()
    assert amount_on("2026-12-15") == 766.66


def test_the_command_line_answers_with_it_too(works, tmp_path):
    path = proposed(works("nuria")).location.removeprefix("/profesionales")
    works("pablo").post(path, verdict="approved", reason="")
    shelf.forget()
    case = tmp_path / "case.json"
    case.write_text('{"adults": 1, "minors": 0, "monthly_income": 0, "holder_age": 40}')
    answer = CliRunner().invoke(simulate_command, ["imv", "--date", "2026-12-15", "--input", str(case), "--json"])
    assert json.loads(answer.stdout)["result"]["amount"] == 766.66


def test_history_cannot_be_changed_by_anybody_of_ours(works):
    path = proposed(works("nuria")).location.removeprefix("/profesionales")
    works("pablo").post(path, verdict="approved", reason="")
    url = settings().DATABASE_URL.replace("+psycopg", "")
    for statement in (
        "UPDATE parameter_draft SET reason = 'x'",
        "DELETE FROM parameter_draft",
        "UPDATE parameter_decision SET verdict = 'rejected'",
        "DELETE FROM parameter_decision",
        "TRUNCATE parameter_decision",
    ):
        with psycopg.connect(url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT set_config('alma.actor_kind', 'staff', false)")
            connection.execute(statement)


def test_the_database_itself_asks_a_second_person(works):
    path = proposed(works("nuria")).location.removeprefix("/profesionales")
    draft = UUID(path.rsplit("/", 1)[1])
    url = settings().DATABASE_URL.replace("+psycopg", "")
    with psycopg.connect(url) as connection, pytest.raises(psycopg.errors.CheckViolation):
        connection.execute("SELECT set_config('alma.actor_kind', 'staff', false)")
        connection.execute(
            "INSERT INTO parameter_decision SELECT id, author_id, 'approved', author_id, '', '{}', now() "
            "FROM parameter_draft WHERE id = %s",
            [draft],
        )
    with unit_of_work(Actor("citizen", "x")) as unit:
        assert unit.session.execute(text("SELECT count(*) FROM parameter_draft")).scalar() == 0


def test_two_who_decide_at_once_decide_once(works):
    path = proposed(works("nuria")).location.removeprefix("/profesionales")
    one, other = works("pablo"), works("pablo")
    assert one.post(path, verdict="approved", reason="").status_code == 303
    assert other.post(path, "/ayudas/imv/borrador", verdict="approved", reason="").status_code == 409


def test_parameters_that_cannot_be_read_any_more_are_passed_over(works):
    """A later program may ask for more than an old text has: its own file stands then, and staff hear of it."""
    path = proposed(works("nuria")).location.removeprefix("/profesionales")
    works("pablo").post(path, verdict="approved", reason="")
    with unit_of_work(Actor.system("test")) as unit:
        found = shelf.approved(unit.session)
    broken = [shelf.Approved("imv", "a: 1", found[0].file_sha256, found[0].day), *found]
    assert shelf.shelf_of(broken).rows("imv")["pnc_annual_base"][-1].start == date(2026, 12, 1)


def test_the_city_with_a_reform(works):
    desk = works("marta")
    page = desk.get(
        "/ayudas/ciudad?piden=50&cambia=imv.step_per_member&nuevo-imv-step_per_member=0%2C35"
        "&cambia=tarjeta_familias.table&nuevo-tarjeta_familias-table-low-1=100&nuevo-tarjeta_familias-table-high-1=100"
    )
    said = words(parsed(page))
    assert page.status_code == 200
    assert "431.769" in said and "50 de cada 100" in said and "Ganan" in said and "<svg" in page.text
    rows = list(
        csv.DictReader(io.StringIO(desk.get("/ayudas/ciudad/tabla.csv?" + page.request.query_string.decode()).text))
    )
    difference = {row["benefit"]: float(row["difference"]) for row in rows}
    assert difference["imv"] > 0 > difference["tarjeta_familias"]
    assert difference["pnc"] == difference["beca_comedor"] == 0
    changed = said.partition("Lo que cambia")[2].partition("Lo que cuesta")[0]
    assert "0,3 0,35" in changed and "175 100" in changed and "146 100" in changed, "today's number and the new one"
    assert "315" not in changed, "a cell that stays is no change"
    chart = page.text.partition("<figure")[2]
    assert "Con el cambio" in chart


def test_figures_are_chosen_first_and_then_written(works):
    """Without scripts: mark them, press, and the boxes are there with the numbers of today."""
    desk = works("marta")
    page = parsed(desk.get("/ayudas/ciudad?cambia=imv.min_amount&cambia=tarjeta_familias.table&cambia=indices.smi"))
    boxes = {one.get("name"): one.get("value") for one in page.iter("input") if (one.get("name") or "")[:6] == "nuevo-"}
    assert boxes["nuevo-imv-min_amount"] == "10" and boxes["nuevo-tarjeta_familias-table-high-6"] == "466"
    assert boxes["nuevo-indices-smi"] == "1221", "no sign that could be read as a decimal"
    assert len(boxes) == 14
    assert "Ahora están los de hoy" in words(page) and "Ganan" not in words(page)
    marked = [one.get("value") for one in page.iter("input") if one.get("name") == "cambia" and "checked" in one.attrib]
    assert marked == ["imv.min_amount", "tarjeta_familias.table", "indices.smi"]


@pytest.mark.parametrize("lang", ["es", "en", "ar"])
def test_the_boxes_of_today_are_read_as_they_were_written(works, lang):
    """In every language of the desk: what the page puts into its boxes comes back as no change."""
    desk = works("marta")
    page = parsed(desk.get(f"/ayudas/ciudad?lang={lang}&cambia=pnc.annual&cambia=rmi.base&cambia=indices.smi"))
    sent = {one.get("name"): one.get("value") for one in page.iter("input") if (one.get("name") or "")[:6] == "nuevo-"}
    again = desk.get("/ayudas/ciudad?" + urlencode({"cambia": ["pnc.annual", "rmi.base", "indices.smi"], **sent}, True))
    assert again.status_code == 200 and "<figure" in again.text
    rows = desk.get("/ayudas/ciudad/tabla.csv?" + again.request.query_string.decode()).text
    assert rows.splitlines()[0] == "benefit,entitled_households,entitled_people,households,cost,average_a_month"


def test_what_was_written_wrong_is_kept_and_told_beside_it(works):
    answer = works("marta").get(
        "/ayudas/ciudad?cambia=imv.min_amount&nuevo-imv-min_amount=mucho&cambia=rmi.base&nuevo-rmi-base=500"
    )
    page = parsed(answer)
    assert answer.status_code == 422 and "<figure" not in answer.text
    boxes = {one.get("name"): one.get("value") for one in page.iter("input")}
    assert (boxes["nuevo-imv-min_amount"], boxes["nuevo-rmi-base"]) == ("mucho", "500")
    assert words(page).count("Escriba un número, por ejemplo 650,50.") == 2, "in the summary and beside the box"


@pytest.mark.parametrize(
    "query",
    [
        "piden=200", "piden=-1", "piden=x", "piden=1e999", "cambia=imv.min_amount", "cambia=imv.nothing&valor=1",
        "cambia=imv.nothing&nuevo-imv-nothing=1", "nuevo-imv-min_amount=5", "cambia=imv&cambia=.&cambia=",
        *(f"cambia=imv.min_amount&nuevo-imv-min_amount={typed}"
          for typed in ("mucho", "1e999", "-1", "nan", "9" * 300, "", "1.000.000.001", "0,0000001", "%00")),
        "piden=%00&cambia=%ff", "cambia=tarjeta_familias.table&nuevo-tarjeta_familias-table-low-9=1",
        "cambia=tarjeta_familias.table&nuevo-tarjeta_familias-table-low-1=",
        "cambia=pnc.floor&nuevo-pnc-floor=1000000000",
        "&".join(f"cambia={key}" for key in figures(date(2026, 6, 1))),
    ],
)  # fmt: skip
def test_a_reform_that_cannot_be_is_answered(works, query):
    desk = works("marta")
    assert desk.get("/ayudas/ciudad?" + query).status_code in (200, 422)
    assert desk.get("/ayudas/ciudad/tabla.csv?" + query).status_code in (200, 404)


@pytest.mark.parametrize(
    "path",
    ["/ayudas/oro", "/ayudas/oro/borrador", "/ayudas/oro/texto.yaml", "/ayudas/borradores/x",
     "/ayudas/borradores/00000000-0000-0000-0000-000000000000",
     "/ayudas/borradores/00000000-0000-0000-0000-000000000000/tabla.csv"],
)  # fmt: skip
def test_what_does_not_exist(works, path):
    assert works("nuria").get(path).status_code == 404


def test_the_text_in_force_can_be_saved(works):
    answer = works("marta").get("/ayudas/imv/texto.yaml")
    assert answer.text == IMV and "attachment" in answer.headers["Content-Disposition"]
    assert html.escape("benefit: imv") in works("marta").get("/ayudas/imv").text


def test_only_keepers_propose():
    with pytest.raises(service.Refused):
        service.propose(actor=Actor("staff", "marta", role="social_worker"), benefit="imv", content="x", reason="x")
