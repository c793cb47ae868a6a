"""Mail from files: each shape, none lost, twice is once."""

import mailbox
import threading

import pytest
from sqlalchemy import text

from case_api.access.actor import Actor
from case_api.db import unit_of_work
from channels.adapters import Quarantine, RawEvent
from channels.adapters.email.adapter import EmailAdapter
from channels.inbound import mail_import
from channels.worker import serve
from tests.data.mail.make import all_mails
from tests.services.email.test_listener import Memory

MAILS = all_mails(large=False)
UNREADABLE = {
    "binary-rubbish", "empty", "no-sender-at-all", "from-of-parentheses", "two-thousand-nested-parts",
    "two-thousand-parts",
}  # fmt: skip


@pytest.fixture
def store():
    return Memory()


def read(event: dict) -> bool:
    """Whether it can be read, with no database: what is filed where is the last tests' matter."""
    try:
        EmailAdapter().parse(RawEvent(event["channel"], event["kind"], event["payload"], event["headers"]))
    except Quarantine:
        return False
    return True


def test_a_folder_of_eml_files(tmp_path, store):
    inner = tmp_path / "dentro"
    inner.mkdir()
    for number, (label, raw) in enumerate(MAILS.items()):
        ((inner if number % 2 else tmp_path) / f"{label}.eml").write_bytes(raw)
    (tmp_path / ".oculto").write_bytes(b"x")
    seen = []
    counts = mail_import.import_path(tmp_path, store=store, process=read, progress=seen.append)
    assert counts == {
        "read": len(MAILS),
        "stored": len(MAILS),
        "duplicate": 0,
        "quarantined": len(UNREADABLE),
        "lost": 0,
    }
    assert seen[-1] == counts
    assert len(seen) == len(MAILS)
    assert {event["payload"] for event in store.events.values()} == set(MAILS.values())
    assert all(event["headers"]["peer"] is None for event in store.events.values())
    again = mail_import.import_path(tmp_path, store=store, process=read)
    assert again == {"read": len(MAILS), "stored": 0, "duplicate": len(MAILS), "quarantined": 0, "lost": 0}


def test_mbox_maildir_and_one_file(tmp_path, store):
    labels = ["plain-utf8", "html-only", "forty-nested-parts"]
    box = mailbox.mbox(tmp_path / "correo")
    maildir = mailbox.Maildir(tmp_path / "buzon")
    other = maildir.add_folder("otra")
    for label in labels:
        box.add(MAILS[label])
    box.close()
    maildir.add(MAILS["no-date"])
    other.add(MAILS["no-subject"])
    one = tmp_path / "uno.eml"
    one.write_bytes(MAILS["plain-utf8"])
    counts = mail_import.import_path(tmp_path, store=store, process=read)
    assert counts == {"read": 6, "stored": 5, "duplicate": 1, "quarantined": 0, "lost": 0}
    assert mail_import.import_path(one, store=Memory(), process=read)["stored"] == 1
    assert mail_import.import_path(tmp_path / "correo", store=Memory(), process=read)["stored"] == 3
    assert mail_import.import_path(tmp_path / "buzon", store=Memory(), process=read)["stored"] == 2


def test_one_that_cannot_be_stored_does_not_end_the_others(tmp_path, store):
    for label in ("plain-utf8", "no-date"):
        (tmp_path / f"{label}.eml").write_bytes(MAILS[label])

    def failing(**event):
        if b"no-date" in event["payload"]:
            raise OSError("no hay disco")
        return store(**event)

    assert mail_import.import_path(tmp_path, store=failing, process=read) == {
        "read": 2, "stored": 1, "duplicate": 0, "quarantined": 0, "lost": 1,
    }  # fmt: skip


def test_nothing_there(tmp_path, store):
    with pytest.raises(mail_import.NotMail):
        mail_import.import_path(tmp_path / "no", store=store)


def write(folder, labels) -> None:
    for label in labels:
        (folder / f"{label}.eml").write_bytes(MAILS[label])


def counted(query: str) -> int:
    with unit_of_work(Actor.system("test")) as unit:
        return unit.session.execute(text(query)).scalar_one()


def test_each_is_filed_before_the_next_is_read(database, tmp_path):
    write(tmp_path, MAILS)
    bounces = {"bounce", "bounce-without-domain"}  # of nothing that we sent
    counts = mail_import.import_path(tmp_path)
    aside = len(UNREADABLE | bounces)
    assert counts == {
        "read": len(MAILS), "stored": len(MAILS), "duplicate": 0, "quarantined": aside, "lost": 0,
    }  # fmt: skip
    assert counted("SELECT count(*) FROM raw_event WHERE state = 'quarantined' AND reason <> ''") == aside
    assert counted("SELECT count(*) FROM raw_event WHERE state = 'pending'") == 0
    assert counted("SELECT count(*) FROM message WHERE channel = 'email'") == len(MAILS) - aside
    assert counted("SELECT count(*) FROM message WHERE authenticated") == 0, "no relay of ours handed them over"
    again = mail_import.import_path(tmp_path)
    assert again == {"read": len(MAILS), "stored": 0, "duplicate": len(MAILS), "quarantined": 0, "lost": 0}


def test_while_a_worker_takes_the_same_mails(database, tmp_path):
    """Whoever files a mail, the import tells what became of it."""
    write(tmp_path, MAILS)
    stop = threading.Event()
    worker = threading.Thread(target=serve, args=(stop,))
    worker.start()
    try:
        counts = mail_import.import_path(tmp_path)
    finally:
        stop.set()
        worker.join(30)
    assert counts["quarantined"] == counted("SELECT count(*) FROM raw_event WHERE state = 'quarantined'") == 8
    assert counted("SELECT count(*) FROM message WHERE channel = 'email'") == len(MAILS) - 8


def test_one_that_fails_for_a_moment_is_left_to_the_worker(database, tmp_path, monkeypatch):
    write(tmp_path, ["plain-utf8", "no-date"])

    def broken(*_, **__):
        raise RuntimeError("not today")

    with monkeypatch.context() as patch:
        patch.setattr("channels.inbound.processing.receive", broken)
        counts = mail_import.import_path(tmp_path)
    assert counts == {"read": 2, "stored": 2, "duplicate": 0, "quarantined": 0, "lost": 0}
    assert counted("SELECT count(*) FROM raw_event WHERE state = 'pending' AND attempts > 0") > 0
