"""The calculator's pages, as journeys."""

from portal.pages import Page

FLOW = "/ayudas/calcular"
_ON = {"press": 'main button[value="seguir"]'}
_AGE = (_ON, {"fill": {"#age": "34"}}, _ON)
_HOME = (*_AGE, {"fill": {"#adults": "1", "#babies": "1", "#small_children": "0", "#older_children": "1"}}, _ON)
_RESULT = (*_HOME, {"fill": {"#household_income": "600"}}, {"press": 'main button[value="resultado"]'})

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
    Page("calculator-my-data", f"{FLOW}/mis-datos", who="amparo", title="Empezar con sus datos"),
]
