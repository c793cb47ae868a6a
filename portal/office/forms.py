"""The forms of the office."""

from uuid import uuid4

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, RadioField, SelectField, TextAreaField
from wtforms.validators import Length, ValidationError

from portal.look.widgets import Form, Given

LONGEST_MESSAGE = 5000


def without_controls(value: str | None) -> str | None:
    """Text as people write it: without NUL and the like, which no database takes."""
    return "".join(sign for sign in value if sign >= " " or sign in "\n\r\t") if value else value


class FilterForm(Form):
    """A form whose answers travel in the address: it changes nothing, so it needs no token."""

    class Meta:
        csrf = False


class HandInForm(Form):
    document = FileField(
        _l("Elija el archivo o haga una foto"),
        description=_l("Un PDF o una foto (JPG o PNG) de 10 MB como mucho. Que se lea todo."),
        render_kw={"accept": ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"},
    )

    def validate_document(self, field: FileField) -> None:
        if field.data is None or not getattr(field.data, "filename", ""):
            raise ValidationError(_l("Elija un archivo antes de enviarlo"))


class MessageForm(Form):
    body = TextAreaField(
        _l("Su mensaje"),
        [
            Given(_l("Escriba su mensaje, aunque sea corto")),
            Length(max=LONGEST_MESSAGE, message=_l("Su mensaje es muy largo. Déjelo en 5.000 letras o mande dos.")),
        ],
        filters=[without_controls],
    )
    # Made with the page: the same form sent twice is one message.
    form_id = HiddenField(default=lambda: str(uuid4()))


class ReasonForm(FilterForm):
    motivo = RadioField(_l("¿Para qué necesita la cita?"), [Given(_l("Elija para qué es la cita"))])


class PlaceForm(FilterForm):
    motivo = HiddenField()
    centro = SelectField(_l("¿En qué centro?"), [Given(_l("Elija un centro"))])
    modo = RadioField(_l("¿Cómo prefiere la cita?"), [Given(_l("Elija cómo prefiere la cita"))])


class WithWhomForm(FilterForm):
    motivo = HiddenField()
    centro = HiddenField()
    modo = HiddenField()
    con = SelectField(_l("¿Con quién?"))


class ConfirmForm(Form):
    """Everything chosen, carried along; the values come from the address when the page is first shown."""

    motivo = HiddenField()
    centro = HiddenField()
    modo = HiddenField()
    con = HiddenField()
    hora = HiddenField()
    cambia = HiddenField()
    clave = HiddenField()


class CancelForm(Form):
    version = HiddenField()


class PressForm(Form):
    """A button and its token."""


class PermissionForm(Form):
    """Which switch, for whom, of which file; `leido` is the hash of the words that stood above the button."""

    permiso = HiddenField()
    para = HiddenField()
    quien = HiddenField()
    expediente = HiddenField()
    leido = HiddenField()


class SafetyForm(Form):
    others = BooleanField(_l("Otras personas pueden leer lo que llega aquí"))
    discreet = BooleanField(_l("Que no se note que somos servicios sociales"))
    never = BooleanField(_l("No me escriban aquí"))
