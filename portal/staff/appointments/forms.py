"""The forms of rooms, reasons and groups, and of an appointment given at the desk."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import Length

from case_api.agenda import wall
from case_api.agenda.values import MODES, PRIORITIES, SOURCES
from portal.look.widgets import DateField, Form, Given
from portal.office.forms import FilterForm, without_controls
from portal.staff.planning_forms import HourField

_PLAIN = {"autocomplete": "off", "spellcheck": "false"}
# How somebody asked, as staff may tell it.
DESK_SOURCES = ("desk", "phone", "line010", "third_party")


class WholeField(StringField):
    """A whole number; `data` is an int or None."""

    def process_formdata(self, valuelist) -> None:
        self.typed = valuelist[0].strip() if valuelist else ""
        self.data, self.wrong_part = None, None
        if self.typed:
            if not (self.typed.isascii() and self.typed.isdecimal() and len(self.typed) <= 6):
                self.wrong_part = "number"  # it is there, and cannot be read: `Given` says nothing over that
                raise ValueError(str(_l("Escriba un número entero, con cifras.")))
            self.data = int(self.typed)

    def _value(self) -> str:
        return getattr(self, "typed", "") or ("" if self.data is None else str(self.data))


def _whole(label, message, **more) -> WholeField:
    return WholeField(label, [Given(message)], render_kw=_PLAIN | {"inputmode": "numeric", "dir": "ltr"}, **more)


def _name(label, message) -> StringField:
    return StringField(label, [Given(message), Length(max=80)], filters=[without_controls], render_kw=_PLAIN)


class RoomForm(Form):
    name = _name(_l("Nombre de la sala"), _l("Escriba cómo se llama la sala"))


class ReasonForm(Form):
    """What an appointment is for. The fields bear the names that the service gives them."""

    name = _name(_l("Nombre"), _l("Escriba cómo se llama"))
    minutes = _whole(_l("Cuántos minutos dura"), _l("Diga cuánto dura"))
    step_minutes = _whole(
        _l("Cada cuántos minutos puede empezar"), _l("Diga cada cuánto puede empezar"),
        description=_l("Por ejemplo 15: a las 9:00, 9:15, 9:30…"),
    )  # fmt: skip
    buffer_minutes = _whole(_l("Minutos libres después"), _l("Diga cuántos minutos quedan libres después. Puede ser 0"))
    notice_minutes = _whole(
        _l("Con cuántos minutos de antelación se pide"), _l("Diga con cuánta antelación se pide. Puede ser 0"),
        description=_l("Un día son 1440 minutos. En una urgencia no cuenta."),
    )  # fmt: skip
    horizon_days = _whole(_l("Hasta cuántos días después se puede dar"), _l("Diga hasta cuántos días después"))
    modes = SelectMultipleField(_l("Cómo puede ser"), choices=list(MODES.items()))
    places = _whole(
        _l("Cuántas personas caben"), _l("Diga cuántas personas caben"),
        description=_l("Una: cita individual. Más de una: grupo, con las fechas que ponga el centro."),
    )  # fmt: skip
    pair = BooleanField(_l("La atienden dos profesionales"))
    discreet = BooleanField(_l("Discreta: ningún mensaje ni calendario dice de qué es"))
    online = BooleanField(_l("La persona puede pedirla por su cuenta"))
    peer = BooleanField(_l("La cita previa municipal puede darla"))
    priority = RadioField(_l("Plazo de costumbre"), [Given(_l("Elija el plazo"))], choices=list(PRIORITIES.items()))

    def values(self) -> dict[str, Any]:
        """Everything but the name, as the service takes it."""
        return {one.name: one.data for one in self if one.name not in ("name", "csrf_token")}


def moment_of(day: DateField, hour: HourField) -> datetime | None:
    """The instant of a day and an hour typed apart; an hour that the clocks skip or show twice is told on its field."""
    if day.data is None or hour.data is None:
        return None
    try:
        return wall.instant_of(day.data, hour.data)
    except wall.NonexistentHour:
        hour.errors = [*hour.errors, str(_l("Esa noche el reloj se adelanta: esa hora no existe. Elija otra."))]
    except wall.AmbiguousHour:
        hour.errors = [*hour.errors, str(_l("Esa noche el reloj se atrasa: esa hora pasa dos veces. Elija otra."))]
    except OverflowError:
        day.errors = [*day.errors, str(_l("Elija una fecha más cercana."))]
    return None


class GroupForm(Form):
    """A date of a group. Reason and mode are fixed once it is made."""

    reason = SelectField(_l("Qué grupo es"), [Given(_l("Elija qué grupo es"))])
    mode = RadioField(_l("Cómo se reúne"), [Given(_l("Elija cómo se reúne"))])
    day = DateField(_l("Día"), [Given(_l("Diga qué día"))], about=_l("el día"))
    hour = HourField(_l("Hora"), [Given(_l("Diga a qué hora"))], description=_l("Por ejemplo 9:30."))
    professional_id = SelectField(_l("Quién lo lleva"), [Given(_l("Elija quién lo lleva"))])
    second_professional_id = SelectField(_l("Con quién más"))
    room_id = SelectField(_l("Sala"))
    places = _whole(_l("Cuántas plazas"), _l("Diga cuántas plazas hay"))

    def moment(self) -> datetime | None:
        return moment_of(self.day, self.hour)


class WhyForm(Form):
    """A reason that somebody may give, or not, for what they undo."""

    why = StringField(
        _l("Motivo, para el equipo"), [Length(max=300)], filters=[without_controls], render_kw=_PLAIN,
        description=_l("La persona no lo lee."),
    )  # fmt: skip


class NewPersonForm(Form):
    """Who asks and is in no record yet: a name is enough."""

    given_name = _name(_l("Nombre"), _l("Escriba el nombre"))
    surnames = _name(_l("Apellidos"), _l("Escriba al menos un apellido"))
    document = StringField(
        _l("DNI, NIE o pasaporte"), [Length(max=40)], filters=[without_controls], render_kw=_PLAIN | {"dir": "ltr"},
        description=_l("Si no tiene o no lo sabe, déjelo en blanco."),
    )  # fmt: skip


class WhatForm(FilterForm):
    """What is asked for at the desk; its address keeps everything."""

    motivo = SelectField(_l("Para qué es"))
    modo = SelectField(_l("Cómo"))
    plazo = SelectField(_l("Plazo"), choices=list(PRIORITIES.items()))
    via = SelectField(_l("Cómo lo ha pedido"), choices=[(key, SOURCES[key]) for key in DESK_SOURCES])
    centro = SelectField(_l("Centro"))
    con = SelectField(_l("Con quién"))


class WhenForm(FilterForm):
    """Where, how and with whom an appointment is moved to."""

    modo = SelectField(_l("Cómo"))
    centro = SelectField(_l("Centro"))
    con = SelectField(_l("Con quién"))


INTERPRETERS = [
    ("", _l("No")), ("sign", _l("Sí, de lengua de signos")), ("language", _l("Sí, de otro idioma")),
]  # fmt: skip


class GiveForm(Form):
    """The last page: everything chosen travels with it; `hora` may be one of those offered instead."""

    motivo = HiddenField()
    modo = HiddenField()
    plazo = HiddenField()
    via = HiddenField()
    centro = HiddenField()
    con = HiddenField()
    hora = HiddenField()
    fuera = HiddenField()
    clave = HiddenField()
    otra = RadioField(_l("Otra hora"), validate_choice=False)
    elegida = BooleanField(_l("La persona ha elegido a este profesional"))
    interprete = RadioField(_l("¿Necesita intérprete?"), choices=INTERPRETERS, default="", validate_choice=False)
    idioma = StringField(_l("De qué idioma"), [Length(max=60)], filters=[without_controls], render_kw=_PLAIN)
    telefono = TelField(
        _l("Teléfono para llamarle, si no lo tenemos"), [Length(max=40)], filters=[without_controls],
        render_kw=_PLAIN | {"dir": "ltr"}, description=_l("Sale en la cita, solo para el equipo."),
    )  # fmt: skip
    nota = TextAreaField(
        _l("Qué necesita, o qué conviene saber"),
        [Length(max=350, message=_l("El texto es muy largo: 350 letras como mucho."))],
        filters=[without_controls],
        description=_l("Por ejemplo: viene con su hija, usa silla de ruedas. Nada delicado."),
    )

    def validate(self, extra_validators=None) -> bool:
        good = super().validate(extra_validators)
        if self.interprete.data not in dict(INTERPRETERS):
            self.interprete.data = ""
        if self.interprete.data == "language" and not (self.idioma.data or "").strip():
            self.idioma.errors = [*self.idioma.errors, str(_l("Escriba de qué idioma"))]
            good = False
        return good


class MoveForm(Form):
    """Another hour for an appointment. `vista` is the version that was on the page."""

    hora = RadioField(_l("Nueva hora"), [Given(_l("Elija una hora"))])
    modo = HiddenField()
    vista = HiddenField()


class OutOfHoursForm(Form):
    """An hour that the agenda does not offer: a professional, when, and why."""

    con = SelectField(_l("Con quién"), [Given(_l("Elija con quién"))])
    day = DateField(_l("Día"), [Given(_l("Diga qué día"))], about=_l("el día"))
    hour = HourField(_l("Hora"), [Given(_l("Diga a qué hora"))], description=_l("Por ejemplo 9:30."))
    fuera = StringField(
        _l("Por qué fuera de horario"), [Given(_l("Escriba por qué")), Length(max=300)], filters=[without_controls],
        render_kw=_PLAIN,
    )  # fmt: skip

    def moment(self) -> datetime | None:
        return moment_of(self.day, self.hour)
