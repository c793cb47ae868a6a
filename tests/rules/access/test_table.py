"""The table is data: what is wrong with it is said when it is loaded."""

from datetime import date

import pytest

from case_api.access.table import FOLDER, TableError, load, table_on

GOOD = next(FOLDER.glob("*.yaml")).read_text()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param(("level: N3}", "level: N9}"), "scopes", id="a level that does not exist"),
        pytest.param(("assurance: low}", "assurance: lowish}"), "assurance", id="an assurance that does not exist"),
        pytest.param(("social_worker: N1", "social_worker: N2"), "at most N1", id="a relation made alone above N1"),
        pytest.param(("name: alma-1", "name: alma-1\nname: again"), "repeated key", id="a key written twice"),
        pytest.param(("name: alma-1", "name: alma-1\nextra: 1"), "extra", id="a key nobody knows"),
        pytest.param(("applies_from: 2025-01-01", "applies_from: soon"), "applies_from", id="no date"),
        pytest.param(
            ("unit: {social_worker: N4", "unit: {social_worker: N5"), "designated teams", id="N5 for a whole centre"
        ),
        pytest.param(("tutor: N4}", "tutor: N5}"), "representatives", id="N5 for a representative"),
        pytest.param(("tutor: N4}", "aunt: N4}"), "representation", id="a representative nobody knows"),
        pytest.param(("chosen: {consent: N4", "chosen: {consent: N5"), "recipients.chosen", id="N5 by consent"),
        pytest.param(("special_days: 90", "special_days: 91"), "90 days", id="special data for longer than 90 days"),
        pytest.param(("opposable: N2", "opposable: N3"), "at most N2", id="reports unless somebody opposes"),
        pytest.param(("shield: team", "shield: never"), "recipients.contractor", id="N5 for all of a contractor"),
        pytest.param(("levels: [N4]", "levels: [N4, N5]"), "switch T4", id="a switch that opens N5"),
        pytest.param(("O: {recipients", "O: {levels: [N1], recipients"), "switch O", id="an opposition that opens"),
        pytest.param(("by: [person],", "by: [person, representative],"), "no representative", id="T4 by another"),
        pytest.param(("minimum_age: 18", "minimum_age: 13"), "minimum_age", id="consent by a child of 13"),
        pytest.param(("minutes: 60", "minutes: 61"), "break_glass.minutes", id="broken glass for over an hour"),
        pytest.param(("recipients: [administration]", "recipients: [neighbour]"), "neighbour", id="O for nobody"),
        pytest.param(("client: C}", "other: C}"), "basis", id="a rule without its basis"),
        pytest.param(("citizen: [own_record", "citizen: [curiosity"), "purposes", id="a purpose nobody knows"),
        pytest.param(("self:", "self: ["), "bad.yaml", id="not YAML"),
    ],
)
def test_a_bad_table_is_refused_with_its_reason(tmp_path, change, says):
    assert change[0] in GOOD
    path = tmp_path / "bad.yaml"
    path.write_text(GOOD.replace(*change, 1))
    with pytest.raises(TableError, match=says) as caught:
        load(path)
    assert "bad.yaml" in str(caught.value)


def test_the_newest_table_in_force_decides(tmp_path):
    (tmp_path / "a.yaml").write_text(GOOD)
    (tmp_path / "b.yaml").write_text(
        GOOD.replace("2025-01-01", "2027-03-01", 1).replace("name: alma-1", "name: later", 1)
    )
    assert table_on(date(2027, 2, 28), tmp_path).name == "alma-1"
    assert table_on(date(2027, 3, 1), tmp_path).name == "later"
    with pytest.raises(TableError, match="2024-12-31"):
        table_on(date(2024, 12, 31), tmp_path)


def test_two_tables_of_one_day_are_refused(tmp_path):
    for name in "ab":
        (tmp_path / f"{name}.yaml").write_text(GOOD)
    with pytest.raises(TableError, match="one table a day"):
        table_on(date(2026, 1, 1), tmp_path)
