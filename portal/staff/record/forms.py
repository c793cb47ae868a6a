"""The forms of the desk's record rooms."""

from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional, ValidationError

from case_api.care.history import KINDS as ENTRIES
from case_api.care.plan import GOAL_STATES
from case_api.care.referral import OPENS
from case_api.files.reports import AUDIENCES, THEN
from case_api.households.household import RELATIONSHIPS
from case_api.households.representation import KINDS
from portal.look.widgets import DateField, Form, Given
from portal.office.forms import without_controls

_LONG = Length(max=4000, message=_l("El texto es muy largo: 4.000 letras como mucho."))
_SHORT = Length(max=200, message=_l("El texto es muy largo: 200 letras como mucho."))
_PLAIN = {"autocomplete": "off", "spellcheck": "false"}
_NUMBER = _PLAIN | {"dir": "ltr"}
_SCOPES = [
    ("N1", _l("Sus citas y en qué punto está lo suyo")), ("N2", _l("También sus ayudas y documentos")),
    ("N3", _l("También su historia, su plan y sus informes")), ("N4", _l("También los datos más delicados")),
]  # fmt: skip


def _line(label, message, **more) -> StringField:
    return StringField(label, [Given(message), _SHORT], filters=[without_controls], render_kw=_PLAIN, **more)


def _words(label, validators=(), **more) -> TextAreaField:
    return TextAreaField(label, [*validators, _LONG], filters=[without_controls], **more)


class HouseholdForm(Form):
    document = StringField(
        _l("Documento de la otra persona"), [Given(_l("Escriba su DNI o NIE")), _SHORT], filters=[without_controls],
        render_kw=_NUMBER, description=_l("Las dos personas tienen que ser de su centro o de su referencia."),
    )  # fmt: skip
    relationship = SelectField(
        _l("Qué es de esta persona"), choices=[one for one in RELATIONSHIPS.items() if one[0] != "holder"]
    )


class RepresentativeForm(Form):
    kind = SelectField(_l("Cómo actúa"), choices=list(KINDS.items()))
    name = _line(_l("Nombre y apellidos"), _l("Escriba el nombre y los apellidos"))
    document = StringField(
        _l("DNI o NIE"), [Given(_l("Escriba el DNI o el NIE")), _SHORT], filters=[without_controls], render_kw=_NUMBER
    )
    scope = RadioField(_l("Qué podrá ver"), [Given(_l("Elija qué podrá ver"))], choices=_SCOPES)
    evidence = _line(
        _l("Qué papel ha visto"), _l("Escriba qué papel ha visto"),
        description=_l("Por ejemplo: libro de familia, poder de 3 de mayo de 2026."),
    )  # fmt: skip
    ends_on = DateField(_l("Último día que vale"), [Optional()])


class TieForm(Form):
    """What to do with one tie; `paper` is the evidence, or the court's order."""

    what = RadioField(
        _l("Qué quiere hacer"), [Given(_l("Elija qué quiere hacer"))],
        choices=[("confirm", _l("Confirmarlo: he visto el papel")), ("end", _l("Terminarlo")),
                 ("suspend", _l("Suspenderlo por orden de un juzgado"))],
    )  # fmt: skip
    paper = StringField(_l("Papel u orden"), [_SHORT], filters=[without_controls], render_kw=_PLAIN)


class ReferralForm(Form):
    to = SelectField(_l("A qué centro"))
    level = RadioField(_l("Qué podrán ver si la aceptan"), [Given(_l("Elija qué podrán ver"))],
                       choices=[(str(level), words) for level, words in OPENS.items()])  # fmt: skip
    reason = _words(_l("Qué necesita de ese centro"), [Given(_l("Escriba qué necesita"))])
    until = DateField(_l("Hasta qué día, incluido"), [Given(_l("Escriba hasta qué día"))])


class AnswerForm(Form):
    what = RadioField(_l("Qué hace su centro"), [Given(_l("Elija qué hace su centro"))])
    answer = _words(_l("Respuesta"), description=_l("Si la devuelve, escriba por qué."))


class TeamForm(Form):
    who = StringField(
        _l("Nombre de usuario de quien entra en el equipo"), [Given(_l("Escriba su nombre de usuario")), _SHORT],
        filters=[without_controls], render_kw=_NUMBER,
    )  # fmt: skip
    until = DateField(_l("Hasta qué día, incluido"), [Given(_l("Escriba hasta qué día"))])


class EntryForm(Form):
    intervention = SelectField(_l("En qué intervención"))
    begins = StringField(
        _l("Nombre de la intervención nueva"), [_SHORT], filters=[without_controls], render_kw=_PLAIN,
        description=_l("Solo si empieza una. Lo ve todo el equipo."),
    )  # fmt: skip
    kind = SelectField(_l("Qué es"), choices=list(ENTRIES.items()))
    title = _line(_l("Título"), _l("Escriba un título"))
    body = _words(_l("Texto"))
    level = RadioField(_l("Quién puede leerlo"), default="N3", choices=[
        ("N3", _l("El equipo")), ("N4", _l("El equipo, como dato más delicado")),
    ])  # fmt: skip
    release = RadioField(_l("¿Lo ve la persona en su carpeta?"), default="no", choices=[
        ("no", _l("No")), ("yes", _l("Sí, desde ahora")),
    ])  # fmt: skip


class PlanForm(Form):
    title = _line(_l("Para qué es el plan"), _l("Escriba para qué es el plan"))
    goals = _words(
        _l("Metas"), [Given(_l("Escriba al menos una meta"))],
        description=_l("Una en cada línea, con palabras claras: meta | qué hace la persona | qué hacemos nosotros"),
    )  # fmt: skip
    review_on = DateField(_l("Cuándo se repasa"), [Given(_l("Escriba cuándo se repasa"))])


class GoalForm(Form):
    state = SelectField(_l("Cómo va"), choices=list(GOAL_STATES.items()))


class ReportForm(Form):
    title = _line(_l("Título"), _l("Escriba un título"))
    document = FileField(
        _l("Archivo"), description=_l("Un PDF de 10 MB como mucho. Le quitamos los datos ocultos."),
        render_kw={"accept": ".pdf,application/pdf"},
    )  # fmt: skip
    level = RadioField(_l("De qué trata"), default="N3", choices=[
        ("N3", _l("Su intervención")), ("N4", _l("Datos especialmente delicados o de otras personas")),
    ])  # fmt: skip
    audience = RadioField(_l("Para quién es"), default="represented", choices=list(AUDIENCES.items()))

    def validate_document(self, field: FileField) -> None:
        if field.data is None or not getattr(field.data, "filename", ""):
            raise ValidationError(_l("Elija un archivo antes de enviarlo"))


class PartForm(ReportForm):
    """A member's own part: level and audience are the report's."""

    level = audience = None
    member = SelectField(_l("De quién es esta parte"))


class ReleaseForm(Form):
    what = RadioField(_l("Qué quiere hacer"), [Given(_l("Elija qué quiere hacer"))])
    reason = _words(_l("Por qué conviene decírselo antes en persona"))
    until = DateField(_l("Como tarde, el día"), [Optional()])
    then = RadioField(_l("Y ese día"), default="appears", choices=list(THEN.items()))


class KeyForm(Form):
    reason = _line(_l("Por qué no puede usar Cl@ve"), _l("Escriba por qué no puede usar Cl@ve"))


class DeskConsentForm(Form):
    permiso = HiddenField()
    para = HiddenField()
    quien = HiddenField()
    leido = HiddenField()
    evidence = _line(
        _l("Qué papel ha firmado la persona"), _l("Escriba qué papel ha firmado la persona"),
        description=_l("Por ejemplo: hoja de permiso firmada hoy, guardada en el centro."),
    )  # fmt: skip


class DeskSomebodyForm(Form):
    """To whom a permission is to be given in the person's name: a centre, or somebody they choose."""

    to = RadioField(_l("A quién"), [Given(_l("Elija a quién"))], choices=[
        ("other_unit", _l("A otro centro")), ("chosen", _l("A una persona que elige")),
    ])  # fmt: skip
    centre = SelectField(_l("Qué centro"), [Optional()])
    name = StringField(
        _l("Nombre y apellidos"), [_SHORT], filters=[without_controls], render_kw=_PLAIN,
        description=_l("Si es una persona."),
    )  # fmt: skip
    document = StringField(_l("DNI o NIE de esa persona"), [_SHORT], filters=[without_controls], render_kw=_NUMBER)
    switch = RadioField(_l("Qué podrá ver"), [Given(_l("Elija qué podrá ver"))], choices=[
        ("T2", _l("En qué punto está lo suyo y sus documentos (solo a una persona)")),
        ("T3", _l("Su plan y sus informes")), ("T4", _l("Los datos más delicados")),
    ])  # fmt: skip

    def validate_centre(self, field: SelectField) -> None:
        if self.to.data == "other_unit" and not field.data:
            raise ValidationError(_l("Elija un centro"))

    def validate_switch(self, field: RadioField) -> None:
        if self.to.data == "other_unit" and field.data == "T2":
            raise ValidationError(_l("A otro centro no hace falta: lo administrativo va con los demás permisos."))


class AssignForm(Form):
    who = SelectField(_l("Quién va a ser su profesional de referencia"))


class RecallForm(Form):
    outcome = RadioField(
        _l("¿Qué se ha hecho con lo que se guardó?"), [Given(_l("Elija qué se ha hecho"))],
        choices=[("deleted", _l("Está borrado: ya no queda nada")),
                 ("kept_by_law", _l("Una ley obliga a guardarlo, y no se usa para nada más"))],
    )  # fmt: skip


def identifier(value: str | None) -> UUID | None:
    """An identifier out of a list's value, or None."""
    try:
        return UUID(value or "")
    except ValueError:
        return None
