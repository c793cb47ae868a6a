"""What flask-login holds: the login of this request, looked up anew each time, and the actor it makes."""

from dataclasses import dataclass

from flask_login import UserMixin, current_user

from case_api import directory
from case_api.access.actor import Actor
from case_api.db import unit_of_work
from portal.identity import sessions, staff_accounts
from portal.identity.sessions import Login

_LOOKUP = Actor.system("login")


@dataclass(frozen=True)
class CitizenUser(UserMixin):
    """Somebody the issuer vouches for; `login.person_id` is None when we have no record of them."""

    login: Login

    def get_id(self) -> str:
        return self.login.token

    @property
    def name(self) -> str:
        return self.login.given_name

    @property
    def full_name(self) -> str:
        return f"{self.login.given_name} {self.login.family_name}".strip()

    @property
    def actor(self) -> Actor:
        login = self.login
        return Actor(
            "citizen",
            str(login.person_id) if login.person_id else "subject:" + login.owner.hex()[:32],
            person_id=login.person_id,
            assurance=login.assurance,
            authenticated_at=login.authenticated_at,
        )


@dataclass(frozen=True)
class StaffUser(UserMixin):
    """A professional who passed both factors. Unit and role are read at each request, never remembered."""

    login: Login
    professional: directory.Professional

    def get_id(self) -> str:
        return self.login.token

    @property
    def name(self) -> str:
        return self.professional.given_name

    @property
    def actor(self) -> Actor:
        return Actor(
            "staff",
            self.professional.login,
            professional_id=self.professional.id,
            unit_id=self.professional.unit_id,
            role=self.professional.role,
            assurance=self.login.assurance,
            authenticated_at=self.login.authenticated_at,
        )


def load_citizen(token: str) -> CitizenUser | None:
    """The citizen of a cookie's token, while the login holds."""
    with unit_of_work(_LOOKUP) as unit:
        login = sessions.find(unit.session, kind="citizen", token=token)
    return CitizenUser(login) if login else None


def load_staff(token: str) -> StaffUser | None:
    """The professional of a cookie's token, while the login holds and the account is open."""
    with unit_of_work(_LOOKUP) as unit:
        login = sessions.find(unit.session, kind="staff", token=token)
        if login is None or not staff_accounts.is_open(unit.session, professional_id=login.professional_id):
            return None
        found = directory.professional(unit.session, login.professional_id)
    return StaffUser(login, found) if found and found.active else None


def actor_of_request() -> Actor:
    """Who acts in this request."""
    return current_user.actor if current_user.is_authenticated else Actor.anonymous()
