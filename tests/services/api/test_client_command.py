"""`alma client`: a program is let in, changed, and closed."""

import re

from click.testing import CliRunner

from case_api.access.actor import Actor
from case_api.db import unit_of_work
from case_api.http.oauth import clients
from portal.cli.client import client

ADD = ["add", "otra-carpeta", "--name", "Otra Carpeta Ejemplo", "--kind", "app", "--scope", "person:read"]


def run(*words: str):
    return CliRunner().invoke(client, list(words))


def test_a_program_is_made_shown_once_and_closed(database):
    made = run(*ADD, "--grant", "authorization_code", "--redirect", "https://app.example/back")
    assert made.exit_code == 0 and len(re.search(r"secret  (\S+)", made.output)[1]) > 30, made.output
    with unit_of_work(Actor.system("test")) as unit:
        assert clients.find(unit.session, "otra-carpeta").name == "Otra Carpeta Ejemplo"
    assert "closed" in run("close", "otra-carpeta").output
    with unit_of_work(Actor.system("test")) as unit:
        assert clients.find(unit.session, "otra-carpeta") is None
    assert run("close", "otra-carpeta").exit_code == 1


def test_what_cannot_be_is_told_in_a_line(database):
    for words in ([*ADD[:-1], "everything"], [*ADD[:5], "castle", *ADD[6:]]):
        found = run(*words)
        assert found.exit_code == 1 and "Traceback" not in found.output, found.output
