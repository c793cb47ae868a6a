"""The people of the synthetic city, their histories and files: drawn from the seed, loaded in batches."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache
from random import Random

from psycopg import Connection

from case_api.city.record import Rows, at
from case_api.city.sample import PEOPLE
from case_api.city.templates import TEMPLATES
from case_api.city.values import CityPerson, CityUnit, Ids
from case_api.people.names import sort_key

BATCH = 10_000
FIRST_DOCUMENT = 10_000
"""Documents begin with zeros, as no real one of an adult does today; below this number stand the sample people."""

GIVEN = (
    "Abril, Adela, Adrián, Agustín, Aitana, Alicia, Amadou, Ana, Andrés, Ángela, Antonio, Aurora, Aziza, Beatriz, "
    "Begoña, Bernardo, Blanca, Camila, Carmen, Cecilia, César, Clara, Cristina, Daniel, David, Diana, Domingo, Elisa, "
    "Emilio, Encarnación, Enrique, Esther, Eugenia, Fernando, Francisca, Gabriel, Gloria, Gonzalo, Hassan, Héctor, "
    "Ignacio, Inmaculada, Isabel, Iván, Jaime, Javier, Jorge, José, Josefa, Juan, Juana, Karima, Lidia, Lorenzo, "
    "Lourdes, Luis, Luz, Manuel, Marcos, María, Marina, Martín, Matilde, Mercedes, Miguel, Milagros, Mónica, Natalia, "
    "Nicolás, Noelia, Olga, Pablo, Patricia, Pedro, Pilar, Rafael, Ramón, Rebeca, Ricardo, Rocío, Rosa, Salma, Samuel, "
    "Sergio, Silvia, Sofía, Teresa, Valentina, Vicente, Victoria, Yolanda, Zoe"
).split(", ")
SURNAMES = (
    "Alegórico, Apócrifo, Borrador, Boceto, Comodín, Conjetura, Cuento, Demo, De la Prueba, Ejemplar, Ejemplo, "
    "Ensayo, Esbozo, Escenario, Espejismo, Fábula, Facticio, Ficticio, Figurado, Fingido, Guion, Hipótesis, Ideado, "
    "Ilusorio, Imaginario, Ímpar, Inexistente, Inventado, Irreal, Leyenda, Maqueta, Modelo, Molde, Muestra, Ninguno, "
    "Ñandutí, Novela, Nuevo, Patrón, Personaje, Plantilla, Postizo, Presunto, Probable, Prototipo, Prueba, Quimera, "
    "Relato, Reparto, Réplica, Romance, Simulado, Soñado, Supuesto, Tanteo, Teórico, Testigo, Utopía, Virtual"
).split(", ")
_LANGUAGES = ("es",) * 90 + ("ar",) * 4 + ("en",) * 6
_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"  # Real Decreto 1553/2005: the number modulo 23


def people_of(citizens: int, units: Sequence[CityUnit], rng: Random) -> Iterator[CityPerson]:
    """The people of the city in the order of their identifiers: the sample people first."""
    centres = [unit for unit in units if unit.kind == "centre"]
    main = centres[0]
    known = [one for one in PEOPLE if one.on_record][:citizens]
    for one in known:
        # The sample people share a centre; one of its two social workers is each one's reference.
        professional = main.social_workers[1 if one.key == "amparo" else 0]
        yield CityPerson(
            one.id, one.number, one.key, one.given_name, one.surname1, one.surname2, one.birth_date, one.language,
            main.id, professional,
        )  # fmt: skip
    ids = Ids(rng)
    workers = {unit.id: unit.social_workers for unit in centres}
    last_birth = date(2008, 1, 1).toordinal()
    for number in range(len(known), citizens):
        unit = centres[int(rng.random() * len(centres))]
        born = date.fromordinal(last_birth - int(rng.triangular(0, 85 * 365, 50 * 365)))
        yield CityPerson(
            ids(), FIRST_DOCUMENT + number, None, rng.choice(GIVEN), rng.choice(SURNAMES), rng.choice(SURNAMES), born,
            rng.choice(_LANGUAGES), unit.id, rng.choice(workers[unit.id]),
        )  # fmt: skip


def document_of(person: CityPerson) -> tuple[str, str]:
    """The document's type and number: a DNI, or a NIE for one in eight, with its true control letter."""
    sample = next((one for one in PEOPLE if one.key == person.key), None) if person.key else None
    if sample:
        return ("nie" if sample.document[0] in "XYZ" else "dni"), sample.document
    letter = _LETTERS[person.number % 23]
    if person.number % 8 == 0:
        return "nie", f"X{person.number:07d}{letter}"
    return "dni", f"{person.number:08d}{letter}"


@lru_cache(maxsize=500_000)
def _key(given_name: str, surname1: str, surname2: str) -> str:
    return sort_key(given_name, surname1, surname2)


def load_people(connection: Connection, people: Sequence[CityPerson], rows: Rows, counts: dict[str, int]) -> None:
    """Load everybody with a history and the files of those who are not sample people (see `stories.py`)."""
    for begin in range(0, len(people), BATCH):
        for person in people[begin : begin + BATCH]:
            _person(person, rows)
        rows.flush(connection, counts)


def _person(person: CityPerson, rows: Rows) -> None:
    rng, today = rows.rng, rows.today
    since = today - timedelta(days=60 + int(rng.random() * 2000))
    has_history = person.key in ("amparo", "roberto", "fatima", "carmen") if person.key else rng.random() < 0.75
    old = (today - person.birth_date).days > 70 * 365
    grade = 3 if person.key == "amparo" else (1 + int(rng.random() * 3) if old and rng.random() < 0.4 else None)
    rows.add(
        "person", person.id, person.given_name, person.surname1, person.surname2,
        _key(person.given_name, person.surname1, person.surname2), person.birth_date, *document_of(person),
        f"126/{person.number:08d}/00001" if has_history else None, person.language, person.unit_id,
        person.professional_id, grade, at(since),
    )  # fmt: skip
    if not has_history:
        return
    rows.add(
        "social_history", rows.ids(), person.id, f"HS/{person.number:08d}", person.professional_id,
        at(since + timedelta(days=3)),
    )  # fmt: skip
    if person.key:
        return
    drawn = rng.random()
    for _ in range(0 if drawn < 0.4 else 1 if drawn < 0.85 else 2):
        _any_file(person, rows)
    if drawn > 0.7:
        day = today - timedelta(days=5 + int(rng.random() * 200))
        rows.document(
            person, "report", "Informe social", day, level="N3", released=drawn > 0.8,
            lines=("Informe inventado para probar el programa.",),
        )  # fmt: skip


def _any_file(person: CityPerson, rows: Rows) -> None:
    rng = rows.rng
    template = TEMPLATES[int(rng.random() * len(TEMPLATES))]
    length = len(template.steps)
    done = 1 + int(rng.random() * length)
    if done >= length:
        age = template.steps[-1].days + 10 + int(rng.random() * 600)
    else:
        # Under way: the last step done lies behind, the legal limit still ahead.
        age = template.steps[done - 1].days + 1 + int(rng.random() * 10)
    rows.file(person, template, opened_on=rows.today - timedelta(days=age), done=done, granted=rng.random() < 0.85)
