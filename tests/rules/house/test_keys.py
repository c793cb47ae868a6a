"""Keys and sealed bytes."""

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from case_api.db.base import new_id
from case_api.keys import derive, keyed_hash, seal, unseal


@given(st.binary(max_size=4000))
def test_what_was_sealed_opens_again(content):
    assert unseal("test", seal("test", content)) == content


def test_a_changed_byte_or_another_purpose_does_not_open():
    closed = seal("test", b"palabras")
    with pytest.raises(InvalidTag):
        unseal("test", closed[:-1] + bytes([closed[-1] ^ 1]))
    with pytest.raises(InvalidTag):
        unseal("other", closed)


def test_parts_do_not_run_into_each_other():
    assert keyed_hash("p", "ab", "c") != keyed_hash("p", "a", "bc")
    assert keyed_hash("p", "a") != keyed_hash("q", "a")
    assert derive("p") == derive("p") != derive("q")


def test_identifiers_sort_by_time():
    made = [new_id() for _ in range(50)]
    assert len(set(made)) == 50
    assert all(each.version == 7 for each in made)
    assert [each.int >> 80 for each in made] == sorted(each.int >> 80 for each in made)
