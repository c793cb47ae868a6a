"""What is hidden and what does not exist answer alike: status, body, headers, and the time they take."""

import re
import time

import pytest
from flask.sessions import SecureCookieSessionInterface

from case_api import clock
from case_api.access.actor import Actor
from case_api.access.door import open_door
from case_api.db import new_id, unit_of_work
from case_api.errors import NotFound
from portal.apps import create_citizen_app
from portal.identity import sessions
from portal.identity.tokens import Identity
from tests.services.access.danger import through
from tests.services.access.timing import effect, told_apart

# Times are compared: nothing else may run beside them.
pytestmark = pytest.mark.quiet


def not_found(work):
    def run():
        with pytest.raises(NotFound):
            work()

    return run


CASES = {
    "a shielded person, for a colleague": ("lucia", lambda d, w: d.person(w.ana), lambda d: d.person(new_id())),
    "a file of a shielded person": ("lucia", lambda d, w: d.file(w.file), lambda d: d.file(new_id())),
    "a document of another centre": (
        "omar", lambda d, w: d.document(w.documents["letter"]), lambda d: d.document(new_id())
    ),
    "an appointment": ("omar", lambda d, w: d.appointment(w.appointment), lambda d: d.appointment(new_id())),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_time_does_not_tell(standing, case):
    who, hidden, unknown = CASES[case]
    actor = standing.staff(who)
    assert not told_apart(
        not_found(lambda: through(actor, "manage_case", lambda door: hidden(door, standing))),
        not_found(lambda: through(actor, "manage_case", unknown)),
    )


def test_a_difference_of_a_millisecond_would_be_found(standing):
    actor = standing.staff("lucia")

    def planted():
        through(actor, "manage_case", lambda door: (time.sleep(0.001), door.person(standing.ana)))

    assert any(
        told_apart(
            not_found(planted),
            not_found(lambda: through(actor, "manage_case", lambda door: door.person(new_id()))),
            tries=1,
        )
        for _ in range(6)
    )


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        pytest.param([1.0, 2.0, 3.0], [1.0, 2.0, 3.0], 0.5, id="the same"),
        pytest.param([4.0, 5.0], [1.0, 2.0], 1.0, id="always slower"),
        pytest.param([1.0], [2.0], 0.0, id="always faster"),
    ],
)
def test_the_measure(a, b, expected):
    assert effect(a, b)[0] == expected


@pytest.fixture
def berta(standing):
    """Somebody else's browser, logged in as strongly as can be."""
    app = create_citizen_app()
    who = Identity("berta", "Berta", "Zeta", "00000102D", "high", clock.now())
    with unit_of_work(Actor.system("test")) as unit:
        token = sessions.begin_citizen(unit.session, identity=who, id_token="x", person_id=standing.berta)
    browser = app.test_client()
    signed = SecureCookieSessionInterface().get_signing_serializer(app).dumps({"_user_id": token})
    browser.set_cookie("alma_citizen", signed)
    return browser


def _plain(answer, identifier) -> tuple:
    """What somebody could compare, without what differs in every answer anyway."""
    body = re.sub(r'(csrf_token" value|nonce)="[^"]*"', "", answer.text).replace(str(identifier), "ID")
    headers = {name: value for name, value in answer.headers.items() if name not in ("Set-Cookie", "Date")}
    headers = {name: re.sub(r"'nonce-[^']*'", "", value) for name, value in headers.items()}
    return answer.status_code, body, headers


@pytest.mark.parametrize(
    ("path", "hidden"),
    [
        ("/carpeta/expedientes/{}", lambda w: w.file),
        ("/carpeta/documentos/{}", lambda w: w.documents["letter"]),
        ("/citas/{}", lambda w: w.appointment),
        ("/citas/{}/cita.ics", lambda w: w.appointment),
        ("/carpeta/consultas/{}", lambda w: w.conversation),
    ],
)
def test_the_page_is_one_page(standing, berta, path, hidden):
    there, nowhere = hidden(standing), new_id()
    first, second = (_plain(berta.get(path.format(one)), one) for one in (there, nowhere))
    assert first[0] == 404 and first == second


def test_time_does_not_tell_whether_anybody_bears_the_identifier(standing):
    omar = standing.staff("omar")

    class Undone(Exception):
        pass

    def break_glass(identifier):
        def run():
            with pytest.raises(Undone), unit_of_work(omar) as unit:
                open_door(omar, "urgency").break_glass(identifier, reason="Urgencia inventada y larga")
                unit.entries.clear()
                raise Undone

        return run

    assert not told_apart(break_glass("00000103X"), break_glass("00000999X"))
