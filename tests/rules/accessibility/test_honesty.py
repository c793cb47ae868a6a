"""What a run may not claim: tests that did not run, outcomes of another measure, a log-in that did not happen."""

import json
from types import SimpleNamespace

import pytest

from accessibility import compare, inject, journeys, runner, visit
from accessibility.fingerprints import sign
from accessibility.model import Finding, Outcome, Run, State
from accessibility.status import FAILS, PASSES, PERSON, UNTESTED, of_page
from accessibility.visit import Options

HAS = {"control": 2, "link": 1}


def _status(tested, number, findings=(), has=None):
    state = State(name="Inicio", url="https://a.example/")
    made = Outcome(state=state, tested=list(tested), facts={"has": has or HAS})
    made.findings = [
        Finding(rule=rule, certainty=how, criteria=[number], state=state.key, selector="p") for rule, how in findings
    ]
    return next(s.status for s in of_page(made) if s.criterion.number == number)


@pytest.mark.parametrize(
    ("number", "tested", "status"),
    [
        pytest.param("1.4.12", {"style-blocks-spacing"}, "not passed", id="spacing read in the sheet, never set"),
        pytest.param("1.4.12", {"style-blocks-spacing", "spacing-cut"}, PASSES, id="spacing set and nothing cut"),
        pytest.param("1.4.4", {"viewport-fixed"}, "not passed", id="zoom not forbidden, text never enlarged"),
        pytest.param("1.4.4", {"viewport-fixed", "text-cut", "text-cut-now"}, PASSES, id="text enlarged"),
        pytest.param("2.4.7", {"focus-nowhere"}, "not passed", id="focus somewhere, its look not pictured"),
        pytest.param("2.4.7", {"focus-nowhere", "focus-not-visible"}, PASSES, id="focus pictured"),
        pytest.param("1.4.10", set(), UNTESTED, id="never narrow"),
    ],
)
def test_what_needs_keys_and_sizes_passes_by_keys_and_sizes_only(number, tested, status):
    found = _status(tested, number)
    assert found in {PERSON, UNTESTED} if status == "not passed" else found == status


def test_an_error_fails_and_a_warning_asks_a_person():
    assert _status({"viewport-fixed", "text-cut", "text-cut-now"}, "1.4.4", [("text-cut", "error")]) == FAILS
    assert _status({"viewport-fixed", "text-cut", "text-cut-now"}, "1.4.4", [("text-cut", "warning")]) == PERSON


def _visit(**facts):
    outcome = Outcome(state=State(name="Inicio", url="https://a.example/"), facts=facts)
    return visit.Visit(SimpleNamespace(answer_boxes=lambda: True), outcome, Options(), lambda: None)


def test_a_step_that_broke_off_tested_nothing():
    from selenium.common.exceptions import WebDriverException

    def step(one):
        one.met("focus-not-visible", "focus-trap")
        one.add("focus-trap", {"selector": "p"})
        raise WebDriverException("tab crashed")

    one = _visit()
    one.met("link-generic")
    visit._timed(one, "keyboard", step)
    assert one.outcome.tested == ["link-generic", "focus-trap"]
    assert one.outcome.faults == ["keyboard: tab crashed"]


@pytest.mark.parametrize(
    ("fault", "fails"),
    [
        ("axe: axe could not run", True),
        ("page: script timeout", True),
        ("not a page: application/json, shown by the browser's own viewer", True),
        ("axe: frame 2 could not be entered", False),
        ("hover: no such element", False),
    ],
)
def test_a_page_without_its_tests_fails_the_run(fault, fails):
    assert runner._whole(fault) == fails


PAGES = [State(name="a", url="https://a.example/a"), State(name="b", url="https://a.example/b")]


def _stopped(folder, options=None, states=PAGES, reached=True):
    """A progress file as a killed run leaves it: two pages, and half a line."""
    plan = runner.Plan(options=options or Options(), folder=folder)
    lines = [runner._measure(plan)] + [Outcome(state=s, reached=reached).as_dict() for s in states]
    text = "\n".join(json.dumps(line) for line in lines)
    (folder / "progress.jsonl").write_text(text + "\n" + json.dumps(lines[-1])[:40])


@pytest.mark.parametrize(
    ("label", "options", "states", "reached", "kept"),
    [
        ("the same measure", Options(), PAGES, True, {"a · 1280", "b · 1280"}),
        ("a fast run is no whole one", Options(live=False), PAGES, True, set()),
        ("forms were not sent then", Options(send=True), PAGES, True, set()),
        (
            "another site's page of that name",
            Options(),
            [State(name="a", url="https://b.example/a")],
            True,
            {"b · 1280"},
        ),
        ("other steps", Options(), [State(name="a", url=PAGES[0].url, steps=[{"press": "b"}])], True, {"b · 1280"}),
        ("what was not reached is tried again", Options(), PAGES, False, set()),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_a_stopped_run_goes_on_with_what_still_holds(tmp_path, label, options, states, reached, kept):
    _stopped(tmp_path, None if label == "the same measure" else Options(), PAGES, reached)
    plan = runner.Plan(options=options, folder=tmp_path, resume=True)
    assert set(runner._kept(plan, states)) == kept
    # Twice stopped: what was kept is there once, and whole.
    assert set(runner._kept(plan, states)) == kept
    again = runner.Plan(options=options, folder=tmp_path)
    assert runner._kept(again, states) == {}


def _finding(
    rule="name-missing", snippet="<input type='text' name='calle'>", component="|input|type=text|", selector="input"
):
    made = Finding(
        rule=rule,
        certainty="error",
        criteria=["4.1.2"],
        state="Inicio · 1280",
        selector=selector,
        snippet=snippet,
        component=component,
    )
    sign(made)
    return made


def _run(*findings):
    outcome = Outcome(state=State(name="Inicio", url="https://a.example/"), findings=list(findings))
    return Run(target="https://a.example/", started="2026-11-22T05:00:00+00:00", outcomes=[outcome])


@pytest.mark.parametrize(
    ("label", "before", "after", "new", "gone"),
    [
        ("one field mended, another broken", [_finding()], [_finding(snippet="<input type='text' name='piso'>")], 1, 1),
        ("one picture for another", [_finding(snippet='<img src="/a.png">')], [_finding(snippet='<img src="/b.png">')], 1, 1),
        ("the same picture, built again", [_finding(snippet='<img src="/a.3f2a9c1.png">')], [_finding(snippet='<img src="/a.77be01d.png?v=2">')], 0, 0),
        ("moved in the tree", [_finding(selector="#a > input")], [_finding(selector="#b > p > input")], 0, 0),
        ("an id that a machine counts", [_finding(snippet="<div id='x17'>")], [_finding(snippet="<div id='x18'>")], 0, 0),
        ("one more of the same", [_finding()], [_finding(), _finding(selector="p > input")], 1, 0),
        ("one of two mended", [_finding(), _finding(selector="p > input")], [_finding()], 0, 1),
        ("siblings changed places", [_finding(), _finding(snippet="<input name='piso'>")], [_finding(snippet="<input name='piso'>"), _finding()], 0, 0),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)  # fmt: skip
def test_a_swapped_fault_is_seen_and_a_moved_one_is_not_new(label, before, after, new, gone):
    found = compare.against(_run(*after), compare.baseline(_run(*before))["known"])
    assert (len(found.new), len(found.gone)) == (new, gone)


def test_a_page_that_was_not_visited_again_is_not_mended():
    known = compare.baseline(_run(_finding()))["known"]
    other = Run(target="x", started="", outcomes=[Outcome(state=State(name="Otra", url="https://a.example/b"))])
    lost = _run()
    lost.outcomes[0].reached = False
    assert compare.against(other, known).gone == [] and compare.against(lost, known).gone == []


class _Browser:
    """Answers as a page would, of which only this is known."""

    def __init__(self, url, *, status=200, title="Mi carpeta", asks=False):
        self.arrived, self.asks = [status, url, title], asks

    def open(self, url):
        pass

    def js(self, script, *values):
        return self.asks if script == journeys._ASKS else self.arrived


@pytest.mark.parametrize("language", ["es", "en", "ar"])
def test_a_session_that_ended_is_no_page_in_any_language(language):
    state = State(name="carpeta", url="https://a.example/carpeta", who="amparo", language=language)
    with pytest.raises(journeys.NotReached, match="sesión"):
        journeys.reach(_Browser("https://a.example/entrar?next=/carpeta"), state)
    journeys.reach(_Browser("https://a.example/carpeta?lang=en"), state)


def test_a_password_that_is_asked_for_again_was_not_taken(monkeypatch):
    monkeypatch.setitem(journeys._STEPS, "fill", lambda *given: None)
    monkeypatch.setitem(journeys._STEPS, "press", lambda *given: None)
    steps = [{"fill": {"#clave": "x"}}, {"press": "button"}]
    state = State(name="dentro", url="https://a.example/", steps=steps)
    with pytest.raises(journeys.NotReached, match="contraseña"):
        journeys.reach(_Browser("https://a.example/", asks=True), state)
    refused = State(name="clave mala", url="https://a.example/", steps=steps, status=401)
    journeys.reach(_Browser("https://a.example/", asks=True, status=401, title="Error"), refused)


def test_what_is_put_into_a_page_is_one_function_that_nobody_called():
    class Armed:
        armed, put = "", []

        def every_document(self, source, *, name):
            self.put.append((name, source[:27]))

    browser = Armed()
    for language in ("es", "es", "en"):
        inject.arm(browser, language)
    assert browser.put == [("load", "window.__load = function ()")] * 2
