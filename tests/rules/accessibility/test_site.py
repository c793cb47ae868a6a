"""What shows over pages, what may be said of criteria, and the reports that say it."""

import json

import pytest
import yaml

from accessibility import compare, site, worklist
from accessibility.cli import finish
from accessibility.model import Finding, Outcome, Run, State
from accessibility.reports import earl, junit, openacr, sheets, statement
from accessibility.status import FAILS, INAPPLICABLE, PASSES, PERSON, UNTESTED, of_page, of_run
from accessibility.targets import Unclear, by_turns, journeys, read, same_site, vary

HAS = {"control": 3, "form": 0, "image": 0, "link": 3, "video": 0}


def _outcome(name="Inicio", *, title=None, findings=(), reached=True, **facts):
    state = State(name=name, url=f"https://alma.example/{name}")
    made = Outcome(state=state, url=state.url, title=title or name, language="es", reached=reached)
    made.tested = ["focus-not-visible", "focus-nowhere", "target-small", "language-page-wrong"]
    made.facts = {"has": dict(HAS), **facts}
    made.findings = [
        Finding(rule=r, certainty=c, criteria=list(n), state=state.key, selector="a", component=r)
        for r, c, n in findings
    ]
    made.content_hash = name
    return made


def _run(*outcomes):
    return Run(target="https://alma.example", started="2026-11-21T20:00:00+00:00", finished="2026-11-21T20:01:00+00:00",
               tool={"name": "x", "axe-core": "4.14.1"}, outcomes=list(outcomes))  # fmt: skip


def _rules(run):
    return {f.rule for f in run.findings}


def _site(names, place="footer", search=True):
    return {
        "navigation": [[[n, "/" + n] for n in names]],
        "help": {"phone": [[place, "010"]]},
        "search": search,
        "links": [],
    }


def test_same_titles():
    run = _run(_outcome("a", title="Alma"), _outcome("b", title="Alma"))
    site.compare(run)
    assert _rules(run) == {"site-titles-same"}


def test_navigation_and_help_in_another_order():
    run = _run(
        _outcome("a", site=_site(["x", "y", "z"])),
        _outcome("b", site=_site(["z", "y", "x"], "header")),
        _outcome("c", site=_site(["x", "y", "z"])),
    )
    site.compare(run)
    assert _rules(run) == {"site-navigation-order", "site-help-order"}


def test_one_address_with_two_names():
    menu = [[["Inicio", "/"], ["Centros", "/centros"]]]
    other = [[["Inicio", "/"], ["Oficinas 3", "/centros?x=1"]]]
    run = _run(*(_outcome(n, site={"navigation": m}) for n, m in (("a", menu), ("b", menu), ("c", other))))
    site.compare(run)
    assert [(f.rule, f.state) for f in run.findings] == [("site-names-differ", "c · 1280")]


def test_a_number_that_counts_is_no_other_name():
    menus = [[[["Mensajes", "/m"]]], [[["Mensajes 2", "/m"]]], [[["Mensajes", "/m"]]]]
    run = _run(*(_outcome(str(n), site={"navigation": m}) for n, m in enumerate(menus)))
    site.compare(run)
    assert run.findings == []


def test_like_pages_say_nothing():
    run = _run(_outcome("a", site=_site(["x", "y", "z"])), _outcome("b", site=_site(["x", "y", "z"])))
    site.compare(run)
    assert run.findings == []


def _status(outcome, number, answers=None):
    return next(s for s in of_page(outcome, answers) if s.criterion.number == number)


@pytest.mark.parametrize(
    ("label", "outcome", "number", "status"),
    [
        ("an error fails", _outcome(findings=[("focus-not-visible", "error", ["2.4.7"])]), "2.4.7", FAILS),
        ("a test that decides passes", _outcome(), "2.4.7", PASSES),
        ("a doubt is for a person", _outcome(findings=[("focus-not-visible", "warning", ["2.4.7"])]), "2.4.7", PERSON),
        ("what no test settles is for a person", _outcome(), "2.1.1", PERSON),
        ("no video, no captions", _outcome(), "1.2.2", INAPPLICABLE),
        ("no form, no errors", _outcome(), "3.3.1", INAPPLICABLE),
        ("a page not reached was not tested", _outcome(reached=False), "2.4.7", UNTESTED),
        ("a test that did not run decides nothing", _outcome(), "1.4.10", UNTESTED),
    ],
    ids=lambda v: v if isinstance(v, str) and " " in v else "",
)
def test_status_is_honest(label, outcome, number, status):
    assert _status(outcome, number).status == status


def test_an_answer_settles_and_an_error_outweighs_it():
    assert _status(_outcome(), "2.1.1", {"2.1.1": PASSES}).status == PASSES
    bad = _outcome(findings=[("click-not-focusable", "error", ["2.1.1"])])
    assert _status(bad, "2.1.1", {"2.1.1": PASSES}).status == FAILS


def test_answers_hold_while_the_content_does(tmp_path):
    run = _run(_outcome())
    items = worklist.make(run, [])
    next(i for i in items if i.criterion == "2.1.1").answer = "cumple"
    worklist.write(tmp_path / "w.yaml", items)
    again = worklist.make(run, worklist.read(tmp_path / "w.yaml"))
    assert worklist.answers(again, run)["Inicio · 1280"]["2.1.1"] == PASSES
    run.outcomes[0].content_hash = "other"
    changed = worklist.make(run, worklist.read(tmp_path / "w.yaml"))
    assert "cumple" in next(i for i in changed if i.criterion == "2.1.1").note
    assert worklist.answers(changed, run) == {}


def test_an_unreadable_answer_is_refused(tmp_path):
    (tmp_path / "w.yaml").write_text(
        yaml.safe_dump({"items": [{"page": "x", "criterion": "2.1.1", "question": "?", "answer": "quizá"}]})
    )
    with pytest.raises(ValueError, match="quizá"):
        worklist.read(tmp_path / "w.yaml")


def test_the_baseline_lets_known_errors_pass():
    from accessibility.fingerprints import sign

    run = _run(_outcome(findings=[("link-generic", "error", ["2.4.4"])]))
    for finding in run.findings:
        sign(finding)
    known = compare.baseline(run)["known"]
    assert compare.against(run, known).new == []
    assert [f.rule for f in compare.against(run, {}).new] == ["link-generic"]
    assert len(compare.against(_run(_outcome()), known).gone) == 1


def test_reports_are_written_and_a_fault_of_the_run_fails_it(tmp_path):
    run = _run(_outcome(findings=[("link-generic", "error", ["2.4.4"])]), _outcome("Carpeta", reached=False))
    run.outcomes[1].faults = ["no se entró como amparo: la contraseña no vale"]
    run.faults = ["Carpeta: no se entró como amparo"]
    given = {
        "out": tmp_path,
        "baseline": None,
        "write_baseline": False,
        "earlier": None,
        "answers": None,
        "statement": None,
    }
    assert finish(run, given) == 2
    assert {p.name for p in tmp_path.iterdir()} >= {
        "index.html",
        "run.json",
        "earl.jsonld",
        "openacr.yaml",
        "findings.csv",
        "findings.ods",
        "junit.xml",
        "statement.html",
        "worklist.yaml",
    }
    assert Run.from_dict(json.loads((tmp_path / "run.json").read_text())).as_dict() == run.as_dict()
    assert "no se entró como amparo" in (tmp_path / "index.html").read_text()
    run.faults = []
    assert finish(run, given) == 1


def test_earl_has_one_assertion_a_criterion_and_page():
    graph = earl.build(_run(_outcome("a"), _outcome("b")), {})["@graph"]
    assertions = [g for g in graph if g["@type"] == "Assertion"]
    assert len(assertions) == 2 * 55
    assert len({(a["subject"]["source"], a["test"]["isPartOf"]["@id"]) for a in assertions}) == 110
    assert all(a["result"]["outcome"]["@id"].startswith("earl:") for a in assertions)


def test_earl_joins_the_states_of_one_page_and_keeps_the_worst():
    good, bad = _outcome("a"), _outcome("a", findings=[("focus-not-visible", "error", ["2.4.7"])])
    graph = earl.build(_run(good, bad), {})["@graph"]
    mine = [g for g in graph if g["@type"] == "Assertion" and g["test"]["@id"].endswith("focus-visible")]
    assert [one["result"]["outcome"]["@id"] for one in mine] == ["earl:failed"]


def test_openacr_covers_levels_a_and_aa():
    run = _run(_outcome(findings=[("link-generic", "error", ["2.4.4"])]))
    acr = openacr.build(run, of_run(run), {"12.1.1": PASSES}, {"mail": "a@alma.example"})
    criteria = {
        c["num"]: c["components"][0]["adherence"]["level"]
        for c in acr["chapters"]["success_criteria_level_a"]["criteria"]
    }
    assert len(criteria) == 32 and criteria["2.4.4"] == "partially-supports" and criteria["1.2.2"] == "not-applicable"
    assert len(acr["chapters"]["success_criteria_level_aa"]["criteria"]) == 24


def test_junit_names_what_failed_and_escapes():
    run = _run(_outcome("a<b", findings=[("link-generic", "error", ["2.4.4"])]))
    text = junit.build(run, run.findings)
    assert "a&lt;b" in text and "failures='1'" in text


def test_sheets_disarm_formulas(tmp_path):
    run = _run(_outcome(findings=[("link-generic", "error", ["2.4.4"])]))
    run.findings[0].detail = "=HYPERLINK(1)"
    sheets.write_csv(run, tmp_path / "f.csv")
    assert "'=HYPERLINK(1)" in (tmp_path / "f.csv").read_text(encoding="utf-8-sig")


def test_the_statement_says_what_is_missing():
    run = _run(_outcome(findings=[("link-generic", "error", ["2.4.4"])]))
    text = statement.build(run, of_run(run), {"organisation": "Ayuntamiento"})
    assert "sobre 1 páginas, probadas 1 veces en total" in text and "por turnos" not in text
    run.by_turns = True
    assert "por turnos, en otra" in statement.build(run, of_run(run), {})
    plain = statement.data(run, of_run(run), {})
    assert (plain["pages"], plain["states"], plain["by_turns"]) == (1, 1, True)
    assert "parcialmente conforme" in text and "9.2.4.4" in text and "[completar: correo de contacto]" in text


@pytest.mark.parametrize(
    ("label", "plain"),
    [
        ("empty", {"pages": []}),
        ("no address", [{"name": "x"}]),
        ("unknown step", [{"url": "/", "steps": [{"fly": "x"}]}]),
        ("same name", ["/", "/"]),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_bad_journeys_are_told(label, plain):
    with pytest.raises(Unclear):
        journeys(plain, base="http://localhost/")


def test_journeys_and_variants():
    states = journeys(
        {
            "base": "http://localhost:8000",
            "pages": [{"name": "Ayuda", "url": "/ayuda", "steps": [{"visit": "/ayuda"}, {"press": "button"}]}],
        }
    )
    assert states[0].url == "http://localhost:8000/ayuda" and states[0].steps == [{"press": "button"}]
    assert len(vary(states, languages=["es", "en"], themes=["light", "dark"], widths=[320, 1280])) == 8


def test_dresses_taken_by_turns():
    pages = [State(name=str(n), url=f"http://a.example/{n}") for n in range(11)]
    everything = vary(pages, languages=["es", "en", "ar"], themes=["light", "dark"], widths=[320, 1280])
    chosen = by_turns(everything, 12)
    dresses = [(s.language, s.theme, s.width) for s in chosen]
    assert len(chosen) == 22 and len(set(dresses)) == 12
    assert [s.name for s in chosen[::2]] == [s.name for s in pages] and set(dresses[::2]) == {("es", "light", 320)}
    assert by_turns(pages, 1) == pages


def test_targets(tmp_path):
    (tmp_path / "s.xml").write_text(
        "<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>https://a.example/x</loc></url></urlset>"
    )
    (tmp_path / "l.txt").write_text("# mine\nhttps://a.example/1\n\nhttps://a.example/2\n")
    assert [s.url for s in read(str(tmp_path / "s.xml"))] == ["https://a.example/x"]
    assert len(read(str(tmp_path / "l.txt"))) == 2
    with pytest.raises(Unclear):
        read("no-existe")


def test_a_crawl_stays_and_does_not_log_out():
    links = [
        "https://a.example/b#x",
        "https://a.example/salir",
        "https://b.example/",
        "https://a.example/c.pdf",
        "mailto:x@a.example",
    ]
    assert same_site(links, "https://a.example/") == ["https://a.example/b"]
