"""`alma city build`, `alma people`: the synthetic city and who lives in it."""

import time

import click
from sqlalchemy import text

from case_api.access.actor import Actor
from case_api.city.build import build as build_city
from case_api.city.sample import PEOPLE, STAFF
from case_api.db import unit_of_work
from case_api.errors import DomainError
from case_api.settings import settings
from portal.cli.database import database
from portal.cli.output import answer, as_json
from portal.identity.staff_accounts import ensure_sample_accounts

CLIENTS = [
    {"as": "carpeta", "what": "API client", "shows": "the city's own folder, acting for a person"},
    {"as": "agenda-centro", "what": "API client", "shows": "a centre's program, acting for its employees"},
]


def _build(citizens: int, seed: int) -> dict:
    from channels.city import contribute

    started = time.monotonic()
    counts = build_city(citizens=citizens, seed=seed, extra=[contribute])
    ensure_sample_accounts()
    return {"citizens": citizens, "seed": seed, "seconds": round(time.monotonic() - started, 1), **(counts or {})}


def ensure_sample_city(citizens: int) -> None:
    """Build the sample city in a database that holds nothing yet; leave any other as it is."""
    with unit_of_work(Actor.system("setup")) as unit:
        empty = unit.session.execute(text("SELECT NOT EXISTS (SELECT 1 FROM unit)")).scalar()
    if empty:
        _build(citizens, seed=1)
    else:
        ensure_sample_accounts()


@click.group()
def city() -> None:
    """A synthetic city to try Alma on."""


@city.command("build")
@click.option("--citizens", default=1000, show_default=True, type=click.IntRange(10, 1_000_000))
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same city.")
@as_json
def build_command(citizens: int, seed: int, json_wanted: bool) -> None:
    """Fill the database with an invented city; replaces what a synthetic one held, refuses any other."""
    with database():
        try:
            answer(_build(citizens, seed), json_wanted)
        except DomainError as error:
            raise click.ClickException(str(error.message)) from error


@click.command()
@as_json
def people(json_wanted: bool) -> None:
    """The sample people and clients: their names for `--as`, and what each shows."""
    rows = [{"as": p.key, "what": "citizen", "name": p.name, "document": p.document, "shows": p.shows} for p in PEOPLE]
    rows += [{"as": s.login, "what": s.role, "name": s.name, "document": "", "shows": s.centre} for s in STAFF]
    rows += [{**client, "name": "", "document": ""} for client in CLIENTS]
    answer(rows, json_wanted)


def announce() -> str:
    """What `alma run` prints when everything is up: where to go, and as whom to log in."""
    from case_api.secrets import install_secrets

    base = settings().PUBLIC_URL
    lines = ["", f"  Alma is up: {base}", ""]
    if not settings().development:
        return "\n".join(lines)
    password = install_secrets(settings().VAR_DIR)["STAFF_PASSWORD"]
    lines += [
        "  Citizens    " + f"{base}/carpeta   (choose a person and the level “sustancial”; everybody is invented)",
        *(f"                {p.key:<8} {p.name:<28} {p.shows}" for p in PEOPLE),
        "",
        f"  Staff       {base}/profesionales/   login {', '.join(s.login for s in STAFF)}",
        f"                password  {password}",
        "                code      .venv/bin/alma staff code marta",
        "",
        f"  Sandbox     {base}/sandbox/   phones to write from, a mailbox, the identity provider",
        f"  Mail in     SMTP on port {settings().SMTP_PORT}, for {settings().MAIL_ADDRESS}",
        f"  API         {base}/api/v1/openapi.json   .venv/bin/alma token issue --as amparo --scope person",
        "",
        "  Ctrl-C stops all of it.",
        "",
    ]
    return "\n".join(lines)
