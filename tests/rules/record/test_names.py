"""Names in Spanish order, and as words to search by."""

import pytest

from case_api.people.names import document_number, search_words, sort_key


def test_spanish_order():
    people = [
        ("Ana", "Nuñez", None),
        ("Ana", "Núñez", None),
        ("Ana", "Nunzio", None),
        ("Ana", "Ñandú", None),
        ("Ana", "Oliva", None),
        ("Ana", "García", "Zurita"),
        ("Ana", "García López", "Abad"),
        ("Zoe", "García", None),
    ]
    ordered = [f"{s1} {s2 or ''}".strip() for _, s1, s2 in sorted(people, key=lambda p: sort_key(*p))]
    assert ordered == [
        "García", "García Zurita", "García López Abad", "Nunzio", "Nuñez", "Núñez", "Ñandú", "Oliva",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        pytest.param("  Ñandú  Ána ", ["n~andu", "ana"], id="accents and spaces"),
        pytest.param("N\u0303andu", ["n~andu"], id="ñ in two characters"),
        pytest.param("O'Donnell-Pérez", ["o", "donnell", "perez"], id="signs"),
        pytest.param("%_\\", [], id="wildcards are nothing"),
        pytest.param("", [], id="nothing"),
        pytest.param("a b c d e f g h", list("abcdef"), id="no more than six"),
    ],
)
def test_words(typed, words):
    assert search_words(typed) == words


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("00.000.001-r", "00000001R"), (" x0000003 a ", "X0000003A"), ("AB/123", "AB123")],
)
def test_document_numbers(typed, stored):
    assert document_number(typed) == stored
