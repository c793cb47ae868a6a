"""Writes what a run found, for each reader: HTML, JSON, EARL, OpenACR, CSV, ODS, JUnit, the statement."""

import json
from dataclasses import dataclass
from pathlib import Path

import yaml

from accessibility import compare, worklist
from accessibility.model import Finding, Run
from accessibility.status import of_run


@dataclass
class Verdict:
    """`failing`: errors that the baseline does not know. `summary` is one line for the terminal."""

    failing: int
    summary: str


def write_all(
    run: Run,
    folder: Path,
    *,
    baseline: Path | None = None,
    write_baseline: bool = False,
    earlier: Path | None = None,
    answers: Path | None = None,
    statement: Path | None = None,
) -> Verdict:
    """All reports into `folder`. Raises ValueError where a given file cannot be read."""
    from accessibility.reports import earl, html, junit, openacr, sheets
    from accessibility.reports import statement as law

    folder.mkdir(parents=True, exist_ok=True)
    list_path = answers or folder / "worklist.yaml"
    items = worklist.make(run, worklist.read(list_path))
    worklist.write(folder / "worklist.yaml", items)
    said = worklist.answers(items, run)
    statuses = of_run(run, said)
    difference = compare.with_file(run, earlier) if earlier else None
    failing: list[Finding] = [f for f in run.findings if f.certainty == "error"]
    if baseline and baseline.exists() and not write_baseline:
        difference = compare.with_file(run, baseline)
        failing = difference.new
    if write_baseline:
        target = baseline or folder / "baseline.json"
        target.write_text(json.dumps(compare.baseline(run), ensure_ascii=False, indent=1) + "\n")
        failing = []
    facts = yaml.safe_load(statement.read_text()) if statement else {}
    (folder / "run.json").write_text(json.dumps(run.as_dict(), ensure_ascii=False, indent=1))
    (folder / "earl.jsonld").write_text(json.dumps(earl.build(run, said), ensure_ascii=False, indent=1))
    acr = openacr.build(run, statuses, worklist.clauses(items), facts)
    (folder / "openacr.yaml").write_text(yaml.safe_dump(acr, allow_unicode=True, sort_keys=False))
    sheets.write_csv(run, folder / "findings.csv")
    sheets.write_ods(run, folder / "findings.ods")
    (folder / "junit.xml").write_text(junit.build(run, failing))
    (folder / "statement.html").write_text(law.build(run, statuses, facts))
    plain = law.data(run, statuses, facts)
    (folder / "statement.yaml").write_text(yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=110))
    (folder / "index.html").write_text(html.build(run, statuses, items, difference))
    more = f" · {len(difference.new)} nuevos, {len(difference.gone)} resueltos" if difference else ""
    counts = f"{run.count('error')} errores, {run.count('warning')} avisos, {run.count('person')} por ver una persona"
    return Verdict(len(failing), f"{counts}{more} · {len(run.outcomes)} páginas · {folder / 'index.html'}")
