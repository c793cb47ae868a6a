"""Centres and professionals of the synthetic city."""

from random import Random

from psycopg import Connection

from case_api.city.load import copy
from case_api.city.sample import BENEFITS_OFFICE, MAIN_CENTRE, OTHER_CENTRE, STAFF
from case_api.city.sample import fixed_id as sample_id
from case_api.city.values import CityUnit, Ids

DISTRICTS = (
    "Centro, Arganzuela, Retiro, Salamanca, Chamartín, Tetuán, Chamberí, Fuencarral-El Pardo, Moncloa-Aravaca, Latina, "
    "Carabanchel, Usera, Puente de Vallecas, Moratalaz, Ciudad Lineal, Hortaleza, Villaverde, Villa de Vallecas, "
    "Vicálvaro, San Blas-Canillejas, Barajas"
).split(", ")
CENTRES = 45
# The figures of the city: 1,021 professionals for 431,769 people.
PEOPLE_A_PROFESSIONAL = 423

_WORDS = (
    "Prueba, Ensayo, Modelo, Boceto, Maqueta, Supuesto, Figurado, Imaginario, Simulado, Inventado, Fábula, Cuento, "
    "Leyenda, Novela, Guion, Escenario, Reparto, Bastidor, Telón, Borrador, Esquema, Croquis, Patrón, Plantilla, "
    "Ficción, Hipótesis, Conjetura, Caso Práctico, Simulacro, Tanteo, Probeta, Molde, Réplica, Facsímil, Silueta, "
    "Perfil, Contorno, Bosquejo, Apunte, Relato, Utopía, Quimera, Espejismo"
).split(", ")
_GIVEN = (
    "Alba, Bruno, Carla, Darío, Eva, Félix, Gema, Hugo, Irene, Julio, Laura, Mario, Nora, Óscar, Paula, Raúl, Sara"
).split(", ")
_HOURS = "De lunes a viernes, de 9:00 a 14:00. Martes y jueves, también de 16:00 a 18:00."


def make_organisation(connection: Connection, citizens: int, rng: Random) -> list[CityUnit]:
    """Load centres (4 to 45, with the size of the city), the offices without a door to the street, and who works there.

    The two centres of the sample staff come first.
    """
    ids = Ids(rng)
    centres = min(CENTRES, 4 + citizens // 9_000)
    names = [MAIN_CENTRE, OTHER_CENTRE, *(f"Centro de Servicios Sociales {word}" for word in _WORDS)][:centres]
    units = [CityUnit(sample_id(3, number), name, "centre", []) for number, name in enumerate(names, start=1)]
    units.append(CityUnit(sample_id(3, 999), STAFF[-1].centre, "service", []))
    units.append(CityUnit(sample_id(3, 998), BENEFITS_OFFICE, "service", []))
    by_name = {unit.name: unit for unit in units}
    professionals = []
    for one in STAFF:
        if one.role != "administrative":  # who plans the agendas attends nobody
            by_name[one.centre].staff.append((one.id, one.role))
        professionals.append((one.id, by_name[one.centre].id, one.login, one.given_name, one.surnames, one.role))
    each = max(4, round(citizens / PEOPLE_A_PROFESSIONAL / centres))
    for unit in units[:centres]:
        for number in range(len(unit.staff), each):
            # Of four, two and a half do social work, one informs at the door, the others keep the house.
            role = ("social_worker", "information", "social_worker", "administrative", "social_worker")[number % 5]
            role = "coordinator" if number == 9 else role
            unit.staff.append((ids(), role))
            login = f"p{len(professionals):04d}"
            surnames = f"{rng.choice(_WORDS)} Ficticio"
            professionals.append((unit.staff[-1][0], unit.id, login, rng.choice(_GIVEN), surnames, role))
    copy(
        connection,
        "unit",
        ("id", "kind", "name", "district", "address", "phone", "opening_hours"),
        (
            (unit.id, unit.kind, unit.name, DISTRICTS[number % 21], f"Calle Inventada, {number + 1}",
             f"+3491000{100 + number:04d}", _HOURS)
            for number, unit in enumerate(units)
        ),
    )  # fmt: skip
    copy(
        connection,
        "professional",
        ("id", "unit_id", "login", "given_name", "surnames", "role"),
        professionals,
    )
    return units
