"""The audit in a real browser: each check finds what it should and leaves the rest alone."""

import json
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from accessibility import inject
from accessibility.browser import chromium
from accessibility.checks import language, readability
from accessibility.model import Outcome, State
from accessibility.reports import write_all
from accessibility.runner import Plan, run
from accessibility.visit import Options, Visit, look
from tests.rules.accessibility.cases import STATIC
from tests.rules.accessibility.pages import BAD_ANSWER, FORM, GOOD_ANSWER, LIVE, SENDING

pytestmark = pytest.mark.journeys

_SET = """
var made = new DOMParser().parseFromString(arguments[0], 'text/html'), html = document.documentElement;
Array.from(html.attributes).forEach(a => html.removeAttribute(a.name));
Array.from(made.documentElement.attributes).forEach(a => html.setAttribute(a.name, a.value));
html.innerHTML = made.documentElement.innerHTML;
"""


@pytest.fixture(scope="module")
def browser():
    with chromium() as made:
        made.device()
        yield made


@pytest.fixture(scope="module")
def served():
    """A server of the pages: /bad/<label>, /good/<label>, and forms that answer badly or well."""
    pages = {
        f"/{kind}/{n}": (bad if kind == "bad" else good)
        for n, (_, _, bad, good) in enumerate(LIVE)
        for kind in ("bad", "good")
    }
    pages |= {"/form/bad": FORM, "/form/good": FORM}
    # The same, with style sheets of their own and a policy that lets no script add one.
    strict = "style-src 'nonce-own'; style-src-attr 'unsafe-inline'"
    pages |= {f"/strict{path}": page.replace("<style>", "<style nonce='own'>") for path, page in pages.items()}

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self):
            self._answer(pages.get(self.path.split("?")[0]))

        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self._answer(GOOD_ANSWER if self.path.endswith("good") else BAD_ANSWER)

        def _answer(self, page):
            self.send_response(200 if page else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            if self.path.startswith("/strict/"):
                self.send_header("Content-Security-Policy", strict)
            self.end_headers()
            self.wfile.write((page or "<title>no</title>").encode())

        def log_message(self, *given):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def _static(browser, page):
    if not page.startswith("<html"):
        page = f"<html lang='es'><head><title>Citas del centro</title></head><body>{page}"
    browser.js(_SET, page)
    browser.js("window.__audit.api.renew()")
    found = json.loads(browser.js("return window.__audit.run()"))
    assert found["faults"] == []
    facts = found["facts"]
    more = language.of_texts(facts.get("language", ""), facts.get("texts", []))
    more += readability.of_texts(facts.get("paragraphs", []), facts.get("easy_read", False))
    return {f["rule"] for f in found["found"]} | {f["rule"] for f in more}


def test_every_check_of_the_page_finds_its_fault_and_no_other(browser, served):
    """All in one document, one after another: a page a case would take minutes."""
    browser.open(served + "/good/0")
    inject.ready(browser, "es")
    missed = [f"{rule} ({label})" for rule, label, fails, _ in STATIC if rule not in _static(browser, fails)]
    alarmed = [f"{rule} ({label})" for rule, label, _, passes in STATIC if rule in _static(browser, passes)]
    assert (missed, alarmed) == ([], [])


def _look(browser, url, **options):
    browser.device()
    browser.open(url)
    visit = Visit(
        browser, Outcome(state=State(name=url, url=url)), Options(axe=False, **options), lambda: browser.open(url)
    )
    look(visit)
    assert visit.outcome.faults == []
    return visit.outcome.findings


def _rules(browser, url, **options):
    return {f.rule for f in _look(browser, url, **options)}


@pytest.mark.parametrize("number", range(len(LIVE)), ids=[one[0] for one in LIVE])
def test_what_takes_keys_pointer_sizes_and_time(browser, served, number):
    rules = LIVE[number][1]
    assert rules - _rules(browser, f"{served}/bad/{number}") == set()
    assert rules & _rules(browser, f"{served}/good/{number}") == set()


def test_letters_set_apart_are_set_apart_under_a_strict_policy_too(browser, served):
    number = next(n for n, one in enumerate(LIVE) if "spacing-cut" in one[1])
    assert {"spacing-cut", "text-cut"} <= _rules(browser, f"{served}/strict/bad/{number}")
    assert (
        browser.js("return document.adoptedStyleSheets.length + document.querySelectorAll('[style*=font-size]').length")
        == 1
    )
    assert LIVE[number][1] & _rules(browser, f"{served}/strict/good/{number}") == set()


def test_the_choice_that_leaves_is_named(browser, served):
    number = next(n for n, one in enumerate(LIVE) if one[0].startswith("one of several"))
    found = [f for f in _look(browser, f"{served}/bad/{number}") if f.rule == "change-changes-context"]
    assert [f.selector for f in found] == ["#k"]


def test_a_picture_is_taken_where_there_is_something_to_mark(served, tmp_path):
    states = [State(name="Mal", url=served + "/bad/0"), State(name="Bien", url=served + "/good/0")]
    done = run("prueba", states, Plan(jobs=1, folder=tmp_path, options=Options(pictures=tmp_path / "pictures")))
    assert [bool(outcome.screenshot) for outcome in done.outcomes] == [True, False]
    assert len(list((tmp_path / "pictures").iterdir())) == 1


def test_forms_sent_wrong(browser, served):
    assert SENDING - _rules(browser, served + "/form/bad", send=True) == set()
    assert SENDING & _rules(browser, served + "/form/good", send=True) == set()


def test_a_run_reports_and_a_log_in_that_failed_fails_it(served, tmp_path):
    def login(driver, who, level):
        raise RuntimeError("la contraseña no vale")

    states = [
        State(name="Teclado", url=served + "/good/0"),
        State(name="Carpeta", url=served + "/good/1", who="amparo"),
    ]
    done = run("prueba", states, Plan(jobs=1, login=login, folder=tmp_path))
    assert [o.reached for o in done.outcomes] == [True, False]
    assert done.faults == ["Carpeta · 1280: no se entró como amparo: la contraseña no vale"]
    assert [f.rule for f in done.findings if f.certainty == "error"] == []
    write_all(done, tmp_path)
    resumed = run("prueba", states, Plan(jobs=1, login=lambda *given: None, folder=tmp_path, resume=True))
    assert [o.reached for o in resumed.outcomes] == [True, True]


def _alive_in(group: int) -> list[str]:
    """The programs of a process group that still run (those that wait to be reaped do not)."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = stat.read_text().rpartition(")")
        except (FileNotFoundError, ProcessLookupError):
            continue
        state, _parent, its_group = rest.split()[:3]
        if int(its_group) == group and state != "Z":
            found.append(name)
    return found


def test_a_run_that_is_ended_leaves_no_browser_and_goes_on_later(served, tmp_path):
    addresses = tmp_path / "addresses.txt"
    addresses.write_text("".join(f"{served}/good/{n % len(LIVE)}?{n}\n" for n in range(40)))
    command = [sys.executable, "-m", "accessibility", str(addresses), "--fast", "--jobs", "1", "--out", str(tmp_path)]
    run_now = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
    assert "[1/40]" in run_now.stderr.readline()
    assert any("chrom" in name for name in _alive_in(run_now.pid))
    run_now.send_signal(signal.SIGTERM)
    words = run_now.stderr.read()
    assert run_now.wait(60) == 2 and "siga con --resume" in words
    deadline = time.monotonic() + 20
    while left := _alive_in(run_now.pid):
        assert time.monotonic() < deadline, f"still there: {left}"
        time.sleep(0.1)
    went_on = subprocess.run([*command, "--resume"], capture_output=True, text=True, timeout=300)
    first = went_on.stderr.splitlines()[0]
    assert "/40]" in first and "[1/40]" not in first, "what was done is not done again"


def test_the_report_passes_its_own_audit(browser, served, tmp_path):
    done = run(
        "prueba",
        [State(name="Teclado", url=served + "/bad/0")],
        Plan(jobs=1, folder=tmp_path, options=Options(pictures=tmp_path / "pictures")),
    )
    write_all(done, tmp_path)
    for name in ("index.html", "statement.html"):
        url = (tmp_path / name).as_uri()
        browser.device()
        browser.open(url)
        visit = Visit(browser, Outcome(state=State(name=name, url=url)), Options(), lambda url=url: browser.open(url))
        look(visit)
        assert [(f.rule, f.selector, f.detail) for f in visit.outcome.findings if f.certainty == "error"] == []
