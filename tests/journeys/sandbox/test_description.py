"""The sandbox's carrier beside the carrier's public description: paths, status codes, names, types."""

import re
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from tests.data.twilio import described
from tests.journeys.sandbox.process import AMPARO, SID, SMS, TOKEN, WHATSAPP, Sandbox, eventually

FACTS = described()
TYPES = {"string": str, "integer": int, "object": dict, "date": str}


def problems(name: str, value: dict[str, Any]) -> list[str]:
    """What in an answer is not as described: fields too many or too few, types, patterns, words."""
    found = []
    lists = FACTS["page_lists"].get(name)
    fields = FACTS["page"] if lists else FACTS[name]
    found += [f"{name}.{field} is missing" for field in fields if field not in value]
    for field, content in value.items():
        if lists and field == lists[0]:
            found += [problem for item in content for problem in problems(lists[1], item)]
            continue
        if field not in fields:
            found.append(f"{name}.{field} is not described")
            continue
        fact = fields[field]
        if content is None:
            continue
        if not isinstance(content, TYPES[fact["type"]]) or isinstance(content, bool):
            found.append(f"{name}.{field} is {type(content).__name__}")
        elif fact["type"] == "date" and parsedate_to_datetime(content).tzinfo is None:
            found.append(f"{name}.{field} is no date of RFC 2822")
        elif "pattern" in fact and not re.fullmatch(fact["pattern"], content):
            found.append(f"{name}.{field} does not match")
        elif "words" in fact and content not in FACTS[fact["words"]]:
            found.append(f"{name}.{field} is {content}")
    return found


def call(sandbox: Sandbox, answer: str, *, form: dict | None = None, **ids: str) -> Any:
    fact = FACTS["answers"][answer]
    path = (FACTS["base"] + fact["path"]).format(account=SID, **ids)
    got = httpx.request(fact["method"], f"{sandbox.url}/carrier{path}", data=form, auth=(SID, TOKEN))
    assert got.status_code == fact["status"], got.text
    if fact["body"] is None:
        assert got.content == b""
        return None
    assert got.headers["Content-Type"].startswith("application/json")
    assert problems(fact["body"], got.json()) == []
    return got.json()


def test_every_answer_is_as_described(sandbox: Sandbox) -> None:
    made = call(sandbox, "create_message", form={"To": AMPARO, "From": SMS, "Body": "Su cita es el lunes"})
    eventually(lambda: call(sandbox, "fetch_message", sid=made["sid"])["status"] == "delivered")
    sandbox.post(
        "/carrier/control/send",
        **{
            "from": AMPARO, "channel": "whatsapp", "body": "La foto", "wait": True,
            "media": [{"name": "dni.png", "type": "image/png", "base64": "iVBORw0KGgo="}],
        },
    )  # fmt: skip
    listed = call(sandbox, "list_messages")["messages"]
    assert {item["direction"] for item in listed} == {"inbound", "outbound-api"}
    [inbound] = [item for item in listed if item["direction"] == "inbound"]
    assert inbound["to"] == f"whatsapp:{WHATSAPP}"
    [media] = call(sandbox, "list_media", sid=inbound["sid"])["media_list"]
    call(sandbox, "fetch_media", sid=inbound["sid"], media=media["sid"])
    call(sandbox, "delete_message", sid=made["sid"])


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"sid": "XX1"}, "message.sid does not match"),
        ({"status": "flying"}, "message.status is flying"),
        ({"error_code": "30003"}, "message.error_code is str"),
        ({"colour": "red"}, "message.colour is not described"),
        ({"num_media": 0}, "message.num_media is int"),
    ],
)
def test_the_comparison_bites(changed: dict, problem: str) -> None:
    whole = {**dict.fromkeys(FACTS["message"]), **changed}
    assert problems("message", whole) == [problem]
    assert problems("message", {}) == [f"message.{field} is missing" for field in FACTS["message"]]
