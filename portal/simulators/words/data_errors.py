"""What is wrong in a file of parameters, in Spanish, for who writes one: each template of the reader with its words."""

from typing import Any

from portal.simulators.parameters.strict_yaml import DataError
from portal.simulators.words import N_

_KINDS = {
    "text": N_("un texto"),
    "day (2026-12-31)": N_("un día, como 2026-12-31"),
    "list": N_("una lista"),
    "mapping": N_("un grupo de claves y valores"),
    "true or false": N_("true o false"),
    "whole number": N_("un número entero"),
    "number": N_("un número"),
}
DATA_ERRORS: dict[str, str] = {
    "a key must be a word or a number": N_("Una clave tiene que ser una palabra o un número."),
    "the key {key!r} is there twice (first at {first})": N_("La clave «%(key)s» está dos veces (antes, en %(first)s)."),
    "{text} is no day of the calendar": N_("%(text)s no es un día del calendario."),
    "aliases (*) are not used here": N_("Aquí no se usan referencias (*). Escriba el valor donde va."),
    "the tag {tag} is not used here": N_("Aquí no se usan etiquetas como %(tag)s."),
    "this is no YAML: {problem}": N_("Esto no es YAML: %(problem)s"),
    "this is nested too deep": N_("Hay demasiados niveles, unos dentro de otros."),
    "this is no UTF-8 text": N_("El archivo no es un texto en UTF-8."),
    "a data file is a mapping of keys and values": N_("El archivo tiene que ser una lista de claves con su valor."),
    "the file is named {name} but says {said!r}": N_("El archivo es %(name)s, pero dentro dice %(said)s."),
    "one of {known} is needed": N_("Tiene que ser una de estas: %(known)s."),
    "the key {key!r} means nothing here (known: {known})": N_(
        "La clave «%(key)s» no significa nada aquí. Valen: %(known)s."
    ),
    "the key {key!r} is missing": N_("Falta la clave «%(key)s»."),
    "{key} must be a {kind}, not {given!r}": N_("«%(key)s» tiene que ser %(kind)s, no %(given)s."),
    "a number needs its least and its most": N_("Un número necesita «least» y «most»."),
    "a choice needs `of`, the list to choose from": N_("Falta «of»: la lista de respuestas."),
    "{kind!r} is no kind of result": N_("«%(kind)s» no es una clase de resultado."),
    "rounding says `how` and `places`": N_("El redondeo dice «how» y «places»."),
    "rounding is truncate or half_up": N_("El redondeo es truncate o half_up."),
    "{name} has no rows": N_("«%(name)s» no tiene ninguna fila."),
    "each row of {name} is a mapping with from, value and confidence": N_(
        "Cada fila de «%(name)s» lleva from, value y confidence."
    ),
    "until {until} lies before from {start}": N_("La fila acaba (%(until)s) antes de empezar (%(start)s)."),
    "{name} must rise by date: {start} follows {before}": N_(
        "Las filas de «%(name)s» van por fecha: %(start)s está después de %(before)s."
    ),
    "{start} falls before the row above ends ({until})": N_(
        "La fila empieza el %(start)s, antes de que acabe la de arriba (%(until)s)."
    ),
    "a parameter is a number or a table of numbers, not {given!r}": N_(
        "El valor tiene que ser un número o una tabla de números, no %(given)s."
    ),
    "{section} belong to the rule: a draft of parameters leaves them as they are": N_(
        "«%(section)s» es de la regla, no de las cantidades: déjelo como está."
    ),
    "the parameter {parameter!r} is missing": N_("Falta la cantidad «%(parameter)s»."),
    "no rule reads the parameter {parameter!r}": N_("Ninguna regla usa «%(parameter)s»."),
    "{parameter}, from {start}: the value must look like those before it": N_(
        "«%(parameter)s», desde %(start)s: el valor tiene que tener la misma forma que los de antes."
    ),
    "{parameter}, from {start}: a figure is from 0 to {most}, never negative": N_(
        "«%(parameter)s», desde %(start)s: una cantidad va de 0 a %(most)s y no es negativa."
    ),
    "no document is called {name!r}": N_("Ningún documento se llama «%(name)s»."),
    "the rule cannot be run on the example {example}: {error}": N_(
        "Con estas cantidades no se puede calcular el ejemplo %(example)s: %(error)s"
    ),
}


def data_error_words(error: DataError, gettext: Any) -> str:
    """What to mend, with its line, in the reader's language."""
    values = {key: _KINDS.get(value, value) if key == "kind" else value for key, value in error.values.items()}
    values = {key: gettext(value) if key == "kind" else str(value)[:200] for key, value in values.items()}
    words = gettext(DATA_ERRORS[error.what], **values) if values else gettext(DATA_ERRORS[error.what])
    if error.line is None:
        return words
    return gettext(N_("Línea %(line)s. %(words)s"), line=error.line, words=words)
