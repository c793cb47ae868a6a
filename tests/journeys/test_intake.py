"""Forged, repeated, malformed, somebody else's: refused in clear words, nothing written, nothing leaked."""

import re
from uuid import uuid4

import httpx
import pytest
from twilio.request_validator import RequestValidator

from case_api.city.sample import BY_KEY
from tests.journeys.desk import Citizen, form_with
from tests.journeys.inside import hurry_sweep, one, personal_in_logs, phone_of, rows, sandbox
from tests.journeys.running import Alma, wait_for

WEBHOOK = "/channels/twilio/messages"
STRANGER = "+34600000081"
BODY = "Unas palabras que solo esta prueba dice"


def counts(alma: Alma) -> dict[str, int]:
    """How many rows there are of everything that a request might write."""
    tables = ("raw_event", "message", "conversation", "contact", "address", "attachment", "outbox", "delivery_event")
    return {table: one(alma, f"SELECT count(*) FROM {table}") for table in tables}


def at_rest(alma: Alma) -> dict[str, int]:
    """The counts, once nothing is on its way any more."""
    waiting = "SELECT count(*) FROM raw_event WHERE state = 'pending'"
    wait_for(lambda: one(alma, waiting) == 0 and sandbox(alma, "GET", "carrier/control/pending")["pending"] == 0, 60)
    return counts(alma)


def form(sid: str, **more: str) -> dict[str, str]:
    return {
        "MessageSid": sid,
        "SmsSid": sid,
        "From": STRANGER,
        "To": "+34910000001",
        "Body": BODY,
        "NumMedia": "0",
    } | more


def signature(alma: Alma, fields: dict[str, str]) -> dict[str, str]:
    made = RequestValidator(alma.secrets["CARRIER_AUTH_TOKEN"]).compute_signature(alma.base + WEBHOOK, fields)
    return {"X-Twilio-Signature": made}


def says_nothing(answer: httpx.Response) -> None:
    """No trace of the program and of nobody's data in an answer."""
    assert not re.search(r"Traceback|File \"|\.py\b|psycopg|sqlalchemy|SELECT |INSERT ", answer.text), answer.text[
        :2000
    ]
    assert BODY not in answer.text and "600000081" not in answer.text


def test_a_forged_signature_is_403_and_stores_nothing_and_a_replay_is_200_and_changes_nothing(alma):
    sent = sandbox(
        alma, "POST", "carrier/control/send", json={"from": STRANGER, "channel": "sms", "body": BODY, "wait": True}
    )
    assert sent["webhook_status"] == 200
    before = at_rest(alma)
    assert one(alma, "SELECT count(*) FROM message WHERE body = %(body)s", body=BODY) == 1
    forged = sandbox(alma, "POST", "carrier/control/replay", json={"sid": sent["sid"], "times": 3, "forged": True})
    assert forged["webhook_statuses"] == [403] * 3
    assert at_rest(alma) == before
    again = sandbox(alma, "POST", "carrier/control/replay", json={"sid": sent["sid"], "times": 5})
    assert again["webhook_statuses"] == [200] * 5
    assert at_rest(alma) == before


REFUSED = [
    pytest.param(lambda alma: {"data": form("SMx1")}, 403, id="no signature"),
    pytest.param(lambda alma: {"data": form("SMx2"), "headers": {"X-Twilio-Signature": "="}}, 403, id="rubbish"),
    pytest.param(
        lambda alma: {"data": form("SMx3", Body="otra"), "headers": signature(alma, form("SMx3"))}, 403, id="changed"
    ),
    pytest.param(
        lambda alma: {"json": form("SMx4"), "headers": signature(alma, form("SMx4"))}, 415, id="JSON instead of a form"
    ),
    pytest.param(lambda alma: {"content": b"", "headers": signature(alma, {})}, 415, id="nothing at all"),
    pytest.param(
        lambda alma: {"data": form("SMx5", Body="x" * 300_000), "headers": signature(alma, {})}, 413, id="300 KB"
    ),
    pytest.param(lambda alma: {"data": form("SMx6", Body="x" * 50_000)}, 403, id="50 KB and no signature"),
    pytest.param(
        lambda alma: {"data": {f"campo{n}": "x" for n in range(5_000)}, "headers": signature(alma, {})}, 403,
        id="5,000 fields",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("request_of", "status"), REFUSED)
def test_what_is_not_the_carriers_is_refused(alma, request_of, status):
    before = at_rest(alma)
    answer = httpx.post(alma.base + WEBHOOK, timeout=30, **request_of(alma))
    assert answer.status_code == status, answer.text
    assert answer.text.strip(), "it says why"
    says_nothing(answer)
    assert at_rest(alma) == before


def test_50_kilobytes_that_are_signed_arrive_whole(alma):
    fields = form(f"SM{uuid4().hex}", Body="ñ" * 25_000)
    answer = httpx.post(alma.base + WEBHOOK, data=fields, headers=signature(alma, fields), timeout=30)
    assert answer.status_code == 200 and answer.text.endswith("<Response/>")
    wanted = "SELECT count(*) FROM message WHERE body = %(body)s"
    wait_for(lambda: one(alma, wanted, body=fields["Body"]) == 1, 30, "the long message")


def test_a_message_whose_webhook_is_lost_arrives_all_the_same_and_once(alma):
    sandbox(alma, "PUT", "carrier/control/faults", json={"drop_webhooks": 2})
    bodies = [f"Esto no lo trae ningún aviso {uuid4().hex}" for _ in range(2)]
    for channel, body in zip(("whatsapp", "sms"), bodies, strict=True):
        sandbox(alma, "POST", "carrier/control/send", json={"from": "+34600000082", "channel": channel, "body": body})

    def arrived() -> list[str]:
        hurry_sweep(alma)
        found = rows(alma, "SELECT body FROM message WHERE body = ANY(%(bodies)s) ORDER BY position", bodies=bodies)
        return [row["body"] for row in found]

    wait_for(lambda: sorted(arrived()) == sorted(bodies), 120, "the sweep of the carrier's list")
    for sent in phone_of(alma, "+34600000082"):
        late = sandbox(alma, "POST", "carrier/control/replay", json={"sid": sent["sid"], "times": 2})
        assert late["webhook_statuses"] == [200, 200]
    at_rest(alma)
    assert sorted(arrived()) == sorted(bodies)


def test_another_persons_token_answers_as_for_nobody(alma):
    token = alma.alma("token", "issue", "--as", "amparo", "--scope", "person files documents appointments").strip()
    asked = {"Authorization": f"Bearer {token}"}
    other, nobody = BY_KEY["roberto"].id, uuid4()
    assert httpx.get(f"{alma.base}/api/v1/people/{BY_KEY['amparo'].id}", headers=asked).status_code == 200
    for path in ("/people/{}", "/people/{}/files", "/people/{}/documents", "/people/{}/appointments"):
        answers = [httpx.get(f"{alma.base}/api/v1" + path.format(who), headers=asked) for who in (other, nobody)]
        assert [answer.status_code for answer in answers] == [404, 404], path
        bodies = [answer.text.replace(str(who), "…") for answer, who in zip(answers, (other, nobody), strict=True)]
        ids = r'"(request_id|instance)": ?"[^"]*"'
        assert re.sub(ids, "", bodies[0]) == re.sub(ids, "", bodies[1]), path
        assert "Roberto" not in bodies[0] and "00000002W" not in bodies[0]
    refused = httpx.get(f"{alma.base}/api/v1/people/{other}", headers={"Authorization": f"Bearer {token[:-4]}AAAA"})
    assert refused.status_code == 401
    says_nothing(refused)


@pytest.fixture(scope="module")
def amparo(alma) -> Citizen:
    return Citizen(alma, "amparo")


MALFORMED = [
    pytest.param({"body": ""}, "Escriba su mensaje", id="empty"),
    pytest.param({"body": " \n\t "}, "Escriba su mensaje", id="only blanks"),
    pytest.param({"body": BODY + "x" * 20_000}, "muy largo", id="too long"),
    pytest.param({"body": BODY, "csrf_token": ""}, "La página ha caducado", id="no token"),
    pytest.param({"body": BODY, "csrf_token": "x" * 300}, "La página ha caducado", id="somebody else's token"),
    pytest.param({"body": "\x00\x01\x02"}, "Escriba su mensaje", id="only control characters"),
]


@pytest.mark.parametrize(("values", "words"), MALFORMED)
def test_a_malformed_form_is_refused_in_words_and_writes_nothing(alma, amparo, values, words):
    before = at_rest(alma)
    page = amparo.ask("GET", "/mensajes/nuevo")
    answer = amparo.send(page, form_with(page, "body"), **values)
    assert 400 <= answer.status_code < 500, answer.status_code
    assert words in answer.text
    assert values["body"].strip("\x00\x01\x02 \n\t")[:5_000] in answer.text, "what was typed is still there"
    assert not re.search(r"Traceback|psycopg|sqlalchemy", answer.text)
    assert "Roberto" not in answer.text and "00000002W" not in answer.text
    assert at_rest(alma) == before


def test_a_form_of_nobody_is_refused(alma):
    before = at_rest(alma)
    for path in ("/mensajes/nuevo", f"/mensajes/{uuid4()}", "/profesionales/bandeja"):
        answer = httpx.post(alma.base + path, data={"body": BODY}, timeout=30)
        assert answer.status_code in (303, 400, 401, 403, 404, 405), (path, answer.status_code)
        assert not re.search(r"Traceback|psycopg|sqlalchemy", answer.text)
    assert at_rest(alma) == before


def test_no_log_of_all_that_holds_anybodys_data(alma):
    """After everything above: what was refused, what failed, and what went well."""
    assert personal_in_logs(alma, BODY, "ningún aviso") == []
