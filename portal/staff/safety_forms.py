"""The forms of protection, urgent looks, and their reviews."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Length

from portal.look.widgets import DateField, Form, Given
from portal.office.forms import without_controls

_LONG = Length(max=2000, message=_l("Es muy largo: 2.000 letras como mucho."))


class ShieldForm(Form):
    kind = RadioField(_l("De qué se protege"), [Given(_l("Elija de qué se protege"))])
    reason = TextAreaField(
        _l("Motivo"),
        [Given(_l("Escriba el motivo")), _LONG],
        description=_l("Qué se sabe y quién lo ha pedido. Solo lo lee el equipo designado."),
        filters=[without_controls],
    )
    review_on = DateField(
        _l("Día en que se revisa"), [Given(_l("Escriba el día en que se revisa"))], about=_l("el día de la revisión")
    )
    team = SelectMultipleField(
        _l("Quién más atiende a la persona"), description=_l("Usted está siempre. Nadie más verá dónde está.")
    )


class LiftForm(Form):
    why = TextAreaField(
        _l("Por qué ya no hace falta"),
        [Given(_l("Escriba por qué ya no hace falta")), _LONG],
        filters=[without_controls],
    )


class GlassForm(Form):
    identifier = StringField(
        _l("Documento o número de historia"),
        [Given(_l("Escriba el número entero")), Length(max=40, message=_l("Ese número es demasiado largo."))],
        description=_l("DNI, NIE, pasaporte o número de historia, entero. No se busca por nombre."),
        filters=[without_controls],
        render_kw={"autocomplete": "off", "spellcheck": "false", "dir": "ltr"},
    )
    reason = TextAreaField(
        _l("Qué pasa y por qué no puede esperar"),
        [Given(_l("Explique qué pasa y por qué no puede esperar")), _LONG],
        filters=[without_controls],
    )


class GlassReviewForm(Form):
    finding = RadioField(_l("¿Estaba justificada?"), [Given(_l("Elija si estaba justificada"))])
    review = TextAreaField(_l("Qué ha comprobado"), [Given(_l("Escriba qué ha comprobado")), _LONG],
                           filters=[without_controls])  # fmt: skip
    held_until = DateField(
        _l("No avisar a la persona hasta"),
        about=_l("el día del aviso"),
        description=_l("Solo si avisarla ahora la pone en peligro. Si lo deja en blanco, se le avisa hoy."),
    )
    held_why = TextAreaField(_l("Por qué se retrasa el aviso"), [_LONG], filters=[without_controls])


class AnswerChallengeForm(Form):
    finding = RadioField(_l("¿Estaba justificada la consulta?"), [Given(_l("Elija si estaba justificada"))])
    answer = TextAreaField(
        _l("Respuesta a la persona"),
        [Given(_l("Escriba la respuesta")), _LONG],
        description=_l("La lee tal cual en su carpeta. Frases cortas, sin nombres."),
        filters=[without_controls],
    )
    tell_name = BooleanField(
        _l("Decirle el nombre de quien miró"),
        description=_l("Solo si lo necesita para defender sus derechos y pesa más que la intimidad de quien miró."),
    )
