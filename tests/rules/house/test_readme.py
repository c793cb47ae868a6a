"""The README's table of settings is the settings."""

import os
import re
from pathlib import Path

from case_api.settings import ROOT, Settings

README = ROOT / "README.md"
PLACE = re.compile(r"(<!-- settings: [^\n]*-->\n)(.*?)(<!-- /settings -->)", re.DOTALL)


def _table() -> str:
    rows = ["| variable | default | what |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "`var`" if isinstance(field.default, Path) else f"`{field.default}`" if field.default != "" else ""
        rows.append(f"| `ALMA_{name}` | {default} | {field.description} |")
    return "\n".join(rows) + "\n"


def test_every_setting_is_told():
    text = README.read_text()
    if os.environ.get("ALMA_WRITE"):
        README.write_text(PLACE.sub(lambda found: found[1] + _table() + found[3], text))
        text = README.read_text()
    assert PLACE.search(text)[2] == _table()


def test_the_places_it_names_exist():
    for link in re.findall(r"\]\(([^)#:]+)\)", README.read_text()):
        assert (ROOT / link).exists(), link
