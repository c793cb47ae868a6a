"""Copies, requests with their deadline, and keeping no longer than the rule."""

import io
import json
import zipfile
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from case_api import clock
from case_api.access.door import open_door
from case_api.db import unit_of_work
from case_api.errors import Conflict, DomainError, Invalid, NotFound
from case_api.rights import retention
from case_api.rights.requests import due


def copy_of(world, actor, export_id) -> zipfile.ZipFile:
    with unit_of_work(actor) as unit:
        pieces = open_door(actor, "own_record", unit=unit).fetch_copy(export_id)
    return zipfile.ZipFile(io.BytesIO(b"".join(pieces)))


def asked(actor, person):
    with unit_of_work(actor) as unit:
        return open_door(actor, "own_record", unit=unit).ask_for_copy(person)


def test_a_copy_holds_everything_the_person_may_see(world):
    me = world.citizen()
    made = asked(me, world.ana)
    with copy_of(world, me, made.id) as found:
        assert found.testzip() is None
        told = json.loads(found.read("datos.json"))
        page = found.read("leer.html").decode()
    assert told["format"] == "alma-export-1" and told["person_id"] == str(world.ana)
    assert {"person", "files", "documents", "appointments", "consents", "access_log"} <= told["data"].keys()
    with unit_of_work(me) as unit:
        shown = {str(one.id) for one in open_door(me, "own_record", unit=unit).documents(world.ana)}
    assert {one["id"] for one in told["data"]["documents"]} == shown == set(told["documents"])
    assert set(told["documents"].values()) <= set(found.namelist())
    assert page.count("<h1>") == 1 and 'lang="es"' in page and "<script" not in page


def test_what_is_closed_meanwhile_does_not_leave(world):
    me = world.citizen()
    made = asked(me, world.ana)
    with unit_of_work(world.worker) as unit:
        closed = (
            unit.session.execute(
                text("UPDATE document SET level = 'N5' WHERE person_id = :ana RETURNING id"), {"ana": world.ana}
            )
            .scalars()
            .all()
        )
    assert closed
    with copy_of(world, me, made.id) as found:
        told = json.loads(found.read("datos.json"))
        assert not [name for name in found.namelist() if name.startswith("documentos/")]
    assert told["data"].get("documents", []) == [] and not any(str(one) in str(told) for one in closed)


@pytest.mark.parametrize(("seconds", "open_"), [pytest.param(-1, True, id="-1 s"), pytest.param(1, False, id="+1 s")])
def test_a_copy_expires(world, seconds, open_):
    me = world.citizen()
    made = asked(me, world.ana)
    with clock.frozen(made.expires_at + timedelta(seconds=seconds)):
        if open_:
            copy_of(world, me, made.id)
        else:
            with pytest.raises(NotFound):
                copy_of(world, me, made.id)


def test_nobody_else_fetches_or_asks_for_it(world):
    made = asked(world.citizen(), world.ana)
    other = world.citizen(world.berta)
    with pytest.raises(NotFound):
        copy_of(world, other, made.id)
    with pytest.raises(DomainError):
        asked(other, world.ana)
    with pytest.raises(DomainError):
        asked(world.worker, world.ana)


@pytest.mark.parametrize(
    ("day", "last"),
    [
        pytest.param(date(2026, 1, 15), date(2026, 2, 15), id="an ordinary day"),
        pytest.param(date(2026, 1, 31), date(2026, 2, 28), id="a shorter month"),
        pytest.param(date(2028, 1, 31), date(2028, 2, 29), id="a leap year"),
        pytest.param(date(2026, 12, 31), date(2027, 1, 31), id="over the year"),
    ],
)
def test_a_month_from_the_day_of_arrival(day, last):
    assert due(day) == last


def test_a_request_is_written_read_and_answered_once(world):
    me = world.citizen()
    with unit_of_work(me) as unit:
        made = open_door(me, "own_record", unit=unit).ask_about_data(
            world.ana, kind="rectification", about="Mi apellido", wanted="Díaz"
        )
    assert made.state == "received" and made.due_on == due(clock.today())
    staff = world.worker
    with unit_of_work(staff) as unit:
        door = open_door(staff, "manage_case", unit=unit)
        assert made.id in {one.id for one, _name in door.waiting_requests()}
        longer = door.extend_request(made.id, why="Hay que pedirlo al archivo")
        assert longer.due_on == due(clock.today(), 3)
        with pytest.raises(Conflict):
            door.extend_request(made.id, why="Otra vez")
        with pytest.raises(Invalid):
            door.answer_request(made.id, state="accepted", answer=" ")
        assert door.answer_request(made.id, state="accepted", answer="Corregido.").state == "accepted"
        with pytest.raises(Conflict):
            door.answer_request(made.id, state="refused", answer="No.")
    other = world.citizen(world.berta)
    with unit_of_work(other) as unit, pytest.raises(NotFound):
        open_door(other, "own_record", unit=unit).rights_request(made.id)


def test_the_person_cannot_answer_themselves_even_past_the_door(world):
    me = world.citizen()
    with unit_of_work(me) as unit:
        made = open_door(me, "own_record", unit=unit).ask_about_data(world.ana, kind="erasure", about="Todo")
        changed = unit.session.execute(
            text("UPDATE rights_request SET state = 'accepted', answer = 'x', answered_at = now() WHERE id = :id "
                 "RETURNING id"),
            {"id": made.id},
        ).all()  # fmt: skip
    assert changed == []


BAD = [
    pytest.param({"kind": "revenge"}, "kind", id="a right that there is not"),
    pytest.param({"about": "  "}, "about", id="about nothing"),
    pytest.param({"about": "a" * 5001}, "about", id="endless"),
    pytest.param({"wanted": "a" * 5001}, "wanted", id="an endless wish"),
]


@pytest.mark.parametrize(("change", "field"), BAD)
def test_bad_requests_say_why(world, change, field):
    me = world.citizen()
    with unit_of_work(me) as unit, pytest.raises(Invalid) as caught:
        open_door(me, "own_record", unit=unit).ask_about_data(
            world.ana, **{"kind": "rectification", "about": "Mi apellido"} | change
        )
    assert set(caught.value.fields) == {field}


def old_file(world, years: int):
    day = retention.years_before(clock.today(), years) - timedelta(days=1)
    with unit_of_work(world.worker) as unit:
        return unit.session.execute(
            text("UPDATE case_file SET state = 'closed', decided_on = :day, opened_at = :day WHERE person_id = :ana "
                 "RETURNING id"),
            {"ana": world.ana, "day": day},
        ).scalar_one()  # fmt: skip


def seen(actor, table: str = "case_file") -> int:
    with unit_of_work(actor) as unit:
        return unit.session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


def test_over_is_blocked_for_everybody_and_then_deleted(world):
    with unit_of_work(world.worker) as unit:
        unit.session.execute(text("UPDATE benefit SET state = 'ended'"))
    old_file(world, 6)
    before = seen(world.worker)
    done = retention.run_once()
    assert done["blocked:file-over"] == 1 and done["deleted:file-over"] == 0
    assert seen(world.citizen()) == 0 and seen(world.worker) == before - 1
    assert seen(retention.ACTOR) == before, "kept, under lock"
    assert retention.run_once()["blocked:file-over"] == 0
    with unit_of_work(retention.ACTOR) as unit:
        unit.session.execute(
            text("UPDATE case_file SET decided_on = decided_on - interval '5 years' WHERE blocked_at IS NOT NULL")
        )
    assert retention.run_once()["deleted:file-over"] == 1
    assert seen(retention.ACTOR) == before - 1
    with unit_of_work(retention.ACTOR) as unit:
        runs = unit.session.execute(text("SELECT rules, rule, done FROM retention_run ORDER BY at")).all()
    assert [tuple(one) for one in runs] == [
        ("retention-1", "file-over", "blocked"), ("retention-1", "file-over", "deleted")
    ]  # fmt: skip


@pytest.mark.parametrize("years", [pytest.param(4, id="not yet")])
def test_what_is_not_due_stays(world, years):
    old_file(world, years)
    assert retention.run_once()["blocked:file-over"] == 0


BROKEN = [
    pytest.param({"files": [{"rule": "x", "states": ["closed"], "block_after_years": 9, "delete_after_years": 5,
                             "about": "x"}]}, id="deleted before it is blocked"),
    pytest.param({"requests": [{"rule": "x", "delete_after_years": 4, "about": "x", "norm": "Ley 1/2000"}]},
                 id="a norm without its date"),
    pytest.param({"requests": [{"rule": "x", "delete_after_years": 4, "about": "x", "city_act_date": "2026-01-01"}]},
                 id="a date without its act"),
    pytest.param({"requests": [{"rule": "x", "delete_after_years": 4}]}, id="years that rest on nothing"),
    pytest.param({"traces": {"repeats": 0}}, id="no days at all"),
    pytest.param({"surprise": 1}, id="something unknown"),
]  # fmt: skip


@pytest.mark.parametrize("change", BROKEN)
def test_a_table_that_cannot_be_is_refused(tmp_path, change):
    import yaml
    from pydantic import ValidationError

    good = yaml.safe_load(next(retention.FOLDER.glob("*.yaml")).read_text())
    path = tmp_path / "x.yaml"
    path.write_text(yaml.safe_dump(good | change))
    with pytest.raises(ValidationError):
        retention.read(path)


def test_no_number_is_shown_as_law_without_its_norm_and_date():
    rows = retention.told()
    assert {one.rule for one in rows} == {"file-over", "request-answered"}
    table = retention.rules_on(clock.today())
    for row in (*table.files, *table.requests):
        assert row.is_set == bool(row.norm_date or row.city_act_date) and row.about


def test_a_real_city_deletes_nothing_by_years_that_nobody_has_set(world, monkeypatch):
    old_file(world, 20)
    monkeypatch.setattr(retention, "_in_use", lambda row: row.is_set)
    done = retention.run_once()
    assert not any(name.startswith(("blocked:", "deleted:")) for name in done) and seen(world.worker) == 1


def test_what_the_city_has_set_counts_in_a_real_city(world, monkeypatch):
    table = retention.rules_on(clock.today())
    row = table.files[0].model_copy(update={"city_act": "Acuerdo inventado", "city_act_date": date(2026, 2, 1)})
    monkeypatch.setattr(retention, "_tables", lambda: (table.model_copy(update={"files": (row,), "requests": ()}),))
    monkeypatch.setattr(retention, "_in_use", lambda row: row.is_set)
    assert [one.by for one in retention.told()] == ["Acuerdo inventado (01/02/2026)"]
    with unit_of_work(world.worker) as unit:
        unit.session.execute(text("UPDATE benefit SET state = 'ended'"))
    old_file(world, 6)
    assert retention.run_once()["blocked:file-over"] == 1
