"""Keeping no longer than the rule says: first blocked, then deleted; each run is written down with its rule."""

import threading
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from case_api import clock, log
from case_api.access.actor import Actor
from case_api.db import Unit, new_id, unit_of_work
from case_api.http.oauth import ends
from case_api.settings import settings

ACTOR = Actor.system("retention")
FOLDER = Path(__file__).with_name("rules")
BATCH = 200
HOUR = 3600.0
Years = Annotated[int, Field(ge=1, le=100)]
Days = Annotated[int, Field(ge=1, le=3650)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Row(_Strict):
    """What every row says of its years: the norm that fixes them with its date, or the city's act that does; without
    either they are a proposal (`about` says what it rests on), which no real city is made to follow."""

    rule: str
    delete_after_years: Years
    about: str
    norm: str | None = None
    norm_date: date | None = None
    city_act: str | None = None
    city_act_date: date | None = None

    @property
    def is_set(self) -> bool:
        return self.norm_date is not None or self.city_act_date is not None

    @model_validator(mode="after")
    def _dated(self) -> "_Row":
        for name, day in ((self.norm, self.norm_date), (self.city_act, self.city_act_date)):
            if (name is None) != (day is None):
                raise ValueError("a norm and an act of the city bear their date")
        return self


class FileRule(_Row):
    """Files that are over: blocked so many years after their decision, deleted so many after it."""

    states: tuple[str, ...]
    block_after_years: Years

    @model_validator(mode="after")
    def _in_order(self) -> "FileRule":
        if self.delete_after_years < self.block_after_years:
            raise ValueError("what is deleted was blocked before")
        return self


class RequestRule(_Row):
    """Answered requests about one's data: deleted so many years after the answer."""


class Traces(_Strict):
    """Days after which what serves the machine alone goes."""

    repeats: Days
    tokens: Days
    codes: Days
    authorisations: Days
    deliveries: Days
    exports: Days


class Rules(_Strict):
    """One table of retention, in force from a day on."""

    name: str
    applies_from: date
    files: tuple[FileRule, ...]
    requests: tuple[RequestRule, ...]
    traces: Traces


def read(path: Path) -> Rules:
    """One table. Raises pydantic.ValidationError or yaml.YAMLError for one that cannot be a table."""
    return Rules.model_validate(yaml.safe_load(path.read_text()))


@lru_cache(maxsize=1)
def _tables() -> tuple[Rules, ...]:
    return tuple(sorted(map(read, FOLDER.glob("*.yaml")), key=lambda one: one.applies_from))


def rules_on(day: date) -> Rules | None:
    """The newest table in force on a day; None before the first."""
    return next((one for one in reversed(_tables()) if one.applies_from <= day), None)


@dataclass(frozen=True, slots=True)
class Told:
    """A row of the table for people. `by` is the norm or the city's act with its date; None while nobody has set it."""

    rule: str
    years: tuple[int, ...]
    about: str
    by: str | None


def told(day: date | None = None) -> list[Told]:
    """Every row of the table in force on a day (today), and who set it; empty when there is no table."""
    rules = rules_on(day or clock.today())
    found = []
    for row in (*rules.files, *rules.requests) if rules else ():
        years = (getattr(row, "block_after_years", None), row.delete_after_years)
        name, on = (row.city_act, row.city_act_date) if row.city_act_date else (row.norm, row.norm_date)
        by = f"{name} ({on:%d/%m/%Y})" if on else None
        found.append(Told(row.rule, tuple(one for one in years if one), row.about, by))
    return found


def _in_use(row: _Row) -> bool:
    """A real city deletes by what is set; a trial also by what is proposed, so that it can be seen."""
    return row.is_set or settings().development


def years_before(day: date, years: int) -> date:
    """The same day so many years ago; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def run_once() -> dict[str, int]:
    """Do what is due today, a batch of each; returns how many of each were blocked, deleted or forgotten.

    Without a table in force nothing is touched; outside a trial, nor by a row whose years nobody has set.
    """
    today = clock.today()
    rules = rules_on(today)
    done: dict[str, int] = {}
    if rules is None:
        return done
    for row in (*rules.files, *rules.requests):
        if not row.is_set:
            log.logger().warning("retention is not set", rule=row.rule)
    for rule in filter(_in_use, rules.files):
        done[f"blocked:{rule.rule}"] = _block(rules, rule, today)
        done[f"deleted:{rule.rule}"] = _delete(rules, rule, today)
    for one in filter(_in_use, rules.requests):
        done[f"deleted:{one.rule}"] = _delete_requests(rules, one, today)
    done |= _forget(rules.traces)
    return done


_DUE = text("""
    SELECT f.id FROM case_file f WHERE f.state = ANY(:states) AND f.blocked_at IS NULL
    AND coalesce(f.decided_on, f.opened_at::date) <= :day
    AND NOT EXISTS (SELECT 1 FROM benefit b WHERE b.file_id = f.id AND b.state <> 'ended')
    ORDER BY f.id LIMIT :limit FOR UPDATE OF f SKIP LOCKED
""")
_PARTS = ("file_step", "document", "benefit")


def _block(rules: Rules, rule: FileRule, today: date) -> int:
    with unit_of_work(ACTOR) as unit:
        day = years_before(today, rule.block_after_years)
        found = list(unit.session.execute(_DUE, {"states": list(rule.states), "day": day, "limit": BATCH}).scalars())
        if found:
            values = {"ids": found, "now": clock.now()}
            unit.session.execute(text("UPDATE case_file SET blocked_at = :now WHERE id = ANY(:ids)"), values)
            for table in _PARTS:
                unit.session.execute(text(f"UPDATE {table} SET blocked_at = :now WHERE file_id = ANY(:ids)"), values)
            _write(unit, rules, rule.rule, "blocked", found)
    return len(found)


def _delete(rules: Rules, rule: FileRule, today: date) -> int:
    day = years_before(today, rule.delete_after_years)
    gone: list[UUID] = []
    with unit_of_work(ACTOR) as unit:
        found = unit.session.execute(
            text(
                "SELECT id FROM case_file WHERE blocked_at IS NOT NULL AND state = ANY(:states) "
                "AND coalesce(decided_on, opened_at::date) <= :day ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED"
            ),
            {"states": list(rule.states), "day": day, "limit": BATCH},
        ).scalars()
        for file_id in list(found):
            try:
                with unit.session.begin_nested():
                    for table in ("document", "benefit", "file_step"):
                        unit.session.execute(text(f"DELETE FROM {table} WHERE file_id = :id"), {"id": file_id})
                    unit.session.execute(text("DELETE FROM case_file WHERE id = :id"), {"id": file_id})
            except IntegrityError:
                continue  # a consent, a referral or a plan still rests on it: it stays blocked
            gone.append(file_id)
        _write(unit, rules, rule.rule, "deleted", gone)
    return len(gone)


def _delete_requests(rules: Rules, rule: RequestRule, today: date) -> int:
    with unit_of_work(ACTOR) as unit:
        gone = unit.session.execute(
            text("DELETE FROM rights_request WHERE answered_at < :day RETURNING id"),
            {"day": years_before(today, rule.delete_after_years)},
        ).scalars()
        found = list(gone)
        _write(unit, rules, rule.rule, "deleted", found)
    return len(found)


_FORGET = {
    "repeats": "DELETE FROM idempotency WHERE created_at < :before RETURNING 1",
    "codes": "DELETE FROM oauth_code WHERE expires_at < :before RETURNING 1",
    "authorisations": "DELETE FROM oauth_grant WHERE ended_at < :before RETURNING 1",
    "deliveries": "DELETE FROM webhook_delivery WHERE created_at < :before AND state IN ('sent', 'failed', 'dropped') "
    "RETURNING 1",
    "exports": "DELETE FROM data_export WHERE expires_at < :before RETURNING 1",
}


def _forget(traces: Traces) -> dict[str, int]:
    done = {}
    with unit_of_work(ACTOR) as unit:
        for name, statement in _FORGET.items():
            before = clock.now() - timedelta(days=getattr(traces, name))
            done[name] = len(unit.session.execute(text(statement), {"before": before}).all())
        done["tokens"] = ends.forget_old(unit.session)
    return done


def _write(unit: Unit, rules: Rules, rule: str, what: str, objects: list[UUID]) -> None:
    if not objects:
        return
    values: dict[str, Any] = {
        "id": new_id(), "at": clock.now(), "rules": rules.name, "rule": rule, "done": what, "objects": objects,
    }  # fmt: skip
    unit.session.execute(
        text(
            "INSERT INTO retention_run (id, at, rules, rule, done, objects) "
            "VALUES (:id, :at, :rules, :rule, :done, :objects)"
        ),
        values,
    )


def keep_forever(stop: threading.Event, *, pause: float = HOUR) -> None:
    """Do what is due every hour until told to stop; a round that fails is logged and tried again."""
    while not stop.is_set():
        try:
            run_once()
        except Exception:
            log.logger().exception("retention failed")
        stop.wait(pause)
