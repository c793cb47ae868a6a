"""The forms with which a request about one's data is answered."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.validators import Length

from portal.look.widgets import Form, Given
from portal.office.forms import without_controls

_LONG = _l("Es muy largo: 5.000 letras como mucho.")


class AnswerForm(Form):
    state = RadioField(
        _l("¿Qué se ha hecho?"),
        [Given(_l("Elija qué se ha hecho"))],
        choices=[("accepted", _l("Lo que pedía")), ("partly", _l("Una parte")), ("refused", _l("No se puede hacer"))],
    )
    answer = TextAreaField(
        _l("Respuesta"),
        [Given(_l("Escriba la respuesta")), Length(max=5000, message=_LONG)],
        description=_l("La persona la lee tal cual. Si no se puede, diga por qué y cómo reclamar."),
        filters=[without_controls],
    )


class ExtendForm(Form):
    que = HiddenField(default="ampliar")
    why = TextAreaField(
        _l("Por qué hace falta más tiempo"),
        [Given(_l("Escriba el motivo")), Length(max=5000, message=_LONG)],
        description=_l("Dos meses más, una sola vez y dentro del primer mes. La persona lee el motivo."),
        filters=[without_controls],
    )
