"""The forms of the family's rooms. What they name is all that is read: nobody sends more fields than stand here."""

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, RadioField, StringField
from wtforms.validators import Length

from case_api.households.representation import KINDS
from portal.look.widgets import DateField, Form, Given
from portal.office.forms import without_controls


class _WhoForm(Form):
    name = StringField(
        _l("Nombre y apellidos"),
        [Given(_l("Escriba el nombre y los apellidos")), Length(max=200, message=_l("Ese nombre es muy largo."))],
        filters=[without_controls],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    document = StringField(
        _l("DNI o NIE de esa persona"),
        [Given(_l("Escriba el DNI o el NIE")), Length(max=20, message=_l("Ese documento es muy largo."))],
        filters=[without_controls],
        description=_l("Por ejemplo: 12345678Z."),
        render_kw={"autocomplete": "off", "spellcheck": "false", "dir": "ltr"},
    )


class AuthoriseForm(_WhoForm):
    level = RadioField(
        _l("¿Qué podrá ver?"),
        [Given(_l("Elija qué podrá ver"))],
        choices=[("N1", _l("Sus citas y en qué punto está lo suyo")), ("N2", _l("También sus ayudas y documentos"))],
    )
    until = DateField(_l("¿Hasta qué día, incluido?"), [Given(_l("Escriba hasta qué día"))])


class TellForm(_WhoForm):
    kind = RadioField(_l("¿Qué es esa persona para usted?"), [Given(_l("Elija qué es"))])

    def offer(self, kinds: frozenset[str]) -> None:
        """The kinds that the table lets somebody write down."""
        self.kind.choices = [(kind, words) for kind, words in KINDS.items() if kind in kinds]


class SayForm(Form):
    says = RadioField(
        _l("¿Puede seguir viendo su carpeta?"),
        [Given(_l("Elija sí o no"))],
        choices=[("yes", _l("Sí, puede verla")), ("no", _l("No: solo mis citas y en qué punto está lo mío"))],
    )


class KeyForm(Form):
    number = StringField(
        _l("Número de la clave"),
        [Given(_l("Escriba el número")), Length(max=30)],
        filters=[without_controls],
        render_kw={"autocomplete": "username", "inputmode": "numeric", "dir": "ltr"},
    )
    secret = PasswordField(
        _l("Código secreto"),
        [Given(_l("Escriba el código")), Length(max=60)],
        render_kw={"autocomplete": "current-password", "dir": "ltr"},
    )
