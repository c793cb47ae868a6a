"""The forms of the parameters' desk."""

from datetime import date
from fractions import Fraction
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import FileField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import Length, NumberRange, Optional

from portal.look.widgets import Form, Given
from portal.office.forms import FilterForm, without_controls
from portal.simulators.desk.words import name_of, number
from portal.simulators.parameters.library import library

LARGEST_FILE = 200_000
TOO_LARGE = _l("El archivo es demasiado grande: 200 kB como mucho.")
NO_TEXT = _l("El archivo no es un texto en UTF-8. Guárdelo como texto y súbalo otra vez.")


def plain_text(typed: str | None) -> str:
    """Text without the control characters that no file of ours has; lines and tabs stay."""
    return "".join(sign for sign in typed or "" if sign.isprintable() or sign in "\n\t\r")


class DraftForm(Form):
    """A whole file of parameters, pasted or uploaded, and why."""

    content = TextAreaField(
        _l("El texto nuevo, entero"),
        [Length(max=LARGEST_FILE, message=_l("El texto es demasiado largo."))],
        description=_l("Cambie lo que haga falta. No borre las filas de antes: son la historia."),
        filters=[plain_text],
        render_kw={"spellcheck": "false", "dir": "ltr", "autocomplete": "off", "class": "code"},
    )
    upload = FileField(
        _l("O suba el archivo"),
        description=_l("Un texto YAML. Si sube uno, vale el archivo y no lo de arriba."),
        render_kw={"accept": ".yaml,.yml,text/plain"},
    )
    reason = StringField(
        _l("Por qué"),
        [Given(_l("Diga de dónde sale el cambio")), Length(max=2000, message=_l("Es demasiado largo."))],
        description=_l("La norma y el artículo, o quién lo dice. Lo lee quien lo aprueba."),
        filters=[without_controls],
    )

    def text(self) -> str | None:
        """The text proposed: the file's, when there is one. None when the file is no text; the field says why."""
        found = self.upload.data
        if found is None or not getattr(found, "filename", ""):
            return self.content.data or ""
        raw = found.read(LARGEST_FILE + 1)
        try:
            content = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            self.upload.errors = [NO_TEXT]
            return None
        if len(raw) > LARGEST_FILE:
            self.upload.errors = [TOO_LARGE]
            return None
        self.content.data = content  # an uploaded text comes back as a typed one, to be mended on the page
        return content


class DecisionForm(Form):
    """What a second person does with a draft."""

    verdict = RadioField(
        _l("Qué hacemos con este borrador"),
        [Given(_l("Elija si se aprueba o no"))],
        choices=[
            SelectChoice("approved", _l("Aprobarlo: vale desde sus fechas")),
            SelectChoice("rejected", _l("No aprobarlo")),
        ],
    )
    reason = StringField(
        _l("Por qué"),
        [Length(max=2000, message=_l("Es demasiado largo."))],
        description=_l("Si no lo aprueba, diga qué hay que corregir."),
        filters=[without_controls],
    )


class CityForm(FilterForm):
    """A change of one figure, and how many of those entitled ask for it."""

    piden = IntegerField(
        _l("De cada 100 hogares con derecho, cuántos lo piden"),
        [Optional(), NumberRange(0, 100, message=_l("Escriba un número de 0 a 100."))],
        description=_l("Nadie lo sabe con certeza. Sale escrito junto al resultado."),
        default=100,
    )
    cambia = SelectField(_l("Qué cantidad cambia"), [Optional()])
    valor = StringField(
        _l("Su valor nuevo"),
        [Length(max=20, message=_l("Escriba un número, por ejemplo 650,50."))],
        filters=[without_controls],
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )

    def __init__(self, day: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cambia.choices = [SelectChoice("", _l("Ninguna: solo hoy"))] + [
            SelectChoice(value, words) for value, words in single_figures(day)
        ]


def single_figures(day: date) -> list[tuple[str, str]]:
    """Every parameter that is one number, with its value of the day; tables are changed in a draft."""
    found = []
    for name in library().texts:
        for parameter, rows in library().rows(name).items():
            begun = [row for row in rows if row.start <= day]
            if begun and isinstance(begun[-1].value, Fraction):
                found.append((f"{name}.{parameter}", f"{name_of(name)}: {parameter} ({number(begun[-1].value)})"))
    return found
