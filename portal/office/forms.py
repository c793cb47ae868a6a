"""The forms of the office."""

from uuid import uuid4

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TelField, TextAreaField
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
    reserva = HiddenField()
    nota = TextAreaField(
        _l("¿Necesita algo para la cita?"),
        [Length(max=500, message=_l("Es un poco largo: 500 letras como mucho."))],
        filters=[without_controls],
        description=_l("Por ejemplo: intérprete, más tiempo, venir con alguien. No hace falta que cuente su caso."),
    )


class GuestForm(Form):
    address = StringField(
        _l("Su móvil o su correo"),
        [Given(_l("Escriba su móvil o su correo")), Length(max=320, message=_l("Es demasiado largo. Revíselo."))],
        description=_l("Le mandamos un código para saber que es suyo. Lo usamos solo para sus citas."),
        filters=[without_controls],
        render_kw={"dir": "ltr"},
    )


def _what_to_call(*needed: Given) -> StringField:
    return StringField(
        _l("¿Cómo se llama?"),
        [*needed, Length(max=120, message=_l("Es un poco largo: 120 letras como mucho."))],
        description=_l("El nombre con el que le llamaremos ese día. No hace falta su documento."),
        filters=[without_controls],
        render_kw={"autocomplete": "name"},
    )


class GuestConfirmForm(Form):
    """What a guest has chosen, carried along, and how to call them."""

    motivo = HiddenField()
    centro = HiddenField()
    modo = HiddenField()
    hora = HiddenField()
    clave = HiddenField()
    reserva = HiddenField()
    nombre = _what_to_call(Given(_l("Escriba el nombre por el que quiere que le llamemos")))
    nota = TextAreaField(
        _l("¿Necesita algo para la cita?"),
        [Length(max=500, message=_l("Es un poco largo: 500 letras como mucho."))],
        filters=[without_controls],
        description=_l("Por ejemplo: intérprete, más tiempo, venir con alguien. No hace falta que cuente su caso."),
    )


class GuestHoldForm(GuestConfirmForm):
    """The same page when an hour is kept: nothing has to be written yet."""

    nombre = _what_to_call()


class GuestWaitForm(Form):
    """A place in the waiting list: what was chosen, and how to call them."""

    motivo = HiddenField()
    centro = HiddenField()
    modo = HiddenField()
    nombre = _what_to_call(Given(_l("Escriba el nombre por el que quiere que le llamemos")))


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


class VoiceCallForm(Form):
    number = TelField(
        _l("¿A qué número le llamamos?"),
        [Given(_l("Escriba el número")), Length(max=40)],
        description=_l("Vale un teléfono fijo. Le llama una máquina ahora mismo."),
        render_kw={"dir": "ltr"},
    )


class VoiceCodeForm(Form):
    code = StringField(
        _l("El código que ha oído"),
        [Given(_l("Escriba las seis cifras que ha oído")), Length(max=40)],
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code", "dir": "ltr"},
    )


class CallBackForm(Form):
    """Somebody asks to be called."""

    number = TelField(
        _l("¿A qué número le llamamos?"),
        [Given(_l("Escriba el número")), Length(max=40)],
        render_kw={"dir": "ltr"},
    )
    name = StringField(
        _l("¿Cómo se llama?"),
        [Length(max=120)],
        filters=[without_controls],
        render_kw={"autocomplete": "name"},
    )
    when = RadioField(
        _l("¿Cuándo le viene mejor?"),
        [Given(_l("Elija cuándo le viene mejor"))],
        choices=[
            ("any", _l("Me da igual")),
            ("09:00-12:00", _l("De 9 a 12")),
            ("12:00-15:00", _l("De 12 a 3 de la tarde")),
            ("15:00-19:00", _l("De 3 a 7 de la tarde")),
        ],
        default="any",
    )
    words = TextAreaField(
        _l("¿Quiere decirnos para qué?"),
        [Length(max=300, message=_l("Es muy largo: 300 letras como mucho."))],
        filters=[without_controls],
        description=_l("No hace falta. No cuente aquí nada delicado."),
    )


class SafetyForm(Form):
    others = BooleanField(_l("Otras personas pueden leer lo que llega aquí"))
    discreet = BooleanField(_l("Que no se note que somos servicios sociales"))
    never = BooleanField(_l("No me escriban aquí"))
