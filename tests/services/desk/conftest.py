"""A professional's browser in the small city of the office's tests."""

from collections.abc import Callable

import pytest
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient

from case_api.access.actor import Actor
from case_api.city.sample import BY_LOGIN
from case_api.db import unit_of_work
from portal.apps import create_staff_app
from portal.identity import sessions, staff_accounts
from tests.services.office.conftest import app, city, city_template, log_in  # noqa: F401


@pytest.fixture(scope="session")
def desk_app():
    return create_staff_app()


@pytest.fixture
def at_desk(desk_app, city) -> Callable[[str], FlaskClient]:  # noqa: F811
    """`at_desk("marta")`: a browser at the desk, logged in with both factors."""

    def make(login: str) -> FlaskClient:
        one = BY_LOGIN[login]
        with unit_of_work(Actor.system("test")) as unit:
            staff_accounts.save(unit.session, professional_id=one.id, password="invented", totp_seed="A" * 32)
            token = sessions.begin_staff(unit.session, professional_id=one.id)
        browser = desk_app.test_client()
        signed = SecureCookieSessionInterface().get_signing_serializer(desk_app).dumps({"_user_id": token})
        browser.set_cookie("alma_staff", signed)
        return browser

    return make
