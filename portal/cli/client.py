"""`alma client`: the programs that may ask the API for something, made and closed by whoever runs the city's Alma."""

import click
from sqlalchemy.exc import IntegrityError

from case_api.access.actor import Actor
from case_api.db import unit_of_work
from case_api.errors import DomainError
from case_api.http.oauth import clients
from portal.cli.database import database

_ACTOR = Actor.system("setup")


@click.group()
def client() -> None:
    """Programs that use the API (OAuth 2 clients)."""


@client.command()
@click.argument("client_id")
@click.option("--name", required=True, help="What people read when it asks to come in.")
@click.option("--kind", required=True, help="As ck_oauth_client_kind has it: app, system …")
@click.option("--scope", "scopes", multiple=True, required=True)
@click.option("--grant", "grants", multiple=True, help="authorization_code, refresh_token, client_credentials …")
@click.option("--redirect", "redirects", multiple=True, help="Where an application lets people come back to.")
@click.option("--public", is_flag=True, help="It cannot keep a secret (a phone's app): PKCE alone.")
def add(client_id: str, name: str, kind: str, scopes, grants, redirects, public: bool) -> None:
    """Make CLIENT_ID, or give it new values and a new secret. The secret is shown once, here."""
    with database():
        try:
            with unit_of_work(_ACTOR) as unit:
                secret = clients.register(
                    unit.session, client_id=client_id, name=name, kind=kind, scopes=scopes, grant_types=grants,
                    redirect_uris=redirects, public=public,
                )  # fmt: skip
        except DomainError as error:
            raise click.ClickException(str(error.message)) from error
        except IntegrityError as error:
            raise click.ClickException(f"That cannot be: {error.orig.diag.constraint_name} does not hold.") from error
    click.echo(f"client  {client_id}")
    if secret:
        click.echo(f"secret  {secret}")


@client.command()
@click.argument("client_id")
def close(client_id: str) -> None:
    """Close CLIENT_ID: it gets no more tokens, and those it has end now."""
    with database(), unit_of_work(_ACTOR) as unit:
        if clients.find(unit.session, client_id) is None:
            raise click.ClickException(f"There is no open client {client_id!r}.")
        clients.disable(unit.session, client_id=client_id)
    click.echo(f"{client_id}: closed")
