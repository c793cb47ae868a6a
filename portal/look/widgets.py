"""WTForms fields drawn by the components of govuk-frontend, in Spanish, with errors that lead to the right box.

`field_parts(field, **options)` turns a field into the name of a component and its parameters; the macro `field` of
`components/forms.html` draws it. `error_list(form)` gives the summary's links.
"""

import datetime
from collections.abc import Iterable
from typing import Any

from flask import Flask, g
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import Field, SelectMultipleField
from wtforms.form import BaseForm
from wtforms.utils import unset_value
from wtforms.validators import StopValidation

from case_api import clock
from case_api.errors import DomainError
from portal.look.csrf import EXPIRED
from portal.look.language import gettext as _

__all__ = ["DateField", "Form", "Given"]


class Form(FlaskForm):
    """The form of every page. `form.general` takes errors that belong to no field: `form.general.append(_("…"))`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.general: list[Any] = []

    def validate(self, extra_validators: Any = None) -> bool:
        """As WTForms; an expired page is an error of the whole form, told once."""
        good = super().validate(extra_validators)
        if "csrf_token" in self and self.csrf_token.errors:
            g.form_expired_told = True
            if EXPIRED not in self.general:
                self.general.append(EXPIRED)
        return good

    def add_fields(self, fields: dict[str, Any]) -> None:
        """Put the fields' errors of a `case_api.errors.Invalid` where they belong."""
        for name, message in fields.items():
            if name in self:
                self[name].errors = [*self[name].errors, message]
            else:
                self.general.append(message)

    def refuse(self, error: DomainError, **names: str) -> int:
        """Say a service's refusal on the fields it speaks of, or over the form; the status to answer with.

        `names` says which of this form's fields stands for one of the service's.
        """
        fields = {names.get(name, name): message for name, message in getattr(error, "fields", {}).items()}
        self.add_fields(fields)
        if error.message and not fields:
            self.general.append(error.message)
        return error.status


class Given:
    """The field must not be empty. Like DataRequired, with words of ours and without the browser's own bubble."""

    field_flags = {"required": True}

    def __init__(self, message: Any = None) -> None:
        self.message = message or _l("Escriba o elija algo aquí")

    def __call__(self, form: FlaskForm, field: Field) -> None:
        data = field.data
        if data is None or data is False or data == [] or (isinstance(data, str) and not data.strip()):
            if not getattr(field, "wrong_part", None):
                field.errors = []
                raise StopValidation(str(self.message))
            raise StopValidation()


def _example(field: "DateField", words: str) -> str:
    """The words with a year that fits: a day of birth lies behind us, any other day of a form is about to come."""
    born = (field.render_kw or {}).get("autocomplete") == "bday"
    return words if born else words.replace("1975", str(clock.today().year + 1))


class DateField(Field):
    """A day in three boxes: <name>-day, <name>-month, <name>-year. `data` is a `datetime.date` or None.

    What was typed comes back as it was. A part that is wrong is named and linked. `about` is the thing the errors speak
    of, with its article: "la fecha de nacimiento".
    """

    parts = ("day", "month", "year")

    def __init__(self, label: Any = None, validators: Any = None, *, about: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.about = about
        self.raw: dict[str, str] = {}
        self.wrong_part: str | None = None

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        self.process_errors = []
        self.wrong_part = None
        if data is unset_value:
            data = self.default() if callable(self.default) else self.default
        self.object_data = self.data = data
        if formdata is not None and any(f"{self.name}-{part}" in formdata for part in self.parts):
            self.raw = {part: formdata.get(f"{self.name}-{part}", "").strip() for part in self.parts}
            self.raw_data = [value for value in self.raw.values() if value]
            self._read()
        elif data:
            self.raw = {"day": str(data.day), "month": str(data.month), "year": str(data.year)}

    def _read(self) -> None:
        self.data = None
        if not any(self.raw.values()):
            return
        try:
            self.data = self._date()
        except ValueError as error:
            self.process_errors.append(str(error))

    def _wrong(self, part: str, message: str) -> ValueError:
        self.wrong_part = part
        return ValueError(message)

    def _date(self) -> datetime.date:
        names = {"day": _("el día"), "month": _("el mes"), "year": _("el año")}
        for part in self.parts:
            if not self.raw[part]:
                said = _("Falta %(part)s. Por ejemplo: 27 3 1975.", part=names[part])
                raise self._wrong(part, _example(self, said))
        numbers = {}
        for part in self.parts:
            text = self.raw[part]
            if not text.isdecimal() or len(text) > 4:
                said = _("Escriba %(part)s con cifras. Por ejemplo: 27 3 1975.", part=names[part])
                raise self._wrong(part, _example(self, said))
            numbers[part] = int(text)
        if not 1 <= numbers["month"] <= 12:
            raise self._wrong("month", _("El mes va del 1 al 12."))
        if len(self.raw["year"]) != 4 or numbers["year"] < 1:
            raise self._wrong("year", _example(self, _("Escriba el año con sus cuatro cifras. Por ejemplo: 1975.")))
        try:
            return datetime.date(numbers["year"], numbers["month"], numbers["day"])
        except ValueError:
            raise self._wrong("day", _("Ese mes no tiene ese día. Mire el día y el mes.")) from None

    def part_id(self, part: str) -> str:
        return f"{self.id}-{part}"


_WITH_LABEL = {
    "TextAreaField": "textarea",
    "SelectField": "select",
    "FileField": "file",
    "MultipleFileField": "file",
}
_TYPES = {
    "EmailField": ("email", "email", "email"),
    "TelField": ("tel", "tel", "tel"),
    "PasswordField": ("password", None, "current-password"),
    "SearchField": ("search", None, None),
    "URLField": ("url", "url", None),
}


def _kind(field: Field) -> str:
    if isinstance(field, DateField):
        return "date"
    for base in type(field).__mro__:
        if base.__name__ in ("RadioField",):
            return "radios"
        if issubclass(base, SelectMultipleField):
            return "checkboxes"
        if base.__name__ in _WITH_LABEL:
            return _WITH_LABEL[base.__name__]
        if base.__name__ == "BooleanField":
            return "checkbox"
        if base.__name__ in ("HiddenField", "SubmitField", "CSRFTokenField"):
            return "submit" if base.__name__ == "SubmitField" else "hidden"
    return "input"


def target(field: Field) -> str:
    """The id of the box that an error of this field leads to."""
    if isinstance(field, DateField):
        return field.part_id(field.wrong_part or "day")
    return field.id


def _flat(errors: Any) -> Iterable[Any]:
    """The messages in a field's errors, those of forms within forms too."""
    if isinstance(errors, dict):
        errors = errors.values()
    for error in errors:
        if isinstance(error, (list, tuple, dict)):
            yield from _flat(error)
        else:
            yield error


def errors_of(field: Field) -> list[str]:
    """A field's errors as text, each once."""
    return list(dict.fromkeys(str(error) for error in _flat(field.errors) if error))


def error_list(form: FlaskForm) -> list[dict[str, str]]:
    """The lines of the error summary: text and, where there is a box to mend, its address."""
    found = [{"text": str(error)} for error in getattr(form, "general", ())]
    if found == [] and "csrf_token" in form and form.csrf_token.errors:
        found.append({"text": str(EXPIRED)})
    for field in form:
        if _kind(field) == "hidden":
            if field.name != "csrf_token":
                found += [{"text": text} for text in errors_of(field)]
            continue
        found += [{"text": text, "href": f"#{target(field)}"} for text in errors_of(field)[:1]]
    return found


def forms_with_errors(*forms: Any) -> list[dict[str, str]]:
    """The error lines of all these forms; whatever is not a form is passed over."""
    return [line for form in forms if isinstance(form, BaseForm) for line in error_list(form)]


def _label(field: Field, optional: bool | None) -> str:
    text = str(field.label.text)
    if optional is None:
        optional = not field.flags.required
    return _("%(label)s (opcional)", label=text) if optional else text


def _choices(field: Field, found: Iterable[Any] | None = None) -> list[dict[str, Any]]:
    items = []
    for choice in field.iter_choices() if found is None else found:
        value, text, selected, given = choice[0], choice[1], choice[2], dict(choice[3] if len(choice) > 3 else {})
        item: dict[str, Any] = {"value": str(value), "text": str(text)}
        if selected:
            item["selected" if _kind(field) == "select" else "checked"] = True
        if given.get("hint"):
            item["hint"] = {"text": str(given.pop("hint"))}
        if given.pop("disabled", False):
            item["disabled"] = True
        if given:
            item["attributes"] = given
        items.append(item)
    return items


def field_parts(
    field: Field,
    *,
    hint: Any = None,
    optional: bool | None = None,
    rows: int | None = None,
    width: int | None = None,
    inline: bool = False,
    heading: bool = False,
    hidden_label: bool = False,
    classes: str = "",
    describedby: str = "",
) -> tuple[str, dict[str, Any]]:
    """The component for a field and its parameters.

    hint: words under the label (else the field's `description`). optional: whether to say so (by default whatever no
    validator requires, boxes to tick apart). rows, width: of the box, in lines and characters (2, 3, 4, 5, 10, 20).
    inline: radios beside each other. heading: the label is the page's h1. Raises ValueError for an odd width.
    """
    kind = _kind(field)
    if width not in (None, 2, 3, 4, 5, 10, 20):
        raise ValueError("a box is 2, 3, 4, 5, 10 or 20 characters wide")
    given = {key.rstrip("_").replace("_", "-"): value for key, value in (field.render_kw or {}).items()}
    inner = " ".join(filter(None, [classes, given.pop("class", ""), f"govuk-input--width-{width}" if width else ""]))
    # A list that opens on an answer always has one: it is not optional, whatever the validators say.
    answered = kind == "select" and all(str(choice[0]) for choice in field.iter_choices())
    label = _label(field, False if answered or kind in ("checkbox", "submit", "hidden") else optional)
    parts: dict[str, Any] = {"id": field.id, "name": field.name, "classes": inner}
    hint = hint or field.description
    if hint:
        parts["hint"] = {"html": hint} if isinstance(hint, Markup) else {"text": str(hint)}
    wrong = errors_of(field)
    if wrong:
        parts["errorMessage"] = {"text": wrong[0], "visuallyHiddenText": _("Error")}
    label_classes = "govuk-visually-hidden" if hidden_label else ("govuk-label--l" if heading else "")
    parts["label"] = {"text": label, "classes": label_classes, "isPageHeading": heading}
    if describedby:
        parts["describedBy"] = describedby
    if kind in ("radios", "checkboxes", "date"):
        legend = label_classes.replace("govuk-label", "govuk-fieldset__legend")
        parts["fieldset"] = {"legend": {"text": label, "classes": legend, "isPageHeading": heading}}
        if describedby:
            parts["fieldset"]["describedBy"] = describedby
    attributes = {key: given.pop(key) for key in list(given) if key.startswith(("data-", "aria-"))}
    for key in ("maxlength", "min", "max", "step", "dir", "lang", "accept", "multiple"):
        if key in given:
            attributes[key] = given.pop(key)
    if wrong and kind in ("input", "textarea", "select", "file"):
        attributes["aria-invalid"] = "true"
    parts["attributes"] = attributes
    _FILLERS[kind](field, parts, {**given, "rows": rows or given.get("rows"), "inline": inline})
    return kind, parts


def _input(field: Field, parts: dict[str, Any], given: dict[str, Any]) -> None:
    kind, mode, complete = next(
        (_TYPES[base.__name__] for base in type(field).__mro__ if base.__name__ in _TYPES), ("text", None, None)
    )
    if field.type in ("IntegerField", "DecimalField"):
        mode = "numeric" if field.type == "IntegerField" else "decimal"
    value = field._value() if hasattr(field, "_value") else field.data
    parts.update(
        type=given.get("type", kind),
        inputmode=given.get("inputmode", mode),
        autocomplete=given.get("autocomplete", complete),
        spellcheck=given.get("spellcheck", False if kind != "text" else None),
        autocapitalize=given.get("autocapitalize"),
        # A password never travels back to the browser.
        value=None if kind == "password" else str(value or ""),
    )
    if kind in ("tel", "email", "url"):
        parts["attributes"].setdefault("dir", "ltr")


def _textarea(field: Field, parts: dict[str, Any], given: dict[str, Any]) -> None:
    parts.update(value=field.data or "", rows=given["rows"] or 5, autocomplete=given.get("autocomplete"))


def _select(field: Field, parts: dict[str, Any], given: dict[str, Any]) -> None:
    parts["items"] = _choices(field)


def _several(field: Field, parts: dict[str, Any], given: dict[str, Any]) -> None:
    if field.has_groups():
        parts["groups"] = [
            {"text": str(name or ""), "choices": _choices(field, ones)} for name, ones in field.iter_groups()
        ]
    parts["items"] = _choices(field)
    parts["idPrefix"] = field.id
    if given["inline"]:
        parts["classes"] = f"{parts['classes']} govuk-radios--inline".strip()


def _checkbox(field: Field, parts: dict[str, Any], given: dict[str, Any]) -> None:
    item = {"value": "y", "text": str(field.label.text), "checked": bool(field.data)}
    if "hint" in parts:
        item["hint"] = parts.pop("hint")
    parts.update(items=[item], idPrefix=field.id)


def _date(field: DateField, parts: dict[str, Any], given: dict[str, Any]) -> None:
    names = {"day": _("Día"), "month": _("Mes"), "year": _("Año")}
    born = given.get("autocomplete") == "bday"
    wrong = field.wrong_part or ("day" if field.errors else None)
    parts.setdefault("hint", {"text": _example(field, _("Por ejemplo: 27 3 1975"))})
    parts["items"] = [
        {
            "id": field.part_id(part),
            "name": f"{field.name}-{part}",
            "label": names[part],
            "value": field.raw.get(part, ""),
            "autocomplete": f"bday-{part}" if born else None,
            "classes": f"govuk-input--width-{4 if part == 'year' else 2}"
            + (" govuk-input--error" if part == wrong else ""),
            "attributes": {"aria-invalid": "true", "aria-describedby": f"{field.id}-error"} if part == wrong else {},
        }
        for part in field.parts
    ]


def _file(field: Field, parts: dict[str, Any], given: dict[str, Any]) -> None:
    several = field.type == "MultipleFileField"
    parts["attributes"]["data-choose"] = _("Elegir archivos") if several else _("Elegir archivo")
    parts["attributes"]["data-none"] = _("Ningún archivo elegido")
    if several:
        parts["attributes"].setdefault("multiple", "multiple")


def _nothing(field: Field, parts: dict[str, Any], given: dict[str, Any]) -> None:
    parts["value"] = "" if field.data is None else str(field.data)


_FILLERS = {
    "input": _input,
    "textarea": _textarea,
    "select": _select,
    "radios": _several,
    "checkboxes": _several,
    "checkbox": _checkbox,
    "date": _date,
    "file": _file,
    "hidden": _nothing,
    "submit": _nothing,
}


def init_widgets(app: Flask) -> None:
    """Give templates what `components/forms.html` needs."""
    app.jinja_env.globals.update(field_parts=field_parts, error_list=error_list, forms_with_errors=forms_with_errors)
