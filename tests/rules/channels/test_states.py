"""Delivery states: every order and every repeat ends the same."""

from functools import reduce
from itertools import combinations, permutations

import pytest

from channels.outbound.states import RANK, merged, merged_error

TOLD = ("queued", "sent", "failed", "delivered", "read")
SETS = [subset for size in range(1, 6) for subset in combinations(TOLD, size)]


@pytest.mark.parametrize("told", SETS, ids=" ".join)
@pytest.mark.parametrize("begin", ["queued", "sending", "unknown", "held"])
def test_every_order_with_repeats_ends_the_same(told, begin):
    ends = {reduce(merged, order + order[:1] + order, begin) for order in permutations(told)}
    if told == ("queued",):
        assert ends == {begin}
    else:
        assert ends == {max(told, key=RANK.__getitem__)}


@pytest.mark.parametrize("now", RANK)
@pytest.mark.parametrize("told", TOLD)
def test_never_backwards(now, told):
    assert RANK[merged(now, told)] >= RANK[now]


def test_a_failure_keeps_one_code_whatever_the_order():
    for codes in permutations(("30003", "30008", None)):
        assert reduce(lambda kept, told: merged_error("failed", kept, told), codes, None) == "30003"


def test_what_arrived_has_no_error():
    assert merged_error("delivered", "30003", "30003") is None
