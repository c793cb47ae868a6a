"""The sample people look invented, and their documents are valid."""

import re
from datetime import date
from random import Random

from stdnum.es import dni, nie

from case_api.city.organisation import DISTRICTS
from case_api.city.pdf import make_pdf
from case_api.city.population import document_of, people_of
from case_api.city.sample import PEOPLE, STAFF
from case_api.city.values import CityUnit, Ids


def _city(citizens: int, seed: int = 1):
    ids = Ids(Random(seed))
    unit = CityUnit(ids(), "Centro", "centre", [(ids(), "social_worker"), (ids(), "social_worker")])
    return list(people_of(citizens, [unit], Random(seed)))


def test_documents_are_valid_and_numbers_are_invented():
    for person in PEOPLE:
        assert dni.is_valid(person.document) or nie.is_valid(person.document), person.key
        assert re.fullmatch(r"\+346000000\d\d", person.phone)
        assert person.email is None or person.email.endswith(".example")
    assert len({one.id for one in (*PEOPLE, *STAFF)}) == len(PEOPLE) + len(STAFF)


def test_everybodys_document_is_valid_and_their_own():
    people = _city(3000)
    numbers = [document_of(person) for person in people]
    assert len({number for _, number in numbers}) == 3000
    for kind, number in numbers:
        assert (dni if kind == "dni" else nie).is_valid(number), number


def test_the_seed_decides_who_lives_there():
    assert _city(200) == _city(200)
    assert _city(200) != _city(200, seed=2)
    assert all(person.birth_date < date(2008, 1, 2) for person in _city(500) if not person.key)


def test_identifiers_rise_and_are_of_version_7():
    ids = Ids(Random(1))
    made = [ids() for _ in range(1000)]
    assert made == sorted(made) and {one.version for one in made} == {7} and len(set(made)) == 1000
    assert {one.variant for one in made} == {"specified in RFC 4122"}


def test_districts():
    assert len(DISTRICTS) == 21 == len(set(DISTRICTS))


def test_a_pdf_says_where_its_parts_are():
    content = make_pdf("Resolución (1)", ("línea con \\ y ñ",))
    start = int(content.rsplit(b"startxref\n", 1)[1].split()[0])
    assert content[start : start + 4] == b"xref"
    places = [int(line.split()[0]) for line in content[start:].splitlines()[3:9]]
    for number, place in enumerate(places, start=1):
        assert content[place:].startswith(b"%d 0 obj" % number)
    assert b"Resoluci\xf3n \\(1\\)" in content
