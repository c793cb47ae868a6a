"""Which person of the record a professional is: nobody opens, as staff, their own record or that of their family.

Written by the owner of the database alone (`alma staff person`): no professional can take themselves out of it.
"""

import psycopg
from flask_babel import lazy_gettext as _l
from sqlalchemy.engine import make_url

from case_api.errors import Invalid
from case_api.people.names import document_number
from case_api.settings import settings


def _owner() -> psycopg.Connection:
    url = make_url(settings().DATABASE_OWNER_URL).set(drivername="postgresql")
    return psycopg.connect(url.render_as_string(hide_password=False))


def name_person(login: str, document: str | None) -> bool:
    """Say which person LOGIN is, or with None that they are nobody on record. Whether anything changed.

    Raises Invalid for a login or a document that is nobody's.
    """
    with _owner() as connection:
        row = connection.execute("SELECT id FROM professional WHERE login = %s", [login]).fetchone()
        if row is None:
            raise Invalid(_l("No hay ningún profesional con ese usuario."))
        if document is None:
            gone = connection.execute("DELETE FROM professional_person WHERE professional_id = %s", [row[0]])
            return bool(gone.rowcount)
        person = connection.execute(
            "SELECT id FROM person WHERE document_number = %s", [document_number(document)]
        ).fetchone()
        if person is None:
            raise Invalid(_l("No hay nadie con ese documento."))
        done = connection.execute(
            "INSERT INTO professional_person (professional_id, person_id) VALUES (%s, %s) "
            "ON CONFLICT (professional_id) DO UPDATE SET person_id = excluded.person_id "
            "WHERE professional_person.person_id <> excluded.person_id",
            [row[0], person[0]],
        )
        return bool(done.rowcount)
