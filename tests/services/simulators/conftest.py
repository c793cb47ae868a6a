"""The city of the office's tests, with professionals who are logged in; parameters go back to the program's."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient

from case_api.access.actor import Actor
from case_api.city.sample import BY_LOGIN
from case_api.db import unit_of_work
from portal.apps import create_staff_app
from portal.identity import sessions, staff_accounts
from portal.simulators.publishing import shelf


@pytest.fixture(autouse=True)
def _program_parameters() -> Iterator[None]:
    shelf.forget()
    yield
    shelf.forget()


@pytest.fixture(scope="session")
def staff_app():
    return create_staff_app()


class Desk:
    """A professional's browser."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **more):
        return self.client.get(path, **more)

    def post(self, path: str, page: str | None = None, **values):
        """Send a form of a page, with its token."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get(page or path).text)[1]
        return self.client.post(path, data={"csrf_token": token, **values})


@pytest.fixture
def works(staff_app, city, monkeypatch) -> Callable[[str], Desk]:
    """`works("nuria")`: a professional who has logged in."""
    quick = staff_accounts.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(staff_accounts, "_hasher", quick)

    def make(login: str) -> Desk:
        with unit_of_work(Actor.system("test")) as unit:
            who = BY_LOGIN[login].id
            if not staff_accounts.is_open(unit.session, professional_id=who):
                staff_accounts.save(unit.session, professional_id=who, password="x" * 12, totp_seed="A" * 32)
            token = sessions.begin_staff(unit.session, professional_id=who)
        client = staff_app.test_client()
        signed = SecureCookieSessionInterface().get_signing_serializer(staff_app).dumps({"_user_id": token})
        client.set_cookie("alma_staff", signed)
        return Desk(client)

    return make
