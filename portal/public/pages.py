"""The public pages and their states, as journeys."""

from portal.pages import Page

_SEND = {"press": "main form .button"}

PAGES = [
    Page("home", "/", title="Alma"),
    Page("help", "/ayuda"),
    Page("centres", "/centros"),
    Page("write", "/escribir"),
    Page("search-found", "/buscar?q=alquiler"),
    Page("search-nothing", "/buscar?q=zzzz"),
    Page("search-empty", "/buscar?q="),
    Page("api", "/api", title="La API"),
    Page("accessibility", "/accesibilidad", title="Declaración de accesibilidad"),
    Page("accessibility-comment", "/accesibilidad/comunicacion", title="Contar un problema"),
    Page(
        "accessibility-comment-empty", "/accesibilidad/comunicacion", steps=(_SEND,), title="Error:", status=422,
        route="/accesibilidad/comunicacion",
    ),
    Page("accessibility-request", "/accesibilidad/solicitud", title="Pedir información accesible"),
    Page(
        "accessibility-request-wrong", "/accesibilidad/solicitud",
        steps=({"fill": {"#body": "No puedo leer la guía", "#email": "ana"}}, _SEND), title="Error:", status=422,
        route="/accesibilidad/solicitud",
    ),
    Page(
        "accessibility-received", "/accesibilidad/comunicacion",
        steps=({"fill": {"#body": "El mapa no se lee con lector de pantalla"}}, _SEND), title="Hemos recibido",
        route="/accesibilidad/recibido/<uuid:key>",
    ),
    Page("privacy", "/privacidad"),
    Page("preferences", "/preferencias"),
    Page("not-found", "/no-existe", status=404),
]  # fmt: skip
