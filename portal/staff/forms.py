"""The forms of the desk."""

from uuid import uuid4

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from portal.look.widgets import Form, Given
from portal.office.forms import FilterForm, without_controls


class ReplyForm(Form):
    """A reply. `form_id` is made with the page, so that sending it twice sends it once; `seen` is what was on it."""

    channel = RadioField(_l("Responder por"), [Given(_l("Elija por dónde responder"))])
    body = TextAreaField(
        _l("Su respuesta"),
        [
            Given(_l("Escriba la respuesta")),
            Length(max=10_000, message=_l("El texto es muy largo: 10.000 letras como mucho.")),
        ],
        filters=[without_controls],
    )
    seen = HiddenField()
    form_id = HiddenField(default=lambda: str(uuid4()))


class NoteForm(Form):
    body = TextAreaField(
        _l("Nota interna"),
        [
            Given(_l("Escriba la nota")),
            Length(max=10_000, message=_l("La nota es muy larga: 10.000 letras como mucho.")),
        ],
        description=_l("Solo la ve el equipo. La persona no la ve."),
        filters=[without_controls],
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
