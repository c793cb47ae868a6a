"""The forms of planning."""

from datetime import time

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, StringField
from wtforms.validators import Length, ValidationError

from case_api.agenda.planning import weekly
from case_api.agenda.planning.holidays import SCOPES
from case_api.agenda.planning.weekly import Window
from portal.look.widgets import DateField, Form, Given
from portal.office.forms import without_controls

DAYS = (_l("Lunes"), _l("Martes"), _l("Miércoles"), _l("Jueves"), _l("Viernes"), _l("Sábado"), _l("Domingo"))


def _day(number: int) -> StringField:
    return StringField(DAYS[number], [Length(max=200)], filters=[without_controls], render_kw={"autocomplete": "off"})


class WeekForm(Form):
    """One box a day: "9:00-14:00, 16:00-18:00"; empty: nobody is met."""

    quien = HiddenField()
    day_0, day_1, day_2, day_3, day_4, day_5, day_6 = (_day(number) for number in range(7))
    from_day = DateField(_l("¿Desde qué día vale?"), about=_l("el día"))

    def windows(self) -> list[Window]:
        """What was written; a day that cannot be read counts as empty, and `validate` says so."""
        found = []
        for number in range(7):
            try:
                found += weekly.read_day(number, self[f"day_{number}"].data or "")
            except ValueError:
                continue
        return found

    def validate(self, extra_validators=None) -> bool:
        good = super().validate(extra_validators)
        for number in range(7):
            box = self[f"day_{number}"]
            try:
                weekly.read_day(number, box.data or "")
            except ValueError as error:
                box.errors = [*box.errors, str(error)]
                good = False
        return good


class HourField(StringField):
    """An hour, "9:30"; `data` is a time or None."""

    def process_formdata(self, valuelist) -> None:
        self.typed = valuelist[0].strip() if valuelist else ""
        self.data, self.wrong_part = None, None
        if self.typed:
            try:
                hour, _colon, minute = self.typed.replace(".", ":").partition(":")
                self.data = time(int(hour), int(minute or 0))
            except ValueError:
                self.wrong_part = "hour"
                raise ValueError(str(_l("Escriba la hora así: 9:30"))) from None

    def _value(self) -> str:
        return getattr(self, "typed", "") or (f"{self.data:%H:%M}" if self.data else "")


class AwayForm(Form):
    quien = SelectField(_l("¿Quién falta o qué cierra?"), [Given(_l("Elija de la lista"))])
    first_day = DateField(_l("Primer día"), [Given(_l("Diga el primer día"))], about=_l("el primer día"))
    last_day = DateField(_l("Último día"), about=_l("el último día"))
    starts = HourField(_l("Desde qué hora"), description=_l("En blanco: el día entero."))
    ends = HourField(_l("Hasta qué hora"))
    note = StringField(_l("Nota para el equipo"), [Length(max=200)], filters=[without_controls])


class HolidayForm(Form):
    day = DateField(_l("Día"), [Given(_l("Diga qué día"))], about=_l("el día"))
    name = StringField(_l("Nombre de la fiesta"), [Given(_l("Escriba cómo se llama")), Length(max=120)],
                       filters=[without_controls])  # fmt: skip
    scope = RadioField(_l("De dónde es"), [Given(_l("Elija de dónde es"))], choices=list(SCOPES.items()))

    def validate_day(self, field) -> None:
        if field.data and not 2000 <= field.data.year <= 2200:
            raise ValidationError(_l("Mire el año"))
