"""The forms of the parameters' desk."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import FileField, IntegerField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import Length, NumberRange, Optional

from portal.look.widgets import Form, Given
from portal.office.forms import FilterForm, without_controls
from portal.simulators.desk.figures import Figure, figures
from portal.simulators.desk.words import number
from portal.simulators.population.report import exact_figure
from portal.simulators.state import plain_number

LARGEST_FILE = 200_000
TOO_LARGE = _l("El archivo es demasiado grande: 200 kB como mucho.")
_NUMBER = _l("Escriba un número, por ejemplo 650,50.")
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


# A number that is to be another: its figure, its place in it, and the new one as text.
Change = tuple[Figure, tuple[str, ...], str]


class CityForm(FilterForm):
    """How many of those entitled ask, and which figures change; `city_form` adds a field for each number of these."""

    piden = IntegerField(
        _l("De cada 100 hogares con derecho, cuántos lo piden"),
        [Optional(), NumberRange(0, 100, message=_l("Escriba un número de 0 a 100."))],
        description=_l("Nadie lo sabe con certeza. Sale escrito junto al resultado."),
        default=100,
    )
    cambia = SelectMultipleField(_l("Qué cantidades cambian"), [Optional()])
    offered: dict[str, Figure]
    chosen: list[Figure]

    def cell(self, figure: Figure, *place: str) -> StringField:
        """The field of one number."""
        return self[_field_name(figure, place)]

    def asks(self, asked: MultiDict[str, str]) -> bool:
        """Whether a figure was just chosen, and none of its numbers written yet."""
        return any(not any(self.cell(one, *place).name in asked for place in one.cells) for one in self.chosen)

    def changes(self) -> list[Change] | None:
        """The numbers that differ from today's, as text for a reform; None when one cannot be: its field says why."""
        found, wrong = [], False
        for figure in self.chosen:
            for place, today in figure.cells.items():
                field = self.cell(figure, *place)
                typed = plain_number((field.data or "").strip())
                if not typed and today is None:
                    continue  # nobody has published it, and nobody says it now
                try:
                    if exact_figure(typed) != today:
                        found.append((figure, place, typed))
                except ValueError:
                    field.errors, wrong = [_NUMBER], True
        return None if wrong else found


def city_form(day: date, asked: MultiDict[str, str]) -> CityForm:
    """The form of a question about the city: a field for each number of the figures chosen, with today's in it."""
    offered = figures(day)
    chosen = [offered[key] for key in dict.fromkeys(asked.getlist("cambia")) if key in offered]
    fields = {
        _field_name(figure, place): StringField(
            figure.place_words(place),
            [Length(max=20, message=_NUMBER)],
            description=_("Hoy: %(value)s", value=number(value)) if value is not None and not figure.is_table else "",
            default="" if value is None else number(value, grouped=False),
            filters=[without_controls],
            render_kw={"inputmode": "decimal", "autocomplete": "off"},
        )
        for figure in chosen
        for place, value in figure.cells.items()
    }
    form = type("ReformForm", (CityForm,), fields)(asked or None)
    form.offered, form.chosen = offered, chosen
    form.cambia.choices = [SelectChoice(key, figure.words) for key, figure in offered.items()]
    return form


def _field_name(figure: Figure, place: tuple[str, ...]) -> str:
    return "-".join(("nuevo", *figure.cell_key(place).split(".")))
