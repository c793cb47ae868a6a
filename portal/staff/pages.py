"""The desk's pages and states, as journeys."""

from portal.pages import Page
from portal.staff.appointments.pages import PAGES as APPOINTMENTS
from portal.staff.record.pages import PAGES as RECORD

_CONVERSATION = "/profesionales/bandeja/<uuid:conversation_id>"
_OPEN_AMPARO = ({"follow": ".conversations a"},)

PAGES = [
    Page("staff-inbox", "/profesionales/bandeja", who="marta", title="Bandeja"),
    Page("staff-inbox-mine-empty", "/profesionales/bandeja?ver=mine", who="ines", title="Bandeja"),
    Page("staff-inbox-closed", "/profesionales/bandeja?ver=closed", who="marta", title="Bandeja"),
    Page(
        "staff-inbox-filtered", "/profesionales/bandeja?ver=unit&solo=waiting&canal=whatsapp", who="marta",
        title="Bandeja",
    ),
    Page("staff-duty", "/profesionales/guardia", who="ines", title="Guardia"),
    Page("staff-conversation", "/profesionales/bandeja", who="marta", steps=_OPEN_AMPARO, route=_CONVERSATION),
    Page(
        "staff-conversation-empty-reply", "/profesionales/bandeja", who="marta", status=422, title="Error",
        steps=({"follow": ".conversations a"}, {"press": ".reply button"}), route=_CONVERSATION,
    ),
    Page(
        "staff-conversation-stranger", "/profesionales/bandeja?ver=unassigned", who="ines",
        steps=({"follow": ".conversations a"},), route=_CONVERSATION,
    ),
    Page("staff-people", "/profesionales/personas", who="marta", title="Personas"),
    Page("staff-people-found", "/profesionales/personas?q=Ejemplo", who="marta", title="Personas"),
    Page("staff-people-nobody", "/profesionales/personas?q=zzzz", who="marta", title="Personas"),
    Page(
        "staff-person", "/profesionales/personas?q=Amparo+Ejemplo", who="marta",
        steps=({"follow": ".conversations a"},), route="/profesionales/personas/<uuid:person_id>",
    ),
    Page("staff-rights", "/profesionales/derechos", who="marta", title="Peticiones sobre sus datos"),
    Page(
        "staff-rights-request", "/profesionales/derechos", who="marta", title="Petición",
        steps=({"follow": "main .stack a"},), route="/profesionales/derechos/<uuid:request_id>",
    ),
    Page("staff-agenda", "/profesionales/agenda", who="marta", title="Agenda"),
    Page("staff-agenda-week", "/profesionales/agenda?vista=semana", who="marta", title="Agenda"),
    Page("staff-week", "/profesionales/agenda/semana", who="marta", title="Horario semanal"),
    Page(
        "staff-week-unreadable", "/profesionales/agenda/semana", who="marta", title="Error", status=422,
        steps=({"fill": {"#day_0": "mañana"}}, {"press": "main form:has(#day_0) button:first-of-type"}),
    ),
    Page("staff-away", "/profesionales/agenda/ausencia", who="marta", title="Ausencia"),
    Page("staff-holidays", "/profesionales/agenda/festivos", who="marta", title="Festivos"),
    Page(
        "staff-holiday-remove", "/profesionales/agenda/festivos", who="teresa", title="Quitar un festivo",
        steps=({"follow": 'main a[rel="next"]'}, {"follow": 'main a[href$="/quitar"]'}),
        route="/profesionales/agenda/festivos/<any(centro, ciudad):whose>/<day>/quitar",
    ),
    Page("staff-owed", "/profesionales/agenda/plazos", who="marta", title="Plazos"),
    Page("staff-quarantine", "/profesionales/apartados", who="ines", title="no se pudo leer"),
    Page(
        "staff-shield", "/profesionales/personas?q=Amparo+Ejemplo", who="marta", title="Protección",
        steps=({"follow": ".conversations a"}, {"follow": 'a[href$="/proteccion"]'}),
        route="/profesionales/personas/<uuid:person_id>/proteccion",
    ),
    Page(
        "staff-shield-empty", "/profesionales/personas?q=Amparo+Ejemplo", who="marta", title="Error:", status=422,
        steps=({"follow": ".conversations a"}, {"follow": 'a[href$="/proteccion"]'}, {"press": "main form .button"}),
        route="/profesionales/personas/<uuid:person_id>/proteccion",
    ),
    Page("staff-glass", "/profesionales/urgencia", who="marta", title="Consulta urgente"),
    Page(
        "staff-glass-empty", "/profesionales/urgencia", who="marta", title="Error:", status=422,
        steps=({"press": "main form .button"},),
    ),
    Page(
        "staff-glass-noted", "/profesionales/urgencia", who="marta", title="anotada",
        steps=({"fill": {"#identifier": "00000002W", "#reason": "Está en la calle y sin abrigo (prueba)"}},
               {"press": "main form .button"}),
        route="/profesionales/urgencia/<uuid:glass_id>",
    ),
    Page(
        "staff-glass-person", "/profesionales/urgencia", who="omar", title="por urgencia",
        steps=({"fill": {"#identifier": "00000001R", "#reason": "Está en la calle y sin abrigo (prueba)"}},
               {"press": "main form .button"}, {"follow": 'a[href$="/ficha"]'}),
        route="/profesionales/urgencia/<uuid:glass_id>/ficha",
    ),
    Page("staff-reviews", "/profesionales/revisiones", who="dpo", title="Revisiones"),
    Page("staff-retention", "/profesionales/revisiones/conservacion", who="dpo", title="Cuánto se guarda"),
    Page("staff-watched", "/profesionales/revisiones/peticiones", who="dpo", title="Peticiones sobre datos"),
    Page(
        "staff-watched-late", "/profesionales/revisiones/peticiones?ver=late", who="dpo", title="Peticiones sobre",
    ),
    Page(
        "staff-watched-request", "/profesionales/revisiones/peticiones", who="dpo", title="Petición sobre datos",
        steps=({"follow": "main table a"},), route="/profesionales/revisiones/peticiones/<uuid:request_id>",
    ),
    Page(
        "staff-review-glass", "/profesionales/revisiones", who="dpo", title="consulta urgente",
        steps=({"follow": 'a[href*="/revisiones/urgencias/"]'},),
        route="/profesionales/revisiones/urgencias/<uuid:glass_id>",
    ),
    Page(
        "staff-review-look", "/profesionales/revisiones", who="dpo", title="Revisar una consulta",
        steps=({"follow": 'a[href*="/revisiones/consultas/"]'},),
        route="/profesionales/revisiones/consultas/<uuid:challenge_id>",
    ),
    Page("staff-not-found", "/profesionales/no-existe", who="marta", status=404),
    Page("staff-calls", "/profesionales/llamadas", who="marta", title="Por llamar"),
    Page("staff-call-new", "/profesionales/llamadas/nueva", who="marta", title="Apuntar una llamada"),
    Page(
        "staff-call-new-empty", "/profesionales/llamadas/nueva", who="marta", title="Error:", status=422,
        steps=({"press": "main form .button"},),
    ),
    Page("staff-letters", "/profesionales/cartas", who="marta", title="Cartas y recados"),
    Page("staff-templates", "/profesionales/plantillas", who="ines", title="Plantillas"),
    Page(
        "staff-templates-empty", "/profesionales/plantillas", who="ines", title="Error:", status=422,
        steps=({"press": "main form .button"},),
    ),
    *RECORD,
    *APPOINTMENTS,
]  # fmt: skip
