"""A city, and a video appointment of Amparo's with Marta that is on now."""

import uuid
from datetime import timedelta

import pytest
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import text

from case_api import clock
from case_api.access.actor import Actor
from case_api.city.sample import BY_KEY
from case_api.db import unit_of_work
from portal.apps import create_staff_app
from portal.identity import sessions
from tests.services.office.conftest import app, city, city_template, log_in  # noqa: F401 - fixtures of the office

OURS = Actor.system("test")


@pytest.fixture
def call(city):  # noqa: F811
    """`call(starts_in=minutes, who="amparo", mode="video")`: an appointment; gives its identifier."""

    def make(*, starts_in: int = 0, who: str = "amparo", mode: str = "video", login: str = "marta"):
        made, starts = uuid.uuid4(), clock.now() + timedelta(minutes=starts_in)
        with unit_of_work(OURS) as unit:
            # Whatever else they had is put aside, so that the guard against double booking lets this one in.
            unit.session.execute(
                text(
                    "UPDATE appointment SET state = 'attended' WHERE state = 'booked' AND during && tstzrange(:a, :b)"
                ),
                {"a": starts - timedelta(hours=1), "b": starts + timedelta(hours=2)},
            )
            unit.session.execute(
                text(
                    "INSERT INTO appointment (id, uid, person_id, professional_id, unit_id, reason, mode, during, "
                    "created_by) SELECT :id, :uid, :person, p.id, p.unit_id, (SELECT key FROM appointment_reason "
                    "ORDER BY key LIMIT 1), :mode, tstzrange(:a, :b), 'test' FROM professional p WHERE login = :login"
                ),
                {
                    "id": made, "uid": f"{made}@test", "person": BY_KEY[who].id, "mode": mode, "a": starts,
                    "b": starts + timedelta(minutes=30), "login": login,
                },
            )  # fmt: skip
        return made

    return make


@pytest.fixture(scope="session")
def desk_app():
    return create_staff_app()


@pytest.fixture
def at_desk(desk_app, city):  # noqa: F811
    """`at_desk("marta")`: a professional's browser, logged in."""
    from portal.identity.staff_accounts import ensure_sample_accounts

    ensure_sample_accounts()

    def make(login: str):
        with unit_of_work(OURS) as unit:
            professional = unit.session.execute(
                text("SELECT id FROM professional WHERE login = :login"), {"login": login}
            ).scalar_one()
            token = sessions.begin_staff(unit.session, professional_id=professional)
        browser = desk_app.test_client()
        signed = SecureCookieSessionInterface().get_signing_serializer(desk_app).dumps({"_user_id": token})
        browser.set_cookie("alma_staff", signed)
        return browser

    return make
