"""The form for one's rights over one's data."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.validators import Length

from case_api.rights.requests import KINDS, LONGEST
from portal.look.widgets import Form, Given
from portal.office.forms import without_controls

_LONG = _l("Es muy largo: 5.000 letras como mucho.")


class RightsForm(Form):
    kind = RadioField(_l("¿Qué quiere pedir?"), [Given(_l("Elija qué quiere pedir"))], choices=list(KINDS.items()))
    about = TextAreaField(
        _l("¿De qué dato o de qué papel se trata?"),
        [Given(_l("Cuéntenos de qué se trata")), Length(max=LONGEST, message=_LONG)],
        description=_l("Con sus palabras. No hace falta decir por qué."),
        filters=[without_controls],
    )
    wanted = TextAreaField(
        _l("¿Qué tendría que poner?"), [Length(max=LONGEST, message=_LONG)], filters=[without_controls]
    )
