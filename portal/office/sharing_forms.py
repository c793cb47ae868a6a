"""The forms with which somebody else is let see: a centre, or a person one chooses."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import Length

from case_api.access.consents.recalled import OUTCOMES
from portal.look.widgets import Form, Given
from portal.office.forms import without_controls

_CHOOSE = [Given(_l("Elija qué podrá ver"))]
_PLAIN = {"autocomplete": "off", "spellcheck": "false"}


class CentreForm(Form):
    centre = SelectField(_l("¿Qué centro?"), [Given(_l("Elija un centro"))])
    switch = RadioField(
        _l("¿Qué podrá ver?"), _CHOOSE,
        choices=[("T3", _l("Su plan y sus informes")), ("T4", _l("Sus datos más delicados"))],
    )  # fmt: skip


class SomebodyForm(Form):
    name = StringField(
        _l("Nombre y apellidos"),
        [Given(_l("Escriba el nombre y los apellidos")), Length(max=200, message=_l("Ese nombre es muy largo."))],
        filters=[without_controls],
        render_kw=_PLAIN,
    )
    document = StringField(
        _l("DNI o NIE de esa persona"),
        [Given(_l("Escriba el DNI o el NIE")), Length(max=20, message=_l("Ese documento es muy largo."))],
        filters=[without_controls],
        description=_l("Por ejemplo: 12345678Z."),
        render_kw=_PLAIN | {"dir": "ltr"},
    )
    switch = RadioField(
        _l("¿Qué podrá ver?"), _CHOOSE,
        choices=[("T2", _l("En qué punto está lo suyo y sus documentos")), ("T3", _l("Su plan y sus informes")),
                 ("T4", _l("Sus datos más delicados"))],
    )  # fmt: skip


class RecallForm(Form):
    outcome = RadioField(
        _l("¿Qué ha hecho con lo que guardó?"), [Given(_l("Elija qué ha hecho"))], choices=list(OUTCOMES.items())
    )
