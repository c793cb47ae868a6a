"""The registry is whole: every check has words in both languages and a case that shows it."""

from accessibility.criteria import BY_NUMBER, CRITERIA
from accessibility.registry import checks
from accessibility.status import own_by_criterion
from tests.rules.accessibility.cases import STATIC
from tests.rules.accessibility.pages import LIVE_RULES, NOT_BY_CASE

AAA = {"1.4.6", "1.4.8", "2.3.3", "2.4.9", "2.4.10", "3.1.4", "3.1.5", "3.2.5"}


def test_every_check_says_what_and_how_in_two_languages():
    for check in checks().values():
        assert all(check.es) and all(check.en), check.id
        assert check.certainty in {"error", "warning", "person"}
        assert all(number in BY_NUMBER or number in AAA for number in check.criteria), check.id


def test_every_check_has_a_case():
    shown = {case[0] for case in STATIC} | LIVE_RULES | set(NOT_BY_CASE)
    assert set(checks()) - shown == set()
    assert shown - set(checks()) == set()


def test_the_criteria_are_those_of_wcag_2_2():
    assert len(CRITERIA) == 55
    assert sum(1 for c in CRITERIA if c.level == "A") == 31
    for criterion in CRITERIA:
        assert criterion.decided or criterion.question, criterion.number


def test_what_is_said_to_be_decided_has_a_test_of_its_own_or_of_axe():
    for criterion in CRITERIA:
        if criterion.decided:
            assert own_by_criterion().get(criterion.number) or criterion.number == "1.4.3", criterion.number
