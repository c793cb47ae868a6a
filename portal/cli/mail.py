"""`alma mail import`: real mail through the same path as SMTP."""

import sys
from pathlib import Path

import click

from channels.inbound.mail_import import import_path
from portal.cli.database import database
from portal.cli.output import answer, as_json


@click.group()
def mail() -> None:
    """Mail."""


@mail.command("import")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@as_json
def import_command(path: Path, json_wanted: bool) -> None:
    """Take in an .eml file, an mbox, a maildir, or a folder of them. Exit 1 when anything was lost."""
    with database():
        counts = import_path(path)
    answer(counts, json_wanted)
    if counts["lost"]:
        sys.exit(1)
