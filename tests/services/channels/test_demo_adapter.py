"""A new provider: a folder and one line of the registry. The whole way in and out, with nothing else touched."""

import json
from datetime import UTC, datetime

import pytest

from case_api.db import unit_of_work
from channels.adapters import registry
from channels.conversations import service as conversations
from channels.inbound import quarantine
from tests.services.channels.conftest import TEST, one, rows, store, work
from tests.services.channels.demo import Demo

AT = "2026-03-02T09:30:00+00:00"


@pytest.fixture
def demo(database, monkeypatch):
    monkeypatch.setitem(registry.ADAPTERS, "demo", "tests.services.channels.demo:Demo")
    monkeypatch.setattr(Demo, "sent", [])
    yield Demo
    registry.adapter.cache_clear()
    registry.source.cache_clear()


def deliver(*items: dict, key: str = "d1") -> None:
    store("demo", "delivery", key, json.dumps(items).encode(), {}, "demo")
    work()


def message(number: int, **more) -> dict:
    return {"id": f"m{number}", "from": "persona-1", "text": f"mensaje {number}", "at": AT} | more


def test_one_delivery_of_thirteen_stores_twelve_and_sets_one_aside(demo):
    items = [message(number) for number in range(3)]
    items += [message(9, **{"from": ""})]
    items += [{"kind": "status", "id": f"s{number}", "state": "delivered"} for number in range(7)]
    items += [message(number) for number in range(3, 5)]
    deliver(*items)
    assert one("SELECT count(*) FROM message WHERE direction = 'in'") == 5
    assert one("SELECT count(*) FROM delivery_event") == 7
    assert rows("SELECT state, reason FROM raw_event ORDER BY id") == [("done", None), ("quarantined", "no-sender")]
    bodies = [row[0] for row in rows("SELECT body FROM message ORDER BY position")]
    assert bodies == [f"mensaje {number}" for number in range(5)]
    with unit_of_work(TEST) as unit:
        [found] = quarantine.listing(unit.session)
    assert found.channel == "demo" and str(found.reason_words)
    # the whole delivery again: nothing is there twice
    deliver(*items, key="d2")
    assert one("SELECT count(*) FROM message WHERE direction = 'in'") == 5


def test_in_by_one_and_out_by_the_same(demo, professional):
    deliver(message(1))
    assert one("SELECT provider_at FROM message") == datetime.fromisoformat(AT).astimezone(UTC)
    conversation = one("SELECT id FROM conversation")
    with unit_of_work(TEST) as unit:
        [item] = conversations.inbox(unit.session, view="all", channel="demo").items
        conversations.reply(
            unit.session, conversation_id=conversation, channel="demo", body="Llámenos", author=professional, level="N0"
        )
    assert item.preview == "mensaje 1"
    work()
    assert Demo.sent == [("persona-1", "Llámenos")]
    assert one("SELECT state FROM message WHERE direction = 'out'") == "sent"
    deliver({"kind": "status", "id": one("SELECT external_id FROM message WHERE direction = 'out'"), "state": "read"},
            key="d3")  # fmt: skip
    assert one("SELECT state FROM message WHERE direction = 'out'") == "read"
