"""The data files are read strictly: what is amiss is refused with file and line."""

import ast
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from portal.simulators.parameters import strict_yaml
from portal.simulators.parameters.library import DATA, Library, library
from portal.simulators.parameters.schema import benefit
from portal.simulators.parameters.strict_yaml import DataError, load_text
from portal.simulators.rules import RULES
from portal.simulators.words import sources, words_of
from portal.simulators.words.data_errors import DATA_ERRORS, data_error_words
from tests.rules.simulators.cases import BENEFITS

TEXT = (DATA / "rmi.yaml").read_text(encoding="utf-8")


def changed(old: str, new: str) -> str:
    assert old in TEXT
    return TEXT.replace(old, new, 1)


def test_yaml_1_1_has_no_say():
    values = load_text("on: no\nyes: off\n7: 0.10\nsexagesimal: 1:30\nday: 2026-06-01\ntrue: true\n", "x.yaml")
    assert dict(values) == {
        "on": "no",
        "yes": "off",
        7: Decimal("0.10"),
        "sexagesimal": "1:30",
        "day": date(2026, 6, 1),
        True: True,
    }


@pytest.mark.parametrize(
    ("text", "where"),
    [
        pytest.param("a: 1\nb: 2\na: 3\n", "x.yaml:3", id="twice"),
        pytest.param("a: 2026-02-30\n", "x.yaml:1", id="no-such-day"),
        pytest.param("a: &b 1\nc: *b\n", "x.yaml:2", id="alias"),
        pytest.param("a: 1\nb: !!python/object:os.system x\n", "x.yaml:2", id="tag"),
        pytest.param("a: [1, 2\n", "x.yaml:2", id="open-bracket"),
        pytest.param("a: 1\n b: 2\n", "x.yaml:2", id="indent"),
        pytest.param("? {a: 1}\n: 2\n", "x.yaml:1", id="key-no-word"),
        pytest.param("a: \x00\n", "x.yaml", id="control"),
        pytest.param("[" * 3000, "x.yaml", id="deep"),
    ],
)
def test_broken_yaml(text, where):
    with pytest.raises(DataError) as caught:
        load_text(text, "x.yaml")
    assert str(caught.value).startswith(where)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param(changed("confidence: {rule: A,", "confidense: {rule: A,"), "'confidense' means nothing", id="key"),
        pytest.param(changed("ship: indicate", "ship: maybe"), "one of calculate", id="ship"),
        pytest.param(
            changed("from: 2020-01-01, value: 400.00", "from: 2001-01-01, value: 400.00"), "rise by date", id="order"
        ),
        pytest.param(changed("value: 400.00", "value: about 400"), "number or a table", id="value"),
        pytest.param(
            changed("value: 400.00", "value: 400.00, until: 2025-12-31"), "before the row above ends", id="overlap"
        ),
        pytest.param(changed("value: 400.00, ", ""), "'value' is missing", id="no-value"),
        pytest.param(changed("review_by: 2026-12-31", "review_by: soon"), "review_by must be a day", id="review"),
        pytest.param(changed("how: truncate", "how: banker"), "truncate or half_up", id="rounding"),
        pytest.param(changed("benefit: rmi", "benefit: imv"), "the file is named rmi", id="name"),
        pytest.param("- 1\n", "a data file is a mapping", id="list"),
    ],
)
def test_a_data_file_out_of_shape(text, says):
    with pytest.raises(DataError) as caught:
        benefit("rmi", load_text(text, "rmi.yaml"))
    assert says in str(caught.value)
    assert "rmi.yaml:" in str(caught.value)


def test_a_folder_of_drafts_is_read_the_same_way(tmp_path):
    for path in DATA.glob("*.yaml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "rmi.yaml").write_text(changed("value: 469.93", "value: 500.00"), encoding="utf-8")
    assert Library(tmp_path).benefits["rmi"].parameters["base"][-1].value == 500


def test_every_benefit_has_rule_data_and_words():
    assert sorted(RULES) == BENEFITS
    assert len(BENEFITS) == 15
    for name in BENEFITS:
        facts, words = library().benefits[name], words_of(name)
        assert words.name and words.what and words.where
        assert sorted(words.conditions) == sorted(facts.conditions)


def test_every_source_is_known():
    for facts in library().benefits.values():
        rows = [row for rows in facts.parameters.values() for row in rows]
        keys = {row.norm for row in rows} | {each.norm for each in facts.conditions.values()}
        for key in keys | {part.strip() for row in rows for part in row.source.split(",")}:
            assert key in sources.sources(), (facts.name, key)


def test_every_error_of_the_reader_has_its_spanish_words():
    """What a draft's author reads: each template raised anywhere has words with the same holes."""
    raised = set()
    for path in Path(strict_yaml.__file__).parents[1].rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "DataError" and len(node.args) > 1:
                what = node.args[1]
                raised.add(what.value if isinstance(what, ast.Constant) else None)
    raised -= {"a source is [name, identifier or address]", "{name} needs a topic of the list", None}
    raised -= {what for what in raised if what.endswith("of quantities.py") or "nor a quantity" in what}
    assert raised == set(DATA_ERRORS)
    for template, words in DATA_ERRORS.items():
        holes = set(re.findall(r"{(\w+)", template))
        assert set(re.findall(r"%\((\w+)\)s", words)) <= holes, template


def test_the_words_name_the_line():
    with pytest.raises(DataError) as caught:
        load_text("a: 1\nb: 2\na: 3\n", "x.yaml")
    said = data_error_words(caught.value, lambda text, **values: text % values if values else text)
    assert said == "Línea 3. La clave «a» está dos veces (antes, en x.yaml:1)."
