"""The pages of appointments at the desk, as journeys."""

from portal.pages import Page

_BASE = "/profesionales/agenda"
_WHO = f"{_BASE}/dar?q=Roberto"
_HOURS = ({"follow": "main .stack a"}, {"fill": {"#motivo": "paperwork"}}, {"press": "main form .button"})
_ONE = ({"follow": 'main a[href*="/agenda/citas/"]'},)
_LIST = f"{_BASE}?vista=lista"

PAGES = [
    Page("staff-rooms", f"{_BASE}/salas", who="teresa", title="Salas"),
    Page(
        "staff-rooms-empty", f"{_BASE}/salas", who="teresa", title="Error:", status=422,
        steps=({"press": "main form:has(#name) .button"},),
    ),
    Page(
        "staff-room", f"{_BASE}/salas", who="teresa", title="Sala", steps=({"follow": "main .stack a"},),
        route=f"{_BASE}/salas/<uuid:room_id>",
    ),
    Page("staff-reasons", f"{_BASE}/motivos", who="teresa", title="Motivos"),
    Page("staff-reason-new", f"{_BASE}/motivos/nuevo", who="teresa", title="Motivo"),
    Page(
        "staff-reason-new-empty", f"{_BASE}/motivos/nuevo", who="teresa", title="Error:", status=422,
        steps=({"press": "main form .button"},),
    ),
    Page("staff-reason", f"{_BASE}/motivos/paperwork", who="teresa", title="Motivo", route=f"{_BASE}/motivos/<key>"),
    Page("staff-groups", f"{_BASE}/grupos", who="teresa", title="Grupos"),
    Page("staff-group-new", f"{_BASE}/grupos/nuevo", who="teresa", title="grupo"),
    Page("staff-give", f"{_BASE}/dar", who="ines", title="Dar una cita"),
    Page("staff-give-found", _WHO, who="ines", title="Dar una cita", route=f"{_BASE}/dar"),
    Page("staff-give-newcomer", f"{_BASE}/dar/persona", who="ines", title="Apuntar"),
    Page(
        "staff-give-newcomer-empty", f"{_BASE}/dar/persona", who="ines", title="Error:", status=422,
        steps=({"press": "main form .button"},),
    ),
    Page("staff-give-hours", _WHO, who="ines", title="hora", steps=_HOURS, route=f"{_BASE}/dar/<uuid:person_id>"),
    Page(
        "staff-give-confirm", _WHO, who="ines", title="confirmar",
        steps=(*_HOURS, {"follow": 'a[href*="/confirmar?"]'}), route=f"{_BASE}/dar/<uuid:person_id>/confirmar",
    ),
    Page(
        "staff-give-out", _WHO, who="ines", title="fuera de horario",
        steps=(*_HOURS, {"follow": 'a[href*="/fuera?"]'}), route=f"{_BASE}/dar/<uuid:person_id>/fuera",
    ),
    Page(
        "staff-appointment", _LIST, who="ines", title="Cita", steps=_ONE, route=f"{_BASE}/citas/<uuid:appointment_id>"
    ),
    Page(
        "staff-appointment-move", _LIST, who="ines", title="Cambiar la cita",
        steps=(*_ONE, {"follow": 'a[href$="/mover"]'}), route=f"{_BASE}/citas/<uuid:appointment_id>/mover",
    ),
    Page(
        "staff-appointment-cancel", _LIST, who="ines", title="Anular la cita",
        steps=(*_ONE, {"follow": 'a[href$="/anular"]'}), route=f"{_BASE}/citas/<uuid:appointment_id>/anular",
    ),
]  # fmt: skip
