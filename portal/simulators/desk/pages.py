"""The parameters' desk, as journeys."""

from portal.pages import Page
from portal.simulators.parameters.library import from_files

DESK = "/profesionales/ayudas"
_SMALLEST = "discapacidad"
_SAVE = {"press": "main button:not([name])"}


def _changed() -> str:
    """A draft that changes no figure: only the day on which somebody checked it."""
    text = from_files().texts[_SMALLEST]
    return text.replace("verified_on: 2026-08-07", "verified_on: 2026-08-08")


_DRAFT = ({"fill": {"#content": _changed(), "#reason": "Comprobado otra vez"}}, _SAVE)

PAGES = [
    Page("parameters", DESK, who="nuria", title="Cantidades de las ayudas"),
    Page("parameters-file", f"{DESK}/imv", who="marta", title="Ingreso Mínimo Vital", route=f"{DESK}/<name>"),
    Page("parameters-write", f"{DESK}/imv/borrador", who="nuria", title="Borrador", route=f"{DESK}/<name>/borrador"),
    Page(
        "parameters-write-wrong",
        f"{DESK}/{_SMALLEST}/borrador",
        who="nuria",
        steps=({"fill": {"#content": "a: [", "#reason": ""}}, _SAVE),
        title="Error:",
        status=422,
        route=f"{DESK}/<name>/borrador",
    ),
    Page(
        "parameters-draft",
        f"{DESK}/{_SMALLEST}/borrador",
        who="nuria",
        steps=_DRAFT,
        title="Borrador",
        route=f"{DESK}/borradores/<uuid:draft_id>",
    ),
    Page("parameters-city", f"{DESK}/ciudad", who="marta", title="toda la ciudad"),
    Page(
        "parameters-city-reform",
        f"{DESK}/ciudad?piden=50&cambia=imv.min_amount&nuevo-imv-min_amount=20&cambia=tarjeta_familias.table"
        "&nuevo-tarjeta_familias-table-low-1=200",
        who="nuria",
        title="toda la ciudad",
    ),
    Page(
        "parameters-city-reform-wrong",
        f"{DESK}/ciudad?cambia=imv.min_amount&nuevo-imv-min_amount=mucho",
        who="nuria",
        title="Error:",
        status=422,
    ),
    Page("parameters-city-wrong", f"{DESK}/ciudad?piden=200", who="nuria", title="Error:", status=422),
]
