"""What the sample people's folders hold; every date is relative to the day the city is built."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from psycopg import Connection

from case_api.access import log
from case_api.access.log import Entry
from case_api.city.load import copy
from case_api.city.record import Rows
from case_api.city.templates import BY_KIND
from case_api.city.values import CityPerson
from case_api.clock import MADRID


def tell(people: dict[str, CityPerson], rows: Rows) -> None:
    """Add the sample people's files, documents and benefits to the rows."""
    day = _days_from(rows.today)
    amparo, roberto, fatima = people["amparo"], people["roberto"], people["fatima"]
    # Home help: visited, and now the rental contract is missing.
    home_help = rows.file(
        amparo, BY_KIND["home_help"], opened_on=day(-18), done=2, due_on=day(11), decision_due_on=day(74)
    )
    rows.file(amparo, BY_KIND["telecare"], opened_on=day(-98), done=4)
    rows.document(
        amparo, "report", "Informe social", day(-20), level="N3",
        lines=("Vive sola en un segundo piso sin ascensor.", "Su hija la visita los domingos."),
    )  # fmt: skip
    # Written, not signed yet: only staff see it.
    rows.document(
        amparo, "report", "Informe de valoración en el domicilio", day(-8), file_id=home_help, level="N3",
        released=False, lines=("Borrador.",),
    )  # fmt: skip
    rows.document(
        amparo, "report", "Informe de salud de la unidad de convivencia", day(-15), level="N4",
        lines=("Contiene datos de salud. Se abre después de entrar de nuevo.",),
    )  # fmt: skip

    rows.file(roberto, BY_KIND["minimum_income"], opened_on=day(-34), done=3, decision_due_on=day(58))
    rows.file(roberto, BY_KIND["debt_advice"], opened_on=day(-16), done=2)
    rows.document(roberto, "report", "Informe social", day(-12), level="N3", lines=("Busca empleo.",))

    rows.file(fatima, BY_KIND["school_meals"], opened_on=day(-6), done=1, due_on=day(9), decision_due_on=day(60))


def tell_who_looked(connection: Connection, people: dict[str, CityPerson], today: date) -> int:
    """Load the looks of the last days into the access log, as staff at work would have left them."""
    day = _days_from(today)
    amparo, roberto, fatima = people["amparo"], people["roberto"], people["fatima"]
    looks = [
        _look(1, day(-18), time(9, 20), amparo, amparo.professional_id, "manage_case", "file"),
        _look(2, day(-9), time(11, 5), amparo, amparo.professional_id, "prepare_appointment", "file"),
        _look(3, day(-1), time(12, 40), amparo, amparo.professional_id, "prepare_appointment", "document"),
        _look(4, day(-12), time(10, 15), roberto, roberto.professional_id, "manage_case", "document"),
        _look(5, day(-6), time(13, 30), fatima, fatima.professional_id, "manage_case", "file"),
    ]
    values = [[getattr(entry, name) for name in log.COLUMNS] for entry in looks]
    rows = ([*row, log.commitment(row)] for row in values)
    return copy(connection, "access_entry", (*log.COLUMNS, "commitment"), rows)


def _look(
    number: int, day: date, hour: time, person: CityPerson, professional_id: UUID, purpose: str, kind: str
) -> Entry:
    from case_api.city.sample import fixed_id

    return Entry(
        at=datetime.combine(day, hour, MADRID),
        actor_kind="staff",
        actor_id=str(professional_id),
        unit_id=person.unit_id,
        role="social_worker",
        purpose=purpose,
        action="list",
        outcome="allowed",
        rule="care-relation",
        basis="L",
        level="N2",
        object_kind=kind,
        object_id=str(person.id),
        person_id=person.id,
        id=fixed_id(4, number),
    )


def _days_from(today: date):
    return lambda days: today + timedelta(days=days)
