"""`alma staff`: a city that starts with nothing makes its first unit and its first account."""

import re

import pyotp
import pytest
from click.testing import CliRunner

from case_api import directory
from case_api.access.actor import Actor
from case_api.db import unit_of_work
from portal.cli.staff import staff
from portal.identity import staff_accounts
from portal.identity.limits import TOTP_PERIOD

ROSA = ["add", "Rosa ", "--given-name", "Rosa", "--surnames", "Primera Ficticia", "--role", "coordinator"]


def run(*words: str):
    return CliRunner().invoke(staff, list(words))


def test_a_first_account_logs_in_with_what_was_shown_once(database):
    assert run("unit", "Centro Primero Ejemplo", "--district", "Ejemplo").exit_code == 0
    shown = run(*ROSA, "--unit", "Centro Primero Ejemplo").output
    password = re.search(r"password  (\S+)", shown)[1]
    seed = re.search(r"secret=([A-Z2-7]+)", shown)[1]
    with unit_of_work(Actor.system("test")) as unit:
        who = staff_accounts.candidate(unit.session, login="rosa")
        assert staff_accounts.password_matches(who, password)
        code = pyotp.TOTP(seed, interval=TOTP_PERIOD).now()
        assert staff_accounts.take_code(unit.session, professional_id=who.professional_id, code=code)
    assert "rosa" in run("list").output and password not in run("list").output


def test_again_gives_new_secrets_to_the_same_professional(database):
    run("unit", "Centro Primero Ejemplo", "--district", "Ejemplo")
    first, second = (run(*ROSA, "--unit", "Centro Primero Ejemplo").output for _ in range(2))
    old, new = (re.search(r"password  (\S+)", shown)[1] for shown in (first, second))
    with unit_of_work(Actor.system("test")) as unit:
        who = staff_accounts.candidate(unit.session, login="rosa")
        assert not staff_accounts.password_matches(who, old) and staff_accounts.password_matches(who, new)
        assert [one.login for one, _ in directory.everybody(unit.session)].count("rosa") == 1


def test_a_closed_account_lets_nobody_in(database):
    run("unit", "Centro Primero Ejemplo", "--district", "Ejemplo")
    password = re.search(r"password  (\S+)", run(*ROSA, "--unit", "Centro Primero Ejemplo").output)[1]
    assert "closed" in run("disable", "rosa").output
    with unit_of_work(Actor.system("test")) as unit:
        assert not staff_accounts.password_matches(staff_accounts.candidate(unit.session, login="rosa"), password)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param([*ROSA, "--unit", "Ninguno"], "no unit of that name", id="no such unit"),
        pytest.param(["unit", "Algo", "--kind", "castle", "--district", "x"], "ck_unit_kind", id="no such kind"),
        pytest.param(["disable", "nobody"], "no professional", id="nobody"),
        pytest.param(["code", "rosa"], "no sample professional", id="codes are for the samples"),
    ],
)
def test_what_cannot_be_is_told_in_a_line(database, words, told):
    found = run(*words)
    assert found.exit_code == 1 and told in found.output and "Traceback" not in found.output
