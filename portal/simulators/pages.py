"""The calculator's pages, as journeys."""

from portal.pages import Page
from portal.simulators.desk.pages import PAGES as DESK

FLOW = "/ayudas/calcular"
_ON = {"press": 'main button[value="seguir"]'}
_AGE = (_ON, {"fill": {"#age": "34"}}, _ON)
_HOME = (*_AGE, {"fill": {"#adults": "1", "#babies": "1", "#small_children": "0", "#older_children": "1"}}, _ON)
_RESULT = (*_HOME, {"fill": {"#household_income": "600"}}, {"press": 'main button[value="resultado"]'})
KEPT = "/carpeta/ayudas"
_ONE = f"{KEPT}/<uuid:result_id>"
_KEEP = (*_RESULT, {"press": 'main button[formaction$="/guardar"]'})
_SAVED = (*_KEEP, {"press": 'main form[action$="/guardar"] button'})

PAGES = [
    Page("calculator", FLOW, title="¿Qué ayudas le pueden tocar?", route=FLOW),
    Page("calculator-you", FLOW, steps=(_ON,), title="Usted", route=FLOW),
    Page("calculator-money", FLOW, steps=_HOME, title="El dinero que entra", route=FLOW),
    Page(
        "calculator-wrong-number",
        FLOW,
        steps=(*_HOME, {"fill": {"#household_income": "mucho"}}, _ON),
        title="Error:",
        status=422,
        route=FLOW,
    ),
    Page("calculator-result", FLOW, steps=_RESULT, title="Lo que le puede tocar", route=FLOW),
    Page(
        "calculator-why",
        FLOW,
        steps=(*_RESULT, {"press": 'main button[formaction$="/imv"]'}),
        title="Ingreso Mínimo Vital",
        route=f"{FLOW}/<benefit>",
    ),
    Page("calculator-about", f"{FLOW}/teleasistencia", title="Teleasistencia", route=f"{FLOW}/<benefit>"),
    Page(
        "calculator-printable",
        FLOW,
        steps=(*_RESULT, {"press": 'main button[formaction$="/imprimir"]'}),
        title="Su resultado, para imprimir",
        route=f"{FLOW}/imprimir",
    ),
    Page("calculator-keep", FLOW, who="amparo", steps=_KEEP, title="Guardar el resultado", route=f"{KEPT}/guardar"),
    Page("calculator-keep-nothing", f"{KEPT}/guardar", who="roberto", title="Guardar el resultado"),
    Page("calculator-keep-no-folder", FLOW, who="nuevo", steps=_KEEP, title="Guardar", route=f"{KEPT}/guardar"),
    Page("calculator-kept", FLOW, who="amparo", steps=_SAVED, title="Resultado del", route=_ONE),
    Page(
        "calculator-kept-forget",
        FLOW,
        who="amparo",
        steps=(*_SAVED, {"follow": 'main a[href$="/borrar"]'}),
        title="Borrar el resultado",
        route=f"{_ONE}/borrar",
    ),
    Page("calculator-kept-list", KEPT, who="amparo", title="Ayudas que ha calculado"),
    Page("calculator-kept-none", KEPT, who="roberto", title="Ayudas que ha calculado"),
    *DESK,
    Page("calculator-my-data", f"{FLOW}/mis-datos", who="amparo", title="Empezar con sus datos"),
]
