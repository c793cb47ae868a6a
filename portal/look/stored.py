"""Words that stand in the city's database, on a page in another language: a translation, or marked as what they are.

A centre, a reason, a file are kept as the city calls them, in Spanish. The standard ones that Alma itself brings have
translations; the others are read out in their own language (WCAG 3.1.2).
"""

from functools import lru_cache

from flask import Flask
from markupsafe import Markup

from portal.look.language import current, language

CITY = "es"


def N_(text: str) -> str:
    """Marks a text for the catalogues without translating it."""
    return text


# What case_api.city writes into a new database. Not translated here: looked up when a page shows it.
STANDARD = frozenset((
    # reasons of an appointment
    N_("Primera entrevista con trabajo social"), N_("Seguimiento con su trabajadora social"),
    N_("Información y orientación"), N_("Ayuda con un trámite"), N_("Entrevista personal"), N_("Visita a su casa"),
    # files: what they are called and what they are
    N_("Ayuda a domicilio"), N_("Apoyo en casa para el aseo, la comida y las tareas."),
    N_("Teleasistencia"), N_("Un botón para pedir ayuda desde casa a cualquier hora."),
    N_("Renta mínima de inserción"), N_("Ingreso mensual mientras no haya otros suficientes."),
    N_("Comedor escolar"), N_("Ayuda para pagar el comedor del colegio."), N_("Ayuda de comedor escolar"),
    N_("Ayuda económica de emergencia"), N_("Pago único para una necesidad que no puede esperar."),
    N_("Reconocimiento de la dependencia"), N_("Valoración del apoyo que necesita cada día."),
    N_("Asesoría por deudas"), N_("Ayuda para ordenar lo que se debe y hablar con quien lo reclama."),
    N_("Centro de día"), N_("Atención durante el día, con comida y transporte."), N_("Plaza en centro de día"),
    # their steps
    N_("Solicitud recibida"), N_("Decisión"), N_("Visita de valoración"), N_("Contrato de alquiler"),
    N_("Traiga o suba el contrato de alquiler"), N_("Llamada para conocer su casa"), N_("Instalación"),
    N_("Entrevista con su trabajadora social"), N_("Últimas nóminas"), N_("Traiga o suba sus dos últimas nóminas"),
    N_("Estudio de su solicitud"), N_("Recibo del comedor"), N_("Traiga o suba el último recibo del comedor"),
    N_("Recibo que hay que pagar"), N_("Traiga o suba el recibo que hay que pagar"), N_("Informe de salud"),
    N_("Traiga o suba el informe de su médico"), N_("Decisión sobre su grado"), N_("Plan de atención"),
    N_("Lista de deudas"), N_("Traiga o suba las cartas que ha recibido"), N_("Cita con la asesoría"),
    N_("Plan de pagos"), N_("Visita al centro"), N_("Primer día"),
))  # fmt: skip


def stored_text(text: str | None) -> str:
    """Words of the city without marks, for a title or the middle of a sentence: translated where Alma can."""
    return current().words.ugettext(text) if text in STANDARD else text or ""


@lru_cache
def _translations(code: str) -> frozenset[str]:
    """The standard words in a language: a text that comes here translated is in the page's language."""
    return frozenset(language(code).words.ugettext(text) for text in STANDARD) - STANDARD


def stored(text: str | None) -> str:
    """Words of the city for a page: translated, or in an element that says they are Spanish. '' for None."""
    shown = stored_text(text)
    if not shown or current().tag == CITY or shown != text or shown in _translations(current().code):
        return shown
    return Markup('<span lang="es">{}</span>').format(shown)


def init_stored(app: Flask) -> None:
    """The filters `stored` and `stored_text` in every template of this app."""
    app.jinja_env.filters["stored"] = stored
    app.jinja_env.filters["stored_text"] = stored_text
