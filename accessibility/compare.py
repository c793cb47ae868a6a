"""Two runs, or a run and its baseline: what is new, what is gone, what stays. By fingerprints, not by places."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from accessibility.fingerprints import number
from accessibility.model import Finding, Run


@dataclass
class Difference:
    """Findings by what became of them. `gone` are keys with their words, for findings that are no longer there."""

    new: list[Finding]
    kept: list[Finding]
    gone: list[str]


def baseline(run: Run) -> dict[str, Any]:
    """What is known now, as plain values: a line a finding, sorted, so that a change reads well in review."""
    known = {key: f"{f.rule} · {f.state} · {f.selector}" for key, f in number(run.findings) if f.certainty == "error"}
    states = sorted(o.state.key for o in run.outcomes if o.reached)
    return {"format": "accessibility-baseline/1", "known": dict(sorted(known.items())), "states": states}


def against(run: Run, known: dict[str, str], *, states: set[str] | None = None) -> Difference:
    """Errors of a run against known keys. States that this run did not visit are neither new nor gone."""
    visited = {o.state.key for o in run.outcomes if o.reached}
    new, kept, met = [], [], set()
    for key, finding in number(run.findings):
        if finding.certainty != "error":
            continue
        met.add(key)
        (kept if key in known else new).append(finding)
    gone = [
        words
        for key, words in known.items()
        if key not in met and words.split(" · ", 1)[-1].rsplit(" · ", 1)[0] in visited
    ]
    return Difference(new, kept, gone)


def with_file(run: Run, path: Path) -> Difference:
    """Against a baseline file or an earlier run.json. Raises ValueError where it is neither."""
    plain = json.loads(path.read_text())
    if plain.get("format") == "accessibility-baseline/1":
        return against(run, plain["known"])
    if plain.get("format") == "accessibility-run/1":
        return against(run, baseline(Run.from_dict(plain))["known"])
    raise ValueError(f"«{path}» no es una línea de base ni un run.json")
