"""Every page a person can open is in `alma pages`, so that every audit and every journey sees it."""

import pytest

from portal.apps import create_citizen_app, create_staff_app
from portal.pages import every_page

# What answers with a file, or only leads on: nothing to look at.
NO_PAGE = {
    "/e/<token>": "a link that is sent once: walked by the tests of step-up",
    "/mensajes/enlace/<uuid:link_id>": "the way back from such a link",
    "/profesionales/personas/sin-centro/<uuid:person_id>": "nobody is new in the city: test_assigning.py",
    "/profesionales/cartas/<uuid:letter_id>": "a sheet to print",
    "/profesionales/plantillas/<uuid:template_id>": "the city has no template yet: walked by the desk's tests",
    "/profesionales/agenda/grupos/<uuid:session_id>": "the city has no group yet: walked by the desk's tests",
    "/profesionales/agenda/grupos/<uuid:session_id>/anular": "the same",
    "/profesionales/": "leads to the inbox or the login",
    "/entrar/clave": "leads to the identity provider",
    "/profesionales/salir": "the same page as /salir",
    "/citas/<uuid:appointment_id>/cita.ics": "a calendar file",
    "/agenda/<token>.ics": "a calendar feed",
    "/c/<token>/cita": "behind a code that only its person gets: tests/services/office/test_links.py",
    "/cita/codigo": "behind a code: tests/services/office/test_guests.py",
    "/cita/mias": "behind the same code",
    "/cita/hora": "behind the same code; the pages are those of /citas/nueva",
    "/cita/confirmar": "behind the same code",
    "/cita/espera": "behind the same code",
    "/carpeta/documentos/<uuid:document_id>": "a document",
    "/carpeta/de/<uuid:person_id>/documentos/<uuid:document_id>": "a document",
    "/carpeta/de/<uuid:person_id>/citas/<uuid:appointment_id>/anular": "walked by tests/services/office/test_acting.py",
    "/carpeta/de/<uuid:person_id>/expedientes/<uuid:file_id>/subir": "walked by the same",
    "/carpeta/permisos/<uuid:consent_id>/recibo.json": "a receipt, as a file",
    "/carpeta/derechos/copia/<uuid:export_id>": "a copy, as a file",
    "/mensajes/adjuntos/<uuid:attachment_id>": "a file",
    "/profesionales/bandeja/<uuid:conversation_id>/adjuntos/<uuid:attachment_id>": "a file",
    "/profesionales/bandeja/<uuid:conversation_id>/adjuntos/<uuid:attachment_id>/escuchar": "a voice note",
    "/profesionales/apartados/<int:event_id>/original": "a file",
    "/citas/<uuid:appointment_id>/video/pulso": "asked by the page of a call",
    "/profesionales/agenda/<uuid:appointment_id>/video": "open for an hour: walked by the journey of a call",
    "/profesionales/agenda/<uuid:appointment_id>/video/pulso": "asked by the page of a call",
    "/video/<link>": "a link shown once: walked by the journey of a call",
    "/video/sala/<uuid:guest_id>": "behind that link",
    "/video/sala/<uuid:guest_id>/pulso": "asked by the page of a call",
    "/profesionales/ayudas/<name>/texto.yaml": "a file",
    "/profesionales/ayudas/borradores/<uuid:draft_id>/tabla.csv": "a file",
    "/profesionales/ayudas/ciudad/tabla.csv": "a file",
    "/carpeta/empezar": "leads back to the folder",
    "/profesionales/entrar/codigo": "half a login: walked by every staff journey",
}


def routes(method: str = "GET") -> list[str]:
    found = []
    for app, prefix in ((create_citizen_app(), ""), (create_staff_app(), "/profesionales")):
        for rule in app.url_map.iter_rules():
            if method in rule.methods and rule.endpoint not in ("static", "look.built"):
                found.append(prefix + rule.rule)
    return sorted(set(found))


@pytest.mark.parametrize("route", routes())
def test_each_route_is_told(route):
    if route.startswith(("/recursos/", "/profesionales/recursos/")) or route in NO_PAGE:
        return
    assert route in {page.shows for page in every_page()}, f"{route} is in no portal/<room>/pages.py"


def test_nothing_is_told_that_does_not_exist():
    known = {*routes(), *routes("POST")}
    for page in every_page():
        assert page.status == 404 or page.shows in known, page.name
