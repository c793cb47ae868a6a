"""A citizen's app beside a real issuer on a socket, and a small directory of staff."""

import json
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from case_api.access.actor import Actor
from case_api.db import new_id, unit_of_work
from case_api.settings import settings

PEOPLE = [
    ("amparo", "Amparo", "Ejemplo Serrano", "00000001R", "1953-04-12"),
    ("nuevo", "Tomás", "Nuevo Inventado", "00000005M", "2000-02-29"),
]


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture(scope="session")
def issuer_process(tmp_path_factory):
    """The sandbox's identity provider, in a process of its own; yields its base address."""
    folder: Path = tmp_path_factory.mktemp("issuer")
    port, smtp_port = _free_port(), _free_port()
    base = f"http://127.0.0.1:{port}"
    config = {
        "port": port,
        "smtp_port": smtp_port,
        "state_path": str(folder / "state.sqlite"),
        "public_url": base,
        "carrier": {
            "account_sid": settings().CARRIER_ACCOUNT_SID,
            "auth_token": settings().CARRIER_AUTH_TOKEN,
            "webhook_url": f"{base}/nowhere",
            "numbers": {"sms": "+34910000001", "whatsapp": "+34910000002"},
        },
        "idp": {
            "issuer": f"{base}/sandbox/idp",
            "clients": [
                {
                    "client_id": settings().OIDC_CLIENT_ID,
                    "client_secret": settings().OIDC_CLIENT_SECRET,
                    "redirect_uris": ["http://localhost/entrar/vuelta"],
                    "post_logout_redirect_uris": ["http://localhost/salir/hecho"],
                },
                {
                    "client_id": "another",
                    "client_secret": "another-secret-of-the-tests",
                    "redirect_uris": ["http://localhost/entrar/vuelta"],
                },
            ],
            "people": [
                dict(zip(("sub", "given_name", "family_name", "document", "birthdate"), one, strict=True))
                for one in PEOPLE
            ],
        },
        "mail": {"alma_port": _free_port(), "alma_address": "alma@servicios.alma.example", "authserv_id": "mx.example"},
    }
    path = folder / "sandbox.json"
    path.write_text(json.dumps(config))
    process = subprocess.Popen(
        [sys.executable, "-m", "portal.sandbox", "--config", str(path)],
        cwd=Path(__file__).parents[3],
        stdin=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 30
    while True:
        try:
            httpx.get(f"{base}/sandbox/idp/.well-known/openid-configuration").raise_for_status()
            break
        except httpx.HTTPError:
            assert process.poll() is None, "the sandbox ended"
            assert time.monotonic() < deadline, "the sandbox did not come up"
            time.sleep(0.1)
    yield base
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=15)


@pytest.fixture
def issuer(issuer_process, monkeypatch):
    """Point the settings at the issuer; yields its base address."""
    monkeypatch.setattr(settings(), "ISSUER_URL", f"{issuer_process}/sandbox/idp")
    monkeypatch.setattr(settings(), "PUBLIC_URL", "http://localhost")
    return issuer_process


@pytest.fixture
def directory(unit):
    """One centre and its professionals; returns their ids by login."""
    centre = new_id()
    unit.session.execute(
        text("INSERT INTO unit (id, kind, name, district) VALUES (:id, 'centre', 'Centro Ejemplo', 'Centro')"),
        {"id": centre},
    )
    made = {"centre": centre}
    for login, role in (("marta", "social_worker"), ("ines", "information")):
        made[login] = new_id()
        unit.session.execute(
            text(
                "INSERT INTO professional (id, unit_id, login, given_name, surnames, role) "
                "VALUES (:id, :unit, :login, :name, 'Ficticia', :role)"
            ),
            {"id": made[login], "unit": centre, "login": login, "name": login.title(), "role": role},
        )
    return made


@pytest.fixture
def amparo(directory):
    """The record of one person; returns their id."""
    person_id = new_id()
    with unit_of_work(Actor.system("test")) as made:
        made.session.execute(
            text(
                "INSERT INTO person (id, given_name, surname1, surname2, sort_key, birth_date, document_type, "
                "document_number, unit_id, reference_professional_id) VALUES (:id, 'Amparo', 'Ejemplo', 'Serrano', "
                "'ejemplo serrano amparo', '1953-04-12', 'dni', '00000001R', :unit, :marta)"
            ),
            {"id": person_id, "unit": directory["centre"], "marta": directory["marta"]},
        )
    return person_id
