"""The forms of the staff login."""

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, StringField
from wtforms.validators import Length

from portal.look.widgets import Form, Given


class PasswordStep(Form):
    login = StringField(
        _l("Su nombre de acceso"),
        [Given(_l("Escriba su nombre de acceso")), Length(max=100, message=_l("Ese nombre es demasiado largo"))],
        render_kw={"autocomplete": "username", "spellcheck": "false", "autocapitalize": "none", "dir": "ltr"},
    )
    password = PasswordField(
        _l("Su contraseña"),
        [Given(_l("Escriba su contraseña")), Length(max=500, message=_l("Esa contraseña es demasiado larga"))],
        render_kw={"autocomplete": "current-password"},
    )


class CodeStep(Form):
    code = StringField(
        _l("El código de su aplicación"),
        [Given(_l("Escriba el código de seis cifras")), Length(max=20, message=_l("El código tiene seis cifras"))],
        description=_l("Seis cifras que cambian cada 30 segundos."),
        render_kw={
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "spellcheck": "false",
            "dir": "ltr",
        },
    )
