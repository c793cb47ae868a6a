"""`alma access verify`: whether the access log is whole."""

import sys

import click

from case_api.access.sealer import verify as verify_log
from portal.cli.database import database
from portal.cli.output import answer, as_json


@click.group()
def access() -> None:
    """The access log."""


@access.command()
@as_json
def verify(json_wanted: bool) -> None:
    """Check every entry and the chain over them, sealed or not. Exit 1 when it is broken."""
    with database():
        found = verify_log()
    answer(found, json_wanted)
    if not found["ok"]:
        sys.exit(1)
