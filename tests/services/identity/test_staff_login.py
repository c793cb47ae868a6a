"""A professional's login: two factors always, the same answer for names that do not exist, and a brake."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import text

from case_api import clock
from case_api.access.actor import Actor
from case_api.db import new_id, unit_of_work
from case_api.errors import NotFound
from case_api.secrets import install_secrets
from case_api.settings import settings
from portal.apps import create_staff_app
from portal.identity import staff_accounts, staff_login

WRONG = "El nombre o la contraseña no son correctos"
BRAKE = "Ha habido varios intentos fallidos"


def secrets():
    return install_secrets(settings().VAR_DIR)


@pytest.fixture
def staff(directory):
    assert staff_accounts.ensure_sample_accounts(["marta", "ines", "nobody"]) == ["marta", "ines"]
    return directory


@pytest.fixture
def desk(staff):
    return create_staff_app().test_client()


def send(browser, path, **fields):
    token = re.findall(r'name="csrf_token" value="([^"]+)"', browser.get(path).text)[-1]
    return browser.post(path, data={"csrf_token": token, **fields})


def first_step(browser, login="marta", password=None):
    return send(browser, "/entrar", login=login, password=password or secrets()["STAFF_PASSWORD"])


def log_in(browser, login="marta"):
    first_step(browser, login)
    return send(browser, "/entrar/codigo", code=staff_accounts.current_code(login))


def logged_in(browser):
    return "Ficticia" in browser.get("/salir").text


def test_both_factors_open_the_desk(desk):
    half = first_step(desk)
    assert (half.status_code, half.location) == (303, "/entrar/codigo")
    assert not logged_in(desk)
    assert desk.get("/").location == "/entrar"
    done = send(desk, "/entrar/codigo", code=staff_accounts.current_code("marta"))
    assert done.status_code == 303
    assert logged_in(desk)
    assert desk.get_cookie("alma_staff").http_only


def test_the_code_alone_opens_nothing(desk):
    assert desk.get("/entrar/codigo").location == "/entrar"
    assert desk.post("/entrar/codigo", data={"code": staff_accounts.current_code("marta")}).status_code in (303, 400)
    assert not logged_in(desk)


@pytest.mark.parametrize(
    ("login", "password"),
    [
        pytest.param("marta", "wrong", id="wrong password"),
        pytest.param("nobody", "wrong", id="no such name"),
        pytest.param("lucia", "wrong", id="a name without an account"),
        pytest.param("' OR 1=1 --", "x", id="not a name at all"),
    ],
)
def test_the_same_answer_whoever_it_is(desk, login, password):
    answer = first_step(desk, login, password)
    assert answer.status_code == 422 and WRONG in answer.text and "<title>Error:" in answer.text
    assert f'value="{login}"' in answer.text or login not in ("marta", "nobody", "lucia")
    assert password not in re.sub(r"<title>.*?</title>", "", answer.text) or password == "x"


def test_a_null_byte_is_only_a_wrong_name(desk):
    assert first_step(desk, "mar\0ta", "x").status_code == 422


@pytest.mark.parametrize("login", ["marta", "nobody"])
def test_the_brake_holds_for_names_that_exist_and_names_that_do_not(desk, login):
    answers = [first_step(desk, login, "wrong").text for _ in range(7)]
    assert [WRONG in text for text in answers] == [True] * 5 + [False] * 2
    assert all(BRAKE in text for text in answers[5:])
    assert BRAKE in first_step(desk, login).text  # the right password does not help either
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        assert BRAKE not in first_step(desk, login, "wrong").text


def test_upper_case_and_spaces_do_not_dodge_the_brake(desk):
    for name in ("marta", "MARTA", " marta", "Marta ", "mArta"):
        first_step(desk, name, "wrong")
    assert BRAKE in first_step(desk, "marta", "wrong").text


def test_codes_are_braked_too(desk):
    first_step(desk)
    answers = [send(desk, "/entrar/codigo", code="000000").text for _ in range(6)]
    assert BRAKE in answers[-1] and not logged_in(desk)
    assert BRAKE in first_step(desk).text


def test_the_right_code_forgets_the_slips(desk):
    for _ in range(3):
        first_step(desk, "marta", "wrong")
    log_in(desk)
    assert logged_in(desk)
    with unit_of_work(Actor.system("test")) as unit:
        assert unit.session.execute(text("SELECT count(*) FROM login_throttle")).scalar() == 0


def test_a_code_works_once(staff):
    now = clock.now()
    with clock.frozen(now), unit_of_work(Actor.system("test")) as unit:
        code = pyotp.TOTP(secrets()["STAFF_TOTP_SEED"]).at(now)
        take = lambda: staff_accounts.take_code(unit.session, professional_id=staff["marta"], code=code)  # noqa: E731
        assert [take(), take()] == [True, False]
        assert staff_accounts.take_code(unit.session, professional_id=staff["ines"], code=code)


@pytest.mark.parametrize(
    ("steps", "taken"),
    [(-2, False), (-1, True), (0, True), (1, True), (2, False)],
)
def test_a_code_is_good_for_one_step_either_way(staff, steps, taken):
    now = clock.now()
    code = pyotp.TOTP(secrets()["STAFF_TOTP_SEED"]).at(now + timedelta(seconds=30 * steps))
    with clock.frozen(now), unit_of_work(Actor.system("test")) as unit:
        assert staff_accounts.take_code(unit.session, professional_id=staff["marta"], code=code) is taken


def test_an_earlier_code_is_dead_once_a_later_one_was_used(staff):
    now = clock.now()
    seed = pyotp.TOTP(secrets()["STAFF_TOTP_SEED"])
    with clock.frozen(now), unit_of_work(Actor.system("test")) as unit:
        take = staff_accounts.take_code
        assert take(unit.session, professional_id=staff["marta"], code=seed.at(now + timedelta(seconds=30)))
        assert not take(unit.session, professional_id=staff["marta"], code=seed.at(now))


def test_the_code_told_is_one_that_will_be_taken(desk):
    for _ in range(2):
        log_in(desk)
        assert logged_in(desk)
        with desk.session_transaction() as kept:
            kept.clear()
    with pytest.raises(NotFound):
        staff_accounts.current_code("nobody")


def test_the_second_step_does_not_wait_for_ever(desk):
    first_step(desk)
    with clock.frozen(clock.now() + timedelta(minutes=6)):
        late = desk.get("/entrar/codigo")
        assert late.location == "/entrar"


def test_a_disabled_account_is_out_at_once(desk, staff):
    log_in(desk)
    with unit_of_work(Actor.system("test")) as unit:
        assert staff_accounts.disable(unit.session, professional_id=staff["marta"]) == 1
    assert not logged_in(desk)
    assert WRONG in first_step(desk).text


def test_somebody_who_left_is_out_at_once(desk, staff, unit):
    log_in(desk)
    unit.session.execute(text("UPDATE professional SET active = false WHERE login = 'marta'"))
    assert not logged_in(desk)


def test_a_new_role_counts_at_the_next_page(desk, staff, unit):
    from portal.identity.users import load_staff

    log_in(desk)
    with desk.session_transaction() as kept:
        token = kept["_user_id"]
    assert load_staff(token).actor.role == "social_worker"
    unit.session.execute(text("UPDATE professional SET role = 'coordinator' WHERE login = 'marta'"))
    assert load_staff(token).actor.role == "coordinator"


def test_a_login_as_staff_ends_the_one_as_a_citizen(desk, staff):
    from flask.sessions import SecureCookieSessionInterface

    from portal.apps import create_citizen_app
    from portal.identity import sessions
    from portal.identity.tokens import Identity

    who = Identity("s", "Amparo", "Ejemplo", "00000001R", "low", clock.now())
    with unit_of_work(Actor.system("test")) as unit:
        token = sessions.begin_citizen(unit.session, identity=who, id_token="x", person_id=None)
    signed = SecureCookieSessionInterface().get_signing_serializer(create_citizen_app()).dumps({"_user_id": token})
    desk.set_cookie("alma_citizen", signed)
    log_in(desk)
    assert logged_in(desk) and desk.get_cookie("alma_citizen") is None
    with unit_of_work(Actor.system("test")) as unit:
        assert sessions.find(unit.session, kind="citizen", token=token) is None


def test_sample_accounts_are_made_once(staff):
    assert staff_accounts.ensure_sample_accounts(["marta", "ines"]) == []


def _committed_directory():
    with unit_of_work(Actor.system("test")) as unit:
        centre, marta = new_id(), new_id()
        unit.session.execute(
            text("INSERT INTO unit (id, kind, name, district) VALUES (:id, 'centre', 'Centro', 'Centro')"),
            {"id": centre},
        )
        unit.session.execute(
            text(
                "INSERT INTO professional (id, unit_id, login, given_name, surnames, role) "
                "VALUES (:id, :unit, 'marta', 'Marta', 'Ficticia', 'social_worker')"
            ),
            {"id": marta, "unit": centre},
        )
    staff_accounts.ensure_sample_accounts(["marta"])
    return marta


def test_one_code_brought_by_eight_at_once_lets_one_in(database):
    marta = _committed_directory()
    code = staff_accounts.current_code("marta")

    def take(_):
        with unit_of_work(Actor.system("test")) as unit:
            return staff_accounts.take_code(unit.session, professional_id=marta, code=code)

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(take, range(8))) == [False] * 7 + [True]


def test_many_guesses_at_once_count_as_many(database):
    _committed_directory()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: staff_login.check_password(login="marta", password="wrong"), range(12)))
    assert sum(one.wait_until is None for one in found) == 5
