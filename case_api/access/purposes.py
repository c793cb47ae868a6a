"""What an actor may look for: a closed list, each with the words that the person reads in the access log."""

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l


class Purpose(StrEnum):
    """Why the door is opened. Which kind of actor may name which purpose is in the table (`rules/*.yaml`)."""

    OWN_RECORD = "own_record"
    LOGIN = "login"
    ANSWER_MESSAGE = "answer_message"
    PREPARE_APPOINTMENT = "prepare_appointment"
    BOOK_APPOINTMENT = "book_appointment"
    MANAGE_CASE = "manage_case"
    FIND_PERSON = "find_person"
    READ_TO_PERSON = "read_to_person"
    PROTECT = "protect"
    URGENCY = "urgency"
    OVERSEE = "oversee"
    PROCESS_INBOUND = "process_inbound"
    NOTIFY = "notify"
    API = "api"
    IMPORT = "import"
    UPKEEP = "upkeep"


WORDS: dict[Purpose, Any] = {
    Purpose.OWN_RECORD: _l("Para ver su propia carpeta"),
    Purpose.LOGIN: _l("Para comprobar quién entra"),
    Purpose.ANSWER_MESSAGE: _l("Para responder a su mensaje"),
    Purpose.PREPARE_APPOINTMENT: _l("Para preparar su cita"),
    Purpose.BOOK_APPOINTMENT: _l("Para darle o cambiarle una cita"),
    Purpose.MANAGE_CASE: _l("Para llevar su caso"),
    Purpose.FIND_PERSON: _l("Para encontrar su ficha"),
    Purpose.READ_TO_PERSON: _l("Para leerle o imprimirle su carpeta"),
    Purpose.PROTECT: _l("Para proteger su seguridad"),
    Purpose.URGENCY: _l("Por una urgencia"),
    Purpose.OVERSEE: _l("Para revisar quién consultó su carpeta"),
    Purpose.PROCESS_INBOUND: _l("Para hacer llegar su mensaje a quien le atiende"),
    Purpose.NOTIFY: _l("Para avisarle"),
    Purpose.API: _l("Para mostrar sus datos en otra aplicación que usted usa"),
    Purpose.IMPORT: _l("Para incorporar datos"),
    Purpose.UPKEEP: _l("Para el mantenimiento del sistema"),
}
