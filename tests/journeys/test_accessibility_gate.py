"""The fast gate: the audit's own checks (keys, pointer, sizes, words) on pages of every kind, each in another dress.

New faults fail; what is known stands in `accessibility-baseline.json`, which `ALMA_WRITE=1` writes anew. The whole of
Alma in every dress is `make audit`.
"""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from accessibility import compare
from accessibility.runner import Plan, run
from portal.cli.audit import Entrance, states
from tests.mutations.hunt import Hunt, faults, planted, table

BASELINE = Path(__file__).with_name("accessibility-baseline.json")
DRESSES = (("es", "light", 1280), ("ar", "dark", 320), ("es", "dark", 1280), ("en", "light", 320))
# One of each kind of page: words, lists, search, forms and their errors, steps, tables, conversations, the desk.
PAGES = (
    "home", "help", "centres", "search-found", "accessibility", "accessibility-request-wrong", "calculator-you",
    "calculator-wrong-number", "calculator-result", "login", "step-up", "folder", "file", "hand-in-empty", "who-looked",
    "contact", "permission-give", "new-message-empty", "conversation", "booking-reason-empty", "booking-confirm",
    "appointments", "staff-login-empty", "staff-inbox", "staff-conversation", "staff-people-found", "staff-agenda",
    "not-found",
)  # fmt: skip
# A few faults of different kinds: enough to see that the hunt works (`python -m tests.mutations` plants them all).
SAMPLE = (
    "label removed", "outline off", "faint text in the dark only", "wider than a narrow window",
    "what was typed is lost",
)  # fmt: skip


def _entrance(alma) -> Entrance:
    password = alma.secrets["STAFF_PASSWORD"]
    return Entrance(alma.base, staff_code=lambda login: alma.staff_code(), staff_password=password)


def test_no_new_fault_on_pages_of_every_kind(alma, tmp_path):
    known = {state.name: state for state in states(alma.base)}
    assert set(PAGES) <= set(known)
    chosen = []
    for number, name in enumerate(PAGES):
        language, theme, width = DRESSES[number % len(DRESSES)]
        chosen.append(replace(known[name], language=language, theme=theme, width=width))
    entrance = _entrance(alma)
    done = run("alma", chosen, Plan(jobs=2, login=entrance.login, speak=entrance.speak, folder=tmp_path))
    assert done.faults == []
    if os.environ.get("ALMA_WRITE"):
        BASELINE.write_text(json.dumps(compare.baseline(done), ensure_ascii=False, indent=1) + "\n")
    new = compare.with_file(done, BASELINE).new
    assert [f"{f.state}: {f.rule} {f.selector} {f.detail}" for f in new] == []


@pytest.fixture(scope="module")
def hits(alma):
    wanted = [fault for fault in faults() if fault.name in SAMPLE]
    with planted(alma) as base:
        return Hunt(alma, base).run(wanted)


def test_faults_planted_are_found(hits):
    assert sorted(hit.fault.name for hit in hits) == sorted(SAMPLE)
    assert all(hit.found for hit in hits), table(hits)
