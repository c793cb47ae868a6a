"""The reports' own words, in Spanish and English."""

_WORDS = {
    "title": ("Informe de accesibilidad", "Accessibility report"),
    "skip": ("Saltar al contenido", "Skip to content"),
    "summary": ("Resumen", "Summary"),
    "target": ("Qué se ha mirado", "What was looked at"),
    "started": ("Empezó", "Started"),
    "finished": ("Terminó", "Finished"),
    "tools": ("Con qué", "With"),
    "error": ("Errores", "Errors"), "warning": ("Avisos", "Warnings"), "person": ("Por ver una persona", "For a person"),
    "one_error": ("Error", "Error"), "one_warning": ("Aviso", "Warning"), "one_person": ("Por ver", "For a person"),
    "error_means": ("Seguro: incumple la regla que nombra.", "Certain: it breaks the rule it names."),
    "warning_means": ("Probable, o incumple una recomendación.", "Likely, or it breaks a recommendation."),
    "person_means": ("La máquina no puede saberlo.", "A machine cannot know."),
    "places": ("lugares", "places"), "pages": ("páginas", "pages"), "distinct": ("fallos distintos", "distinct faults"),
    "faults": ("La auditoría no está completa", "The audit is not complete"),
    "issues": ("Fallos", "Faults"), "criteria": ("Criterios", "Criteria"), "criterion": ("Criterio", "Criterion"), "level": ("Nivel", "Level"),
    "clause": ("Apartado EN 301 549", "EN 301 549 clause"), "status": ("Situación", "Status"), "by": ("Pruebas", "Tests"), "found": ("Encontrado", "Found"),
    "fails": ("Falla", "Fails"), "passes": ("Pasa las pruebas que lo deciden", "Passes the tests that decide it"), "inapplicable": ("No aplica", "Does not apply"),
    "untested": ("No probado", "Not tested"), "needs": ("Hace falta una persona", "Needs a person"),
    "practice": ("Buena práctica o norma de HTML, fuera de los niveles A y AA", "Good practice or HTML rule, outside levels A and AA"),
    "mend": ("Cómo arreglarlo", "How to mend it"), "help": ("Más sobre esta regla (en inglés, sitio externo)", "More on this rule (external site)"),
    "where": ("Dónde", "Where"), "named": ("Nombre accesible", "Accessible name"), "keys": ("Teclas", "Keys"), "code": ("Código", "Code"),
    "picture": ("Captura con los lugares marcados", "Picture with the places marked"),
    "picture_of": ("Captura de la página; cada recuadro lleva el número de su fallo", "Picture of the page; each frame bears the number of its fault"),
    "states": ("Páginas y estados", "Pages and states"), "state": ("Página", "Page"), "seconds": ("Segundos", "Seconds"), "reached": ("Se alcanzó", "Reached"),
    "yes": ("sí", "yes"), "no": ("no", "no"), "worklist": ("Lista para una persona", "Worklist for a person"), "question": ("Pregunta", "Question"), "answer": ("Respuesta", "Answer"),
    "waiting": ("pendiente", "waiting"), "since": ("Cambios", "Changes"), "new": ("Nuevos", "New"), "gone": ("Resueltos", "Mended"), "kept": ("Siguen", "Remain"),
    "none": ("Ninguno.", "None."), "also": ("Y otros lugares iguales", "And other such places"), "honest": (
        "Lo que las pruebas no pueden decidir no se da por bueno: queda para una persona. Un informe sin errores no es una declaración de conformidad.",
        "What tests cannot decide is not held to be good: it is left for a person. A report without errors is no claim of conformance."),
    "wcag": ("WCAG 2.2 A y AA", "WCAG 2.2 A and AA"), "other_clauses": ("Otros apartados de EN 301 549", "Other clauses of EN 301 549"), "all_pages": ("todo el servicio", "the whole service"),
}  # fmt: skip


def words(language: str) -> dict[str, str]:
    """All words in one language."""
    return {key: pair[1 if language == "en" else 0] for key, pair in _WORDS.items()}
