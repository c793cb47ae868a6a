"""Asking and writing in somebody's name, through the pages: both names are kept, and whose it is reads it too."""

import pytest
from sqlalchemy import text

from case_api import clock
from case_api.access.actor import Actor
from case_api.city.sample import BY_KEY
from case_api.db import unit_of_work
from channels.conversations import service as conversations
from tests.services.office.pages import Page
from tests.services.office.test_permissions import ask, hidden, link

LEO, AMPARO = BY_KEY["leo"].id, BY_KEY["amparo"].id
FOLDER = f"/carpeta/de/{LEO}"
CARMEN = "Carmen Ejemplar Prueba"


def do(statement: str, **values) -> None:
    with unit_of_work(Actor.system("test")) as unit:
        unit.session.execute(text(statement), values)


def last_page(browser) -> tuple[str, Page]:
    """From the button in the folder through the questions: the last page, and its address."""
    page = Page(browser.get(link(Page(browser.get(FOLDER)), "/citas/nueva")))
    assert "Está viendo la carpeta de Leo" in page.main
    (home,) = ask("SELECT unit_id, id FROM professional WHERE login = 'lucia'")
    asked = {"motivo": "follow_up", "centro": str(home.unit_id), "modo": "phone", "con": str(home.id)}
    hours = Page(browser.get(f"{FOLDER}/citas/nueva", query_string=asked))
    assert "Está viendo la carpeta de Leo" in hours.main and "lista de espera" not in hours.main
    path = next(href for href in hours.links.values() if href and "/citas/nueva/confirmar" in href)
    return path, Page(browser.get(path))


def test_a_mother_books_and_both_names_are_kept_and_shown(log_in):
    browser = log_in("carmen")
    path, page = last_page(browser)
    assert "La pide usted (Carmen) en nombre de Leo" in page.main
    sent = hidden(page) | {"nota": "Con su abuela"}
    done = browser.post(path, data=sent)
    assert done.status_code == 303 and "la ha pedido usted" in Page(browser.get(done.location)).main
    assert browser.post(path, data=sent).status_code == 303, "the same form twice is one appointment"
    (made,) = ask("SELECT id, represented_by, created_by FROM appointment WHERE note = 'Con su abuela'")
    (entry,) = ask(
        "SELECT DISTINCT actor_id, rule FROM access_entry WHERE action = 'book' AND outcome = 'allowed' "
        "AND person_id = :leo", leo=LEO,
    )  # fmt: skip
    assert (made.represented_by, entry.rule, made.created_by) == (CARMEN, "representation", f"citizen:{entry.actor_id}")
    own = log_in("leo")
    assert f"{CARMEN}, en su nombre" in Page(own.get(f"/citas/{made.id}")).main


def test_an_hour_that_is_gone_brings_others_in_the_same_folder(log_in):
    browser = log_in("carmen")
    path, page = last_page(browser)
    other = log_in("vera")
    own = path.replace(FOLDER, "")
    assert other.post(own, data=hidden(Page(other.get(own)))).status_code == 303
    refused = Page(browser.post(path, data=hidden(page)), 409)
    assert "Está viendo la carpeta de Leo" in refused.main
    offered = [href for href in refused.links.values() if href and "confirmar" in href]
    assert offered and all(href.startswith(FOLDER) for href in offered)


def test_a_mother_writes_and_reads_that_and_nothing_that_he_writes(log_in):
    leo, browser = log_in("leo"), log_in("carmen")
    form = Page(leo.get("/mensajes/nuevo"))
    assert leo.post("/mensajes/nuevo", data=hidden(form) | {"body": "Esto es mío"}).status_code == 303
    path = link(Page(browser.get(FOLDER)), f"{FOLDER}/mensajes")
    page = Page(browser.get(path))
    assert "Escribe usted (Carmen) en nombre de Leo" in page.main and "Esto es mío" not in page.text
    assert "Escriba su mensaje" in Page(browser.post(path, data=hidden(page)), 422).main
    sent = hidden(page) | {"body": "¿Cuándo empieza el comedor?"}
    for _twice in range(2):
        assert browser.post(path, data=sent).status_code == 303
    (made,) = ask(
        "SELECT m.conversation_id, m.represented_by, m.person_id, c.represented_by AS writes FROM message m "
        "JOIN conversation c ON c.id = m.conversation_id WHERE m.body LIKE '%comedor%'"
    )
    assert (made.represented_by, made.person_id, made.writes) == (CARMEN, LEO, CARMEN)
    answer(made.conversation_id, "En septiembre.")
    after = Page(browser.get(path))
    assert "¿Cuándo empieza el comedor?" in after.main and "En septiembre." in after.main
    assert "Usted, en su nombre" in after.main and "Esto es mío" not in after.text
    mine = Page(leo.get(f"/mensajes/{made.conversation_id}"))
    assert f"{CARMEN}, en su nombre" in mine.main and f"{CARMEN} escribe aquí en su nombre" in mine.main
    again = Page(leo.get("/mensajes/nuevo"))
    assert leo.post("/mensajes/nuevo", data=hidden(again) | {"body": "Y esto también"}).status_code == 303
    assert "Y esto también" not in browser.get(path).text, "what he writes anew stays in his own conversation"
    rules = ask("SELECT DISTINCT rule FROM access_entry WHERE action = 'write' AND person_id = :leo", leo=LEO)
    assert [one.rule for one in rules] == ["representation"]


def answer(conversation_id, body: str) -> None:
    (lucia,) = ask("SELECT id, unit_id FROM professional WHERE login = 'lucia'")
    with unit_of_work(Actor.system("test")) as unit:
        conversations.reply(
            unit.session, conversation_id=conversation_id, channel="portal", body=body, author=lucia.id
        )  # fmt: skip


def test_professionals_read_who_wrote_in_whose_name(log_in):
    browser = log_in("carmen")
    path = f"{FOLDER}/mensajes"
    sent = hidden(Page(browser.get(path))) | {"body": "Una pregunta por Leo"}
    assert browser.post(path, data=sent).status_code == 303
    (made,) = ask("SELECT conversation_id FROM message WHERE body = 'Una pregunta por Leo'")
    with unit_of_work(Actor.system("test")) as unit:
        found = conversations.open_conversation(unit.session, conversation_id=made.conversation_id)
    assert f"Lo escribe {CARMEN} en su representación." in [str(one) for one in found.messages[0].notes_words]


NEW = ("citas/nueva", "citas/nueva/confirmar", "mensajes")
OVER = {
    "suspended by a court": "UPDATE representation SET suspended_at = :now, suspension_order = 'x' "
    "WHERE person_id = :leo AND kind = 'parent'",
    "ended": "UPDATE representation SET ended_at = :now, ended_by = 'desk' WHERE person_id = :leo AND kind = 'parent'",
    "he is 18": "UPDATE person SET birth_date = '2000-01-01' WHERE id = :leo AND CAST(:now AS text) <> ''",
}


@pytest.mark.parametrize("over", list(OVER))
def test_what_is_over_in_a_running_login_is_not_there(log_in, over):
    browser = log_in("carmen")
    path, page = last_page(browser)
    message = Page(browser.get(f"{FOLDER}/mensajes"))
    do(OVER[over], leo=LEO, now=clock.now())
    assert browser.post(path, data=hidden(page)).status_code == 404
    assert browser.post(f"{FOLDER}/mensajes", data=hidden(message) | {"body": "x"}).status_code == 404
    for piece in NEW:
        assert browser.get(f"{FOLDER}/{piece}").status_code == 404
    assert not ask("SELECT FROM message WHERE represented_by IS NOT NULL")
    assert not ask("SELECT FROM appointment WHERE represented_by IS NOT NULL")


@pytest.mark.parametrize(
    ("who", "whose"),
    [
        pytest.param("marcos", AMPARO, id="whoever may only look"),
        pytest.param("roberto", LEO, id="a stranger"),
        pytest.param("carmen", AMPARO, id="a mother, on somebody else's folder"),
    ],
)
def test_nobody_else_asks_or_writes(log_in, who, whose):
    browser = log_in(who)
    for piece in NEW:
        assert browser.get(f"/carpeta/de/{whose}/{piece}").status_code == 404


def test_the_folder_says_why_nobody_gives_consent_for_another(log_in):
    page = Page(log_in("carmen").get(FOLDER))
    assert (
        "Dar o quitar un permiso, y oponerse a una consulta, es muy personal: nadie lo hace por otra persona"
        in page.main
    )
    only_looks = Page(log_in("marcos").get(f"/carpeta/de/{AMPARO}"))
    assert not [
        href for href in only_looks.links.values() if href and href.startswith("/carpeta/de/") and href.endswith(NEW)
    ]
