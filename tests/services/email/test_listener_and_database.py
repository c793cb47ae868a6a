"""The listener with the real store: what got 250 is in the database, whatever happens to the process."""

import threading
from types import SimpleNamespace

import psycopg

from case_api.settings import settings
from channels.adapters.email.server import serve
from channels.inbound.intake import open_sealed, store_committed
from tests.data.mail.make import ALMA, all_mails
from tests.services.email.test_listener import Listener, settings_for


def test_every_nasty_mail_is_on_disk_after_250(database):
    mails = all_mails()
    listener = Listener(store_committed, settings_for())
    try:
        with listener.client() as client:
            for raw in mails.values():
                assert client.sendmail("amparo@correo.example", [ALMA], raw) == {}
            assert client.sendmail("amparo@correo.example", [ALMA], mails["plain-utf8"]) == {}
    finally:
        listener.end()
    with psycopg.connect(database.replace("postgresql+psycopg://", "postgresql://", 1)) as connection:
        connection.execute(
            "SELECT set_config('alma.actor_kind', 'system', false), set_config('alma.actor_id', 'test', false)"
        )
        rows = connection.execute("SELECT channel, sealed FROM raw_event").fetchall()
    assert len(rows) == len(mails)
    kept = [open_sealed(sealed) for _, sealed in rows]
    sent = {raw if raw.endswith(b"\r\n") else raw + b"\r\n" for raw in mails.values()}  # SMTP's texts end with a line
    assert {payload for payload, _ in kept} == sent
    assert all(headers["rcpt_to"] == [ALMA] for _, headers in kept)


def test_no_database_is_451_and_the_mail_comes_later(database):
    import smtplib

    import pytest

    url = settings().DATABASE_URL
    listener = Listener(store_committed, settings_for())
    raw = all_mails(large=False)["plain-utf8"]
    try:
        settings().DATABASE_URL = url.replace("/alma_", "/nada_")
        with listener.client() as client, pytest.raises(smtplib.SMTPDataError) as caught:
            client.sendmail("amparo@correo.example", [ALMA], raw)
        assert caught.value.smtp_code == 451
        settings().DATABASE_URL = url
        with listener.client() as client:
            assert client.sendmail("amparo@correo.example", [ALMA], raw) == {}
    finally:
        settings().DATABASE_URL = url
        listener.end()


def test_a_taken_port_is_said_at_once():
    import socket

    import pytest

    with socket.create_server(("127.0.0.1", 0)) as taken:
        values = vars(settings_for()) | {"SMTP_PORT": taken.getsockname()[1]}
        with pytest.raises(OSError):
            serve(SimpleNamespace(**values), threading.Event(), store=store_committed)
