"""Mail from files: each shape, none lost, twice is once."""

import mailbox

import pytest

from channels import mail_import
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


def test_a_folder_of_eml_files(tmp_path, store):
    inner = tmp_path / "dentro"
    inner.mkdir()
    for number, (label, raw) in enumerate(MAILS.items()):
        ((inner if number % 2 else tmp_path) / f"{label}.eml").write_bytes(raw)
    (tmp_path / ".oculto").write_bytes(b"x")
    seen = []
    counts = mail_import.import_path(tmp_path, store=store, progress=seen.append)
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
    again = mail_import.import_path(tmp_path, store=store)
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
    counts = mail_import.import_path(tmp_path, store=store)
    assert counts == {"read": 6, "stored": 5, "duplicate": 1, "quarantined": 0, "lost": 0}
    assert mail_import.import_path(one, store=Memory())["stored"] == 1
    assert mail_import.import_path(tmp_path / "correo", store=Memory())["stored"] == 3
    assert mail_import.import_path(tmp_path / "buzon", store=Memory())["stored"] == 2


def test_one_that_cannot_be_stored_does_not_end_the_others(tmp_path, store):
    for label in ("plain-utf8", "no-date"):
        (tmp_path / f"{label}.eml").write_bytes(MAILS[label])

    def failing(**event):
        if b"no-date" in event["payload"]:
            raise OSError("no hay disco")
        return store(**event)

    assert mail_import.import_path(tmp_path, store=failing) == {
        "read": 2, "stored": 1, "duplicate": 0, "quarantined": 0, "lost": 1,
    }  # fmt: skip


def test_nothing_there(tmp_path, store):
    with pytest.raises(mail_import.NotMail):
        mail_import.import_path(tmp_path / "no", store=store)
