"""What the carrier has and never told us is found in its list, once, and a late webhook is a duplicate."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from case_api import clock
from case_api.settings import settings
from channels.inbound import media, sweep
from channels.inbound.processing import process_next
from tests.services.channels.carrier_forms import SMS, WHATSAPP
from tests.services.channels.conftest import arrive, change, one, rows
from tests.services.channels.fake_carrier import FakeCarrier

PHONE = "whatsapp:+34600000005"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PAGE = 3


class ListingCarrier(FakeCarrier):
    """A carrier that lists what phones sent to us, in small pages. `down` answers 503."""

    def __init__(self):
        super().__init__()
        self.inbound: list[dict] = []
        self.files: dict[str, list[tuple[str, str]]] = {}
        self.down = False
        self.lists = 0

    def has(self, sid: str, body: str = "Hola", *, ago: float = 120, sender: str = PHONE, **more) -> None:
        to = WHATSAPP if sender.startswith("whatsapp:") else SMS
        at = clock.now() - timedelta(seconds=ago)
        self.inbound.append({"sid": sid, "body": body, "from": sender, "to": to, "at": at, **more})

    def get(self, request):
        parts = urlsplit(request.path)
        if self.down:
            return self._answer(request, 503, {"code": 20503, "message": "no", "status": 503})
        if parts.path.endswith("/Media.json"):
            sid = parts.path.split("/")[-2]
            base = parts.path.removeprefix("/carrier").removesuffix(".json")
            found = [{"uri": f"{base}/{name}.json", "content_type": kind} for name, kind in self.files[sid]]
            return self._answer(request, 200, {"media_list": found, "next_page_uri": None})
        if not parts.path.endswith("/Messages.json"):
            return super().get(request)
        self.lists += 1
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        since = datetime.fromisoformat(query["DateSent>"].replace("Z", "+00:00"))
        found = [m for m in reversed(self.inbound) if m["to"] == query["To"] and m["at"] >= since]
        begin = int(query.get("Page", 0)) * PAGE
        following = parts._replace(query=parts.query.split("&Page=")[0] + f"&Page={begin // PAGE + 1}").geturl()
        more = following.removeprefix("/carrier") if len(found) > begin + PAGE else None
        page = [self._listed(one) for one in found[begin : begin + PAGE]]
        return self._answer(request, 200, {"messages": page, "next_page_uri": more})

    def _listed(self, message: dict) -> dict:
        at = format_datetime(message["at"].replace(microsecond=0))
        return {
            "sid": message["sid"],
            "account_sid": settings().CARRIER_ACCOUNT_SID,
            "body": message["body"],
            "from": message["from"],
            "to": message["to"],
            "num_media": str(len(self.files.get(message["sid"], []))),
            "direction": message.get("direction", "inbound"),
            "status": "received",
            "date_created": at,
            "date_sent": at,
            "date_updated": at,
        }


@pytest.fixture
def lister(database, monkeypatch):
    made = ListingCarrier()
    monkeypatch.setattr(settings(), "CARRIER_URL", made.url)
    with clock.frozen(NOON):
        yield made
    made.close()


def swept() -> list[str]:
    """The words in our conversations after a sweep and the worker's round."""
    change("UPDATE sweep SET due_at = '-infinity'")
    assert sweep.sweep_due() is False
    while process_next():
        pass
    return [row[0] for row in rows("SELECT body FROM message WHERE direction = 'in' ORDER BY position")]


def test_what_no_webhook_brought_arrives_once_and_in_order(lister):
    for number in range(8):  # three pages
        lister.has(f"SM{number}", f"{number}", ago=600 - number)
    lister.has("SMs", "por SMS", ago=590, sender="+34600000009")
    assert swept() == [*map(str, range(8)), "por SMS"]
    assert len(swept()) == 9
    assert one("SELECT count(*) FROM conversation") == 2


def test_a_late_webhook_is_a_duplicate_and_an_early_one_is_known(lister):
    arrive("SM1", "ya está")
    lister.has("SM1", "ya está")
    lister.has("SM2", "perdido")
    assert swept() == ["ya está", "perdido"]
    arrive("SM2", "perdido")
    assert swept() == ["ya está", "perdido"]
    assert one("SELECT count(*) FROM raw_event") == 2


def test_the_webhook_has_its_time_first(lister):
    lister.has("SM1", ago=10)
    assert swept() == []
    with clock.frozen(NOON + timedelta(seconds=70)):
        assert swept() == ["Hola"]


def test_our_own_messages_and_other_numbers_are_not_taken(lister):
    lister.has("SM1", "nuestro", direction="outbound-api")
    lister.has("SM2", "de otra cuenta", to="+34910000077")
    assert swept() == []


def test_it_comes_back_to_where_it_was_when_the_carrier_was_away(lister):
    lister.has("SM0", "antes")
    assert swept() == ["antes"]
    lister.has("SM1", "durante", ago=0)
    lister.down = True
    with clock.frozen(NOON + timedelta(hours=5)):
        assert swept() == ["antes"]
    lister.down = False
    with clock.frozen(NOON + timedelta(hours=6)):
        assert swept() == ["antes", "durante"]


def test_many_workers_ask_once_a_minute(lister):
    for _ in range(4):
        sweep.sweep_due()
    assert lister.lists == 2, "one list for each of our numbers"
    with clock.frozen(NOON + timedelta(seconds=61)):
        sweep.sweep_due()
    assert lister.lists == 4


def test_files_come_too(lister):
    lister.files["SM1"] = [("ME1", "image/jpeg"), ("ME2", "application/pdf")]
    lister.has("SM1", "")
    account = settings().CARRIER_ACCOUNT_SID
    place = f"/carrier/2010-04-01/Accounts/{account}/Messages/SM1/Media"
    lister.media = {f"{place}/ME1": ("image/jpeg", b"foto"), f"{place}/ME2": ("application/pdf", b"papel")}
    assert swept() == ["(Ha enviado una imagen)"]
    change("UPDATE attachment SET available_at = '-infinity'")
    while media.fetch_next():
        pass
    found = rows("SELECT media_type, content FROM attachment JOIN blob USING (sha256) ORDER BY media_type")
    assert [(kind, bytes(content)) for kind, content in found] == [
        ("application/pdf", b"papel"),
        ("image/jpeg", b"foto"),
    ]


def test_the_24_hours_run_since_it_was_sent(lister):
    lister.has("SM1", ago=50 * 60)
    swept()
    assert one("SELECT last_inbound_at FROM address_window") == NOON - timedelta(minutes=50)
    assert one("SELECT provider_at FROM message") == NOON - timedelta(minutes=50)
    arrive("SM2", "ahora")
    assert swept() == ["Hola", "ahora"]
    assert one("SELECT last_inbound_at FROM address_window") == NOON
