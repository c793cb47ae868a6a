"""People's own words find the right help and centre."""

from uuid import UUID

import pytest

from case_api.directory import Centre
from portal.public.search import find_centres, find_topics

PLACES = [
    Centre(UUID(int=1), "Centro de Servicios Sociales Ejemplo", "Arganzuela", "Calle Inventada, 12", None, None),
    Centre(UUID(int=2), "Centro de Servicios Sociales Muestra", "Usera", "Plaza Ficticia, 3", None, None),
]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("alquiler", "vivienda"),
        ("No puedo pagar la HIPOTECA", "vivienda"),
        ("me van a desahuciar", "vivienda"),
        ("mi madre está sola", "cuidados"),
        ("teleasistencia", "cuidados"),
        ("estoy en paro", "ingresos"),
        ("renta mínima", "ingresos"),
        ("mi marido me pega", "apoyo"),
        ("tengo miedo", "apoyo"),
        ("silla de ruedas", "discapacidad"),
        ("empadronarme", "llegada"),
        ("SAMUR", "urgente"),
    ],
)
def test_words_find_their_need(query, first):
    assert find_topics(query)[0].anchor == first


@pytest.mark.parametrize("query", ["", "   ", "xyzzy", "de la", "%%%", "\u202e", "a" * 5000])
def test_nothing_is_found_for_nothing(query):
    assert find_topics(query) == [] and find_centres(query, PLACES) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("usera", [2], id="district"),
        pytest.param("centro de Arganzuela", [1], id="a word all share tells nothing"),
        pytest.param("calle inventada", [1], id="street"),
        pytest.param("centro", [], id="only what all share"),
    ],
)
def test_centres_by_name_district_or_street(query, found):
    assert [place.id.int for place in find_centres(query, PLACES)] == found
