"""The pages of the office, as journeys: every page, and the states that look different."""

from typing import Any

from portal.pages import Page

AMPARO = "amparo"
_SEND = {"press": "main form .button"}


def _follow(*links: str) -> tuple[dict[str, Any], ...]:
    return tuple({"follow": link} for link in links)


_REASON = ({"choose": "input[name=motivo]"}, _SEND)
_PLACE = (*_REASON, {"choose": "input[name=modo]"}, _SEND)
_TIME = (*_PLACE, {"follow": ".slots a"})

_CHALLENGE = ({"choose": ".looks summary"}, *_follow('main a[href^="/carpeta/consultas/"]'))
PAGES = [
    Page("folder", "/carpeta", who=AMPARO, title="Mi carpeta", route="/carpeta"),
    Page("folder-low", "/carpeta", who=AMPARO, level="low", title="Mi carpeta", route="/carpeta"),
    Page("folder-income", "/carpeta", who="roberto", title="Mi carpeta", route="/carpeta"),
    Page("folder-arabic-speaker", "/carpeta", who="fatima", title="Mi carpeta", route="/carpeta"),
    Page("folder-nothing-special", "/carpeta", who="elena", title="Mi carpeta", route="/carpeta"),
    Page("folder-no-record", "/carpeta", who="nuevo", title="Mi carpeta", route="/carpeta"),
    Page("own-data", "/carpeta/datos", who=AMPARO, title="Sus datos", route="/carpeta/datos"),
    Page("who-looked", "/carpeta/consultas", who=AMPARO, title="Quién ha consultado", route="/carpeta/consultas"),
    Page(
        "challenge-look", "/carpeta/consultas", who=AMPARO, title="no me parece bien",
        steps=_CHALLENGE, route="/carpeta/consultas/<uuid:entry_id>",
    ),
    Page(
        "challenge-look-empty", "/carpeta/consultas", who=AMPARO, title="Error:", status=422,
        steps=(*_CHALLENGE, _SEND), route="/carpeta/consultas/<uuid:entry_id>",
    ),
    Page("documents", "/carpeta/documentos", who=AMPARO, title="Documentos", route="/carpeta/documentos"),
    Page(
        "file", "/carpeta", who=AMPARO, steps=_follow('h3 a[href^="/carpeta/expedientes/"]'),
        route="/carpeta/expedientes/<uuid:file_id>",
    ),
    Page(
        "hand-in", "/carpeta", who=AMPARO, steps=_follow('a[href$="/subir"]'), title="Subir el documento",
        route="/carpeta/expedientes/<uuid:file_id>/subir",
    ),
    Page(
        "hand-in-empty", "/carpeta", who=AMPARO, steps=(*_follow('a[href$="/subir"]'), _SEND), title="Error:",
        status=422, route="/carpeta/expedientes/<uuid:file_id>/subir",
    ),
    Page("permissions", "/carpeta/permisos", who=AMPARO, title="Sus permisos", route="/carpeta/permisos"),
    Page(
        "permission-give", "/carpeta/permisos", who="roberto", steps=_follow('a[href*="permiso=T2"]'),
        title="Dar permiso", route="/carpeta/permisos/nuevo",
    ),
    Page(
        "permission-oppose", "/carpeta/permisos", who="roberto", steps=_follow('a[href*="permiso=O"]'),
        title="Oponerse", route="/carpeta/permisos/nuevo",
    ),
    Page(
        "permission-given", "/carpeta/permisos", who="elena", steps=_follow('main .card p a:not(.button)'),
        title="Su permiso", route="/carpeta/permisos/<uuid:consent_id>",
    ),
    Page(
        "permission-withdraw", "/carpeta/permisos", who="elena", steps=_follow('main a[href$="/quitar"]'),
        title="Quitar",
        route="/carpeta/permisos/<uuid:consent_id>/quitar",
    ),
    Page("share-centre", "/carpeta/permisos/centro", who=AMPARO, title="otro centro", route="/carpeta/permisos/centro"),
    Page(
        "share-centre-empty", "/carpeta/permisos/centro", who=AMPARO, steps=(_SEND,), title="Error:", status=422,
        route="/carpeta/permisos/centro",
    ),
    Page(
        "share-somebody", "/carpeta/permisos/persona", who=AMPARO, title="a una persona",
        route="/carpeta/permisos/persona",
    ),
    Page(
        "share-somebody-empty", "/carpeta/permisos/persona", who=AMPARO, steps=(_SEND,), title="Error:", status=422,
        route="/carpeta/permisos/persona",
    ),
    Page(
        "recall", "/carpeta/de", who="marcos", steps=_follow('main a[href^="/carpeta/de/devolver/"]'),
        title="Un permiso que le han quitado", route="/carpeta/de/devolver/<uuid:recall_id>",
    ),
    Page("plan", "/carpeta/plan", who=AMPARO, title="Su plan", route="/carpeta/plan"),
    Page("plan-none", "/carpeta/plan", who="elena", title="Su plan", route="/carpeta/plan"),
    Page("household", "/carpeta/convivencia", who="carmen", title="Con quién vive", route="/carpeta/convivencia"),
    Page("household-none", "/carpeta/convivencia", who="elena", title="Con quién vive", route="/carpeta/convivencia"),
    Page(
        "representatives", "/carpeta/representantes", who=AMPARO, title="Quién le representa",
        route="/carpeta/representantes",
    ),
    Page(
        "representatives-none", "/carpeta/representantes", who="elena", title="Quién le representa",
        route="/carpeta/representantes",
    ),
    Page(
        "representative-end", "/carpeta/representantes", who=AMPARO, steps=_follow('main a[href$="/quitar"]'),
        title="Quitar", route="/carpeta/representantes/<uuid:representation_id>/quitar",
    ),
    Page(
        "representative-say", "/carpeta/representantes", who="vera", steps=_follow('main a[href$="/decidir"]'),
        title="Decidir", route="/carpeta/representantes/<uuid:representation_id>/decidir",
    ),
    Page(
        "authorise", "/carpeta/representantes/autorizar", who=AMPARO, title="Autorizar",
        route="/carpeta/representantes/autorizar",
    ),
    Page(
        "authorise-empty", "/carpeta/representantes/autorizar", who=AMPARO, steps=(_SEND,), title="Error:", status=422,
        route="/carpeta/representantes/autorizar",
    ),
    Page(
        "tell-representative", "/carpeta/representantes/avisar", who=AMPARO, title="Quien le apoya",
        route="/carpeta/representantes/avisar",
    ),
    Page("other-folders", "/carpeta/de", who="carmen", title="Carpetas de otras personas", route="/carpeta/de"),
    Page("other-folders-none", "/carpeta/de", who="elena", title="Carpetas de otras", route="/carpeta/de"),
    Page(
        "other-folder", "/carpeta/de", who="carmen", steps=_follow("main .card a"), title="Carpeta de",
        route="/carpeta/de/<uuid:person_id>",
    ),
    Page(
        "other-file", "/carpeta/de", who="marcos", steps=_follow("main .card a", "main .card a"),
        route="/carpeta/de/<uuid:person_id>/expedientes/<uuid:file_id>",
    ),
    Page(
        "other-booking", "/carpeta/de", who="carmen", title="Elija una hora",
        steps=(*_follow("main .card a", 'main a[href$="/citas/nueva"]'), *_PLACE),
        route="/carpeta/de/<uuid:person_id>/citas/nueva",
    ),
    Page(
        "other-booking-confirm", "/carpeta/de", who="carmen", title="Compruebe la cita",
        steps=(*_follow("main .card a", 'main a[href$="/citas/nueva"]'), *_TIME),
        route="/carpeta/de/<uuid:person_id>/citas/nueva/confirmar",
    ),
    Page(
        "other-messages", "/carpeta/de", who="carmen", title="Escribir en nombre",
        steps=_follow("main .card a", 'main a[href$="/mensajes"]'), route="/carpeta/de/<uuid:person_id>/mensajes",
    ),
    Page(
        "other-messages-empty", "/carpeta/de", who="carmen", title="Error:", status=422,
        steps=(*_follow("main .card a", 'main .button[href$="/mensajes"]'), _SEND),
        route="/carpeta/de/<uuid:person_id>/mensajes",
    ),
    Page(
        "other-leave", "/carpeta/de", who="marcos", steps=_follow("main .card a", 'main a[href$="/dejar"]'),
        title="Dejar", route="/carpeta/de/<uuid:person_id>/dejar",
    ),
    Page("enter-with-key", "/entrar/ciudad", title="clave del centro", route="/entrar/ciudad"),
    Page(
        "enter-with-key-empty", "/entrar/ciudad", steps=(_SEND,), title="Error:", status=422, route="/entrar/ciudad",
    ),
    Page("rights", "/carpeta/derechos", who=AMPARO, title="Sus derechos", route="/carpeta/derechos"),
    Page("rights-ask", "/carpeta/derechos/pedir", who=AMPARO, title="Pedir algo", route="/carpeta/derechos/pedir"),
    Page(
        "rights-ask-empty", "/carpeta/derechos/pedir", who=AMPARO, steps=(_SEND,), title="Error:", status=422,
        route="/carpeta/derechos/pedir",
    ),
    Page(
        "rights-request", "/carpeta/derechos/pedir", who=AMPARO, title="Su petición",
        steps=({"choose": "input[name=kind]"}, {"fill": {"#about": "Mi segundo apellido está mal"}}, _SEND),
        route="/carpeta/derechos/peticiones/<uuid:request_id>",
    ),
    Page("contact", "/carpeta/contacto", who=AMPARO, title="avisemos", route="/carpeta/contacto"),
    Page(
        "proof-code", "/carpeta/contacto", who=AMPARO, steps=({"press": 'form[action$="/codigo"] .button'},),
        title="Su código", route="/carpeta/contacto/codigo",
    ),
    Page(
        "address-safety", "/carpeta/contacto", who="elena", steps=_follow(".card .next-links li:first-child a"),
        title="Quién puede leerlo", route="/carpeta/contacto/<uuid:address_id>",
    ),
    Page(
        "unlink", "/carpeta/contacto", who="elena", steps=_follow('a[href$="/quitar"]'), title="Quitar",
        route="/carpeta/contacto/<uuid:address_id>/quitar",
    ),
    Page(
        "voice-call", "/carpeta/contacto/llamada", who=AMPARO, title="Que me llamen",
        route="/carpeta/contacto/llamada",
    ),
    Page(
        "voice-call-wrong", "/carpeta/contacto/llamada", who=AMPARO, title="Error:", status=422,
        steps=({"fill": {"#number": "12"}}, _SEND), route="/carpeta/contacto/llamada",
    ),
    Page(
        "voice-code", "/carpeta/contacto/llamada/codigo", who=AMPARO, title="Escriba el código",
        route="/carpeta/contacto/llamada/codigo",
    ),
    Page("call-back", "/escribir/llamada", title="Que me llamen", route="/escribir/llamada"),
    Page(
        "call-back-empty", "/escribir/llamada", title="Error:", status=422, steps=(_SEND,), route="/escribir/llamada",
    ),
    Page("messages", "/mensajes", who=AMPARO, title="Sus mensajes", route="/mensajes"),
    Page("new-message", "/mensajes/nuevo", who=AMPARO, title="Escribir un mensaje", route="/mensajes/nuevo"),
    Page(
        "new-message-empty", "/mensajes/nuevo", who=AMPARO, steps=(_SEND,), title="Error:", status=422,
        route="/mensajes/nuevo",
    ),
    Page(
        "conversation", "/mensajes/nuevo", who=AMPARO, steps=({"fill": {"#body": "¿A qué hora abren?"}}, _SEND),
        route="/mensajes/<uuid:conversation_id>",
    ),
    Page("appointments", "/citas", who=AMPARO, title="Sus citas", route="/citas"),
    Page("appointments-none", "/citas", who="elena", title="Sus citas", route="/citas"),
    Page(
        "appointment", "/citas", who=AMPARO, steps=_follow(".next-links li:first-child a"),
        route="/citas/<uuid:appointment_id>",
    ),
    Page(
        "cancel-appointment", "/citas", who=AMPARO, steps=_follow('a[href$="/anular"]'), title="Anular la cita",
        route="/citas/<uuid:appointment_id>/anular",
    ),
    Page("booking-reason", "/citas/nueva", who=AMPARO, title="Pedir cita", route="/citas/nueva"),
    Page(
        "booking-reason-empty", "/citas/nueva", who=AMPARO, steps=(_SEND,), title="Error:", status=422,
        route="/citas/nueva",
    ),
    Page("booking-place", "/citas/nueva", who=AMPARO, steps=_REASON, title="Dónde y cómo", route="/citas/nueva"),
    Page("booking-time", "/citas/nueva", who=AMPARO, steps=_PLACE, title="Elija una hora", route="/citas/nueva"),
    Page(
        "booking-confirm", "/citas/nueva", who=AMPARO, steps=_TIME, title="Compruebe su cita",
        route="/citas/nueva/confirmar",
    ),
    Page("guest-begin", "/cita", title="Pedir cita sin Cl@ve", route="/cita"),
    Page(
        "guest-begin-wrong", "/cita", steps=({"fill": {"#address": "600 00"}}, _SEND), title="Error:", status=422,
        route="/cita",
    ),
    Page("link-ended", "/c/un-enlace-que-no-vale", title="Este enlace no vale", status=404, route="/c/<token>"),
    Page(
        "booking-held", "/citas/nueva", who="roberto", title="Compruebe su cita", route="/citas/nueva/confirmar",
        steps=(*_TIME, {"press": 'button[formaction$="/reservar"]'}),
    ),
    Page(
        "booking-confirm-too-long", "/citas/nueva", who="roberto", title="Error:", status=422,
        steps=(*_TIME, {"fill": {"#nota": "Vengo con mi hija. " * 27}}, _SEND), route="/citas/nueva/confirmar",
    ),
    Page(
        "move-appointment", "/citas", who=AMPARO, steps=_follow('.next-links a[href*="cambia="]'),
        title="Elija una hora", route="/citas/nueva",
    ),
]  # fmt: skip
