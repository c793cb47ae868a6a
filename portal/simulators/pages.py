"""The calculator's pages and states, as journeys."""

from portal.pages import Page

_BEGIN = {"press": "main form .button"}

PAGES = [
    Page("calculator", "/ayudas/calcular", title="¿Qué ayudas"),
    Page("calculator-first-questions", "/ayudas/calcular", steps=(_BEGIN,)),
    Page("calculator-result", "/ayudas/calcular", steps=(_BEGIN, {"press": "button[name=ir][value=resultado]"})),
    Page("calculator-about-imv", "/ayudas/calcular/imv", route="/ayudas/calcular/<benefit>"),
]
