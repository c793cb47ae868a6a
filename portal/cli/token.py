"""`alma token issue`: a token to try the API with."""

import click

from case_api.errors import DomainError
from case_api.http.tokens import issue_for_sample
from case_api.settings import settings
from portal.cli.database import database


@click.group()
def token() -> None:
    """Tokens of the case API."""


@token.command()
@click.option("--as", "who", required=True, help="A sample person, professional or client: see `alma people`.")
@click.option("--scope", "scopes", multiple=True, required=True, help="May be given more than once, or with spaces.")
def issue(who: str, scopes: tuple[str, ...]) -> None:
    """Print a token, alone, on standard output. Refused outside development."""
    if not settings().development:
        raise click.ClickException("Only in development: elsewhere a token comes from the authorization server.")
    wanted = [scope for given in scopes for scope in given.replace(",", " ").split()]
    with database():
        try:
            click.echo(issue_for_sample(who, wanted))
        except DomainError as error:
            raise click.ClickException(str(error.message)) from error
