"""`alma access`: whether the access log is whole; taking out by rule what it no longer needs to say."""

import sys
from datetime import datetime

import click

from case_api.access.drops import drop_month
from case_api.access.sealer import verify as verify_log
from case_api.rights import retention as kept
from portal.cli.database import database
from portal.cli.output import answer, as_json

_UNSET = "NOBODY: the city must set it"


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


@access.command()
@click.argument("month", type=click.DateTime(["%Y-%m"]))
@click.option("--reason", required=True, help="The rule by which the values go; it is signed with the gap.")
@as_json
def drop(month: datetime, reason: str, json_wanted: bool) -> None:
    """Remove what the entries sealed in MONTH (2021-03) said. The chain stays whole, and `verify` accepts the gap."""
    with database():
        gone = drop_month(month.date(), reason=reason)
    answer({"month": f"{month:%Y-%m}", "dropped": gone}, json_wanted)


@access.command()
@as_json
def retention(json_wanted: bool) -> None:
    """How long what is kept, by which norm or act of the city. Exit 1 while a row is set by nobody."""
    rows = [
        {
            "rule": one.rule,
            "years": list(one.years),
            "set_by": one.by or "NOBODY: the city must set it",
            "about": one.about,
        }
        for one in kept.told()
    ]
    answer(rows, json_wanted)
    if any(one.by is None for one in kept.told()):
        click.echo("Some years are only proposed: nothing is deleted by them outside a trial.", err=True)
        sys.exit(1)
