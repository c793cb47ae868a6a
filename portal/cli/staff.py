"""`alma staff`: units, professionals, accounts; how a city that starts with nothing lets its first people in."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import click
import pyotp
from sqlalchemy.exc import IntegrityError

from case_api import directory
from case_api.access.actor import Actor
from case_api.city.sample import STAFF
from case_api.db import unit_of_work
from case_api.errors import DomainError
from case_api.people import own
from case_api.settings import settings
from portal.cli.database import database
from portal.cli.output import answer, as_json
from portal.identity import staff_accounts

_ACTOR = Actor.system("setup")


@contextmanager
def _told() -> Iterator[None]:
    """What was wrong, in a line."""
    try:
        yield
    except DomainError as error:
        raise click.ClickException(str(error.message)) from error
    except IntegrityError as error:
        raise click.ClickException(f"That cannot be: {error.orig.diag.constraint_name} does not hold.") from error


@click.group()
def staff() -> None:
    """Units, professionals and their accounts."""


@staff.command()
@click.argument("login")
def code(login: str) -> None:
    """The present one-time code of a sample professional; refused outside development."""
    if not settings().development:
        raise click.ClickException("Only in development: in a city, the code is on the professional's own device.")
    if login not in {one.login for one in STAFF}:
        raise click.ClickException(f"There is no sample professional {login!r}: see `alma people`.")
    click.echo(staff_accounts.current_code(login))


@staff.command("list")
@as_json
def list_staff(json_wanted: bool) -> None:
    """Every professional: login, role, unit, and whether the account is open."""
    with database(), unit_of_work(_ACTOR) as unit:
        rows = [
            {
                "login": one.login,
                "role": one.role,
                "unit": unit_name,
                "account": "open" if staff_accounts.is_open(unit.session, professional_id=one.id) else "none or closed",
            }
            for one, unit_name in directory.everybody(unit.session)
        ]
    answer(rows, json_wanted)


@staff.command("unit")
@click.argument("name")
@click.option("--kind", default="centre", show_default=True)
@click.option("--district", required=True)
@click.option("--address", default=None)
@click.option("--phone", default=None)
def add_unit(name: str, kind: str, district: str, address: str | None, phone: str | None) -> None:
    """Add a centre or a service by its NAME; one that is there already is brought up to date."""
    with database(), _told(), unit_of_work(_ACTOR) as unit:
        directory.save_unit(unit.session, name=name, kind=kind, district=district, address=address, phone=phone)
    click.echo(f"{name}: written")


@staff.command()
@click.argument("login")
@click.option("--given-name", required=True)
@click.option("--surnames", required=True)
@click.option(
    "--role", required=True, help="social_worker, information, administrative, coordinator, data_protection …"
)
@click.option("--unit", "unit_name", required=True, help="The name of the unit, as `alma staff unit` wrote it.")
def add(login: str, given_name: str, surnames: str, role: str, unit_name: str) -> None:
    """Make an account for LOGIN, or give it a new password and second factor. They are shown once, here."""
    spelled = staff_accounts.spelling(login)
    if not spelled:
        raise click.ClickException("The login needs letters or figures.")
    password, seed = secrets.token_urlsafe(15), pyotp.random_base32()
    with database(), _told(), unit_of_work(_ACTOR) as unit:
        found = directory.save_professional(
            unit.session, login=spelled, given_name=given_name, surnames=surnames, role=role, unit_name=unit_name
        )
        staff_accounts.save(unit.session, professional_id=found, password=password, totp_seed=seed)
    click.echo(f"login     {spelled}\npassword  {password}")
    click.echo(f"code      {pyotp.TOTP(seed).provisioning_uri(name=spelled, issuer_name='Alma')}")
    click.echo("Hand them over in person. The address goes into the authenticator of the professional's phone.")


@staff.command()
@click.argument("login")
def disable(login: str) -> None:
    """Close LOGIN's account and end its logins now."""
    with database(), unit_of_work(_ACTOR) as unit:
        found = directory.professional_by_login(unit.session, staff_accounts.spelling(login))
        if found is None:
            raise click.ClickException(f"There is no professional {login!r}.")
        ended = staff_accounts.disable(unit.session, professional_id=found.id)
    click.echo(f"{found.login}: closed, logins ended: {ended}")


@staff.command()
@click.argument("login")
@click.argument("document", required=False)
@click.option("--nobody", is_flag=True, help="They have no record here any more.")
def person(login: str, document: str | None, nobody: bool) -> None:
    """Say which person LOGIN is, by DOCUMENT: they open neither their own record nor their family's, as staff."""
    if bool(document) == nobody:
        raise click.ClickException("Give a document, or --nobody.")
    with database(), _told():
        changed = own.name_person(staff_accounts.spelling(login), document)
    click.echo(f"{login}: {'written' if changed else 'it was so already'}")
