"""The forms of the desk."""

from uuid import uuid4

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TelField, TextAreaField
from wtforms.validators import Length

from portal.look.widgets import DateField, Form, Given
from portal.office.forms import FilterForm, without_controls

SAYS = [
    ("N0", _l("Nada: solo que escriba, llame o venga"), {}),
    ("N1", _l("Citas, horas, lugares o en qué punto está lo suyo"), {}),
    ("N3", _l("Más que eso: ayudas, dinero, informes, salud, familia"),
     {"hint": _l("El texto irá a su carpeta. Por el canal que elija solo saldrá un aviso con un enlace.")}),
]  # fmt: skip
HALF_HOURS = [(f"{hour:02d}:{minute:02d}", f"{hour}:{minute:02d}") for hour in range(8, 21) for minute in (0, 30)]


class ReplyForm(Form):
    """A reply. `form_id` is made with the page, so that sending it twice sends it once; `seen` is what was on it;
    `parts` how many SMS the writer was told that the text takes."""

    channel = RadioField(_l("Responder por"), [Given(_l("Elija por dónde responder"))])
    says = RadioField(_l("Qué cuenta su texto"), [Given(_l("Diga qué cuenta su texto"))], choices=SAYS)
    body = TextAreaField(
        _l("Su respuesta"),
        [
            Given(_l("Escriba la respuesta")),
            Length(max=10_000, message=_l("El texto es muy largo: 10.000 letras como mucho.")),
        ],
        filters=[without_controls],
    )
    seen = HiddenField()
    parts = HiddenField()
    form_id = HiddenField(default=lambda: str(uuid4()))


class ByHandForm(Form):
    """Words that no screen carries: on paper, handed over, or the proposal of a video call."""

    how = RadioField(_l("Cómo le llega"), [Given(_l("Elija cómo le llega"))])
    place = StringField(
        _l("Dónde"),
        [Length(max=400)],
        filters=[without_controls],
        description=_l("La dirección, el mostrador, el albergue o el equipo. Para una hoja en mano no hace falta."),
        render_kw={"autocomplete": "off"},
    )
    day = DateField(_l("Día de la videollamada"), about=_l("el día"))
    hour = SelectField(_l("Hora"), choices=[("", "–"), *HALF_HOURS], default="")
    tells = RadioField(_l("Qué cuenta su texto"), [Given(_l("Diga qué cuenta su texto"))], choices=SAYS[:2])
    words = TextAreaField(
        _l("Texto"),
        [Given(_l("Escriba el texto")), Length(max=10_000)],
        filters=[without_controls],
    )
    form_id = HiddenField(default=lambda: str(uuid4()))


class CallForm(Form):
    """A call that somebody made to us, written down by whoever answered."""

    number = TelField(
        _l("Desde qué número llamó"),
        [Given(_l("Escriba el número")), Length(max=40)],
        render_kw={"autocomplete": "off", "dir": "ltr"},
    )
    name = StringField(_l("Nombre que dio"), [Length(max=120)], filters=[without_controls])
    body = TextAreaField(
        _l("Qué se habló"),
        [Given(_l("Escriba qué se habló")), Length(max=10_000)],
        filters=[without_controls],
    )
    waits = BooleanField(_l("Espera una respuesta"))


class TemplateForm(Form):
    """Words to be approved by the provider."""

    name = SelectField(_l("Qué mensaje es"), [Given(_l("Elija qué mensaje es"))])
    language = SelectField(_l("Idioma"), [Given(_l("Elija un idioma"))])
    level = RadioField(_l("Qué cuenta"), [Given(_l("Diga qué cuenta"))], choices=SAYS[:2])
    body = TextAreaField(
        _l("Texto"),
        [Given(_l("Escriba el texto")), Length(max=1024)],
        filters=[without_controls],
        description=_l(
            "Huecos que puede usar: {{when}} (día y hora), {{centre}} (centro), {{portal}} (página) y "
            "{{phone}} (teléfono)."
        ),
    )
    external_id = StringField(
        _l("Identificador del operador"),
        [Length(max=80)],
        description=_l("Si ya lo tiene. Por ejemplo: HX y 32 letras o cifras."),
        render_kw={"autocomplete": "off", "spellcheck": "false", "dir": "ltr"},
    )


class TemplateStateForm(Form):
    state = SelectField(_l("Estado"), [Given(_l("Elija un estado"))])
    external_id = StringField(
        _l("Identificador del operador"), [Length(max=80)], render_kw={"autocomplete": "off", "dir": "ltr"}
    )
    reason = StringField(_l("Motivo"), [Length(max=300)], filters=[without_controls])


class MergeForm(Form):
    """Another address of whoever writes here."""

    kind = RadioField(
        _l("Qué es"),
        [Given(_l("Elija qué es"))],
        choices=[("whatsapp", _l("WhatsApp")), ("sms", _l("SMS")), ("email", _l("Correo electrónico"))],
    )
    value = StringField(
        _l("Su otro número o correo"),
        [Given(_l("Escriba el número o el correo")), Length(max=320)],
        render_kw={"autocomplete": "off", "spellcheck": "false", "dir": "ltr"},
    )


class NoteForm(Form):
    body = TextAreaField(
        _l("Nota interna"),
        [
            Given(_l("Escriba la nota")),
            Length(max=10_000, message=_l("La nota es muy larga: 10.000 letras como mucho.")),
        ],
        description=_l("Solo la ve el equipo. La persona no la ve."),
        filters=[without_controls],
        # The answer's own text is on the same page.
        id="note-body",
    )


class AssignForm(Form):
    to = SelectField(_l("Pasar a"), [Given(_l("Elija a quién"))])
    expected = HiddenField()


class SearchForm(FilterForm):
    q = StringField(
        _l("Nombre, apellidos o documento"),
        [Length(max=200)],
        filters=[without_controls],
        description=_l("Solo salen las personas de su centro o las que tienen a usted de referencia."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


class AddressForm(Form):
    kind = RadioField(
        _l("Qué es"),
        [Given(_l("Elija qué es"))],
        choices=[("whatsapp", _l("WhatsApp")), ("sms", _l("SMS")), ("email", _l("Correo electrónico"))],
    )
    value = StringField(
        _l("Número o correo"),
        [Given(_l("Escriba el número o el correo")), Length(max=320)],
        description=_l("Compruebe delante de la persona que es suyo: mándele un mensaje y que se lo enseñe."),
        render_kw={"autocomplete": "off", "spellcheck": "false", "dir": "ltr"},
    )
