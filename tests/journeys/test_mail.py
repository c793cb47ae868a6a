"""Nasty real mail, by SMTP and from files: none lost, none fatal, what cannot be read set aside with a reason."""

import json
import re
import shutil
import smtplib
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.data.mail.make import ALMA, all_mails
from tests.journeys.desk import Desk
from tests.journeys.inside import one, personal_in_logs, rows
from tests.journeys.running import Alma, wait_for

MAILS = all_mails()
# Whatever else is wrong with a mail, somebody can read what it says.
UNREADABLE = {"binary-rubbish", "empty", "two-thousand-nested-parts", "two-thousand-parts"}
BOUNCES_OF_NOTHING = {"bounce", "bounce-without-domain"}


def own() -> Iterator[Alma]:
    folder = Path(tempfile.mkdtemp(prefix="alma-mail-"))
    running = Alma(folder / "var")
    try:
        yield running.start(240)
    finally:
        left = running.stop()
        shutil.rmtree(folder, ignore_errors=True)
    assert not left, f"still running after Ctrl-C: {left}"


# The mails bear the sample people's addresses: they must not reach the Alma that other journeys share.
by_smtp = pytest.fixture(scope="module", name="by_smtp")(own)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("correo")
    for label, raw in MAILS.items():
        (made / f"{label}.eml").write_bytes(raw)
    return made


def settled(alma: Alma) -> bool:
    return one(alma, "SELECT count(*) FROM raw_event WHERE state = 'pending'") == 0


def states(alma: Alma) -> dict[str, int]:
    found = rows(alma, "SELECT state, count(*) AS n FROM raw_event WHERE channel = 'email' GROUP BY state")
    return {row["state"]: row["n"] for row in found}


def written(alma: Alma) -> int:
    """Mails that people can read in conversations; those of the sample city did not come by mail."""
    return one(
        alma,
        "SELECT count(*) FROM message WHERE channel = 'email' AND direction = 'in' AND external_id NOT LIKE 'city-%%'",
    )


def sent_by_smtp(alma: Alma) -> None:
    with smtplib.SMTP("127.0.0.1", alma.ports["SMTP_PORT"], timeout=60) as client:
        for label, raw in MAILS.items():
            assert client.sendmail("alguien@correo.example", [ALMA], raw) == {}, label
    wait_for(lambda: settled(alma), 180, "the worker to read every mail")


def test_by_smtp_none_is_lost_and_none_is_fatal(by_smtp):
    alma = by_smtp
    worker = alma.part("worker")[0].pid
    sent_by_smtp(alma)
    found = states(alma)
    assert sum(found.values()) == len(MAILS), "each is kept"
    assert found["quarantined"] >= len(UNREADABLE | BOUNCES_OF_NOTHING)
    assert found["done"] == written(alma), "each that can be read is in a conversation, once"
    assert alma.part("worker")[0].pid == worker, "none brought the worker down"
    assert one(alma, "SELECT count(*) FROM raw_event WHERE reason LIKE 'error:%%'") == 0
    sent_by_smtp(alma)
    assert states(alma) == found, "the same mails again are the same mails"


def test_what_is_set_aside_is_shown_with_its_reason(by_smtp):
    alma = by_smtp
    wanted = rows(alma, "SELECT id, reason FROM raw_event WHERE state = 'quarantined'")
    assert all(row["reason"] for row in wanted)
    desk = Desk(alma, "ines")
    page = desk.ask("GET", "/profesionales/apartados")
    assert page.status_code == 200
    for row in wanted:
        assert f"/profesionales/apartados/{row['id']}/original" in page.text
    cards = re.findall(r"<p>([^<]+)</p>\s*<div class=\"buttons\">", page.text)
    assert len(cards) == len(wanted) and all(cards)
    assert "Ha fallado nuestro programa" not in page.text, "each reason has words of its own"
    original = desk.ask("GET", f"/profesionales/apartados/{wanted[0]['id']}/original")
    assert original.status_code == 200 and original.headers["content-disposition"].startswith("attachment")
    assert original.content in {raw if raw.endswith(b"\r\n") else raw + b"\r\n" for raw in MAILS.values()}
    social_worker = Desk(alma, "marta")
    assert social_worker.ask("GET", "/profesionales/apartados").status_code == 403
    assert social_worker.ask("GET", f"/profesionales/apartados/{wanted[0]['id']}/original").status_code == 403


def test_the_same_mails_from_a_folder_are_known(by_smtp, folder):
    before = states(by_smtp)
    counts = json.loads(by_smtp.alma("mail", "import", str(folder), "--json"))
    assert counts == {"read": len(MAILS), "stored": 0, "duplicate": len(MAILS), "quarantined": 0, "lost": 0}
    assert states(by_smtp) == before


def test_from_a_folder_each_is_filed_or_set_aside(own_alma, folder):
    alma = own_alma.start(240)
    counts = json.loads(alma.alma("mail", "import", str(folder), "--json"))
    found = states(alma)
    assert counts == {
        "read": len(MAILS), "stored": len(MAILS), "duplicate": 0, "quarantined": found["quarantined"], "lost": 0,
    }  # fmt: skip
    assert found == {"done": len(MAILS) - counts["quarantined"], "quarantined": counts["quarantined"]}
    assert counts["quarantined"] >= len(UNREADABLE | BOUNCES_OF_NOTHING)
    assert written(alma) == found["done"]
    assert (
        one(
            alma,
            "SELECT count(*) FROM message WHERE channel = 'email' AND authenticated AND external_id NOT LIKE 'city-%%'",
        )
        == 0
    )
    assert personal_in_logs(alma, "ayuda a domicilio") == []


def test_no_log_of_all_that_holds_anybodys_data(by_smtp):
    assert personal_in_logs(by_smtp, "ayuda a domicilio", "Texto de dentro") == []
