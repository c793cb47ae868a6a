"""Every route of both apps and what it demands. A new one fails here until somebody says who may open it."""

from portal.apps import create_citizen_app, create_staff_app
from portal.identity.guard import all_routes

CITIZEN = {
    ("/", "GET", "public"),
    ("/accesibilidad", "GET", "public"),
    ("/accesibilidad/comunicacion", "GET POST", "public"),
    ("/accesibilidad/solicitud", "GET POST", "public"),
    ("/accesibilidad/recibido/<uuid:key>", "GET", "public"),
    ("/ayuda", "GET", "public"),
    ("/ayudas/calcular", "GET", "public"),
    ("/ayudas/calcular", "POST", "public"),
    ("/ayudas/calcular/<benefit>", "GET", "public"),
    ("/ayudas/calcular/mis-datos", "GET", "citizen"),
    ("/ayudas/calcular/<benefit>", "POST", "public"),
    ("/ayudas/calcular/guardar", "POST", "public"),
    ("/ayudas/calcular/imprimir", "POST", "public"),
    ("/carpeta/ayudas", "GET", "citizen"),
    ("/carpeta/ayudas/<uuid:result_id>", "GET", "citizen"),
    ("/carpeta/ayudas/<uuid:result_id>/borrar", "GET POST", "citizen"),
    ("/carpeta/ayudas/guardar", "GET", "citizen"),
    ("/carpeta/ayudas/guardar", "POST", "citizen"),
    ("/buscar", "GET", "public"),
    ("/centros", "GET", "public"),
    ("/entrar", "GET", "public"),
    ("/entrar/clave", "GET", "public"),
    ("/entrar/vuelta", "GET", "public"),
    ("/escribir", "GET", "public"),
    ("/preferencias", "GET", "public"),
    ("/privacidad", "GET", "public"),
    ("/recursos/<path:name>", "GET", "public"),
    ("/salir", "GET", "public"),
    ("/salir", "POST", "public"),
    ("/salir/hecho", "GET", "public"),
    ("/carpeta", "GET", "citizen"),
    ("/carpeta/consultas", "GET", "citizen"),
    ("/carpeta/consultas/<uuid:entry_id>", "GET POST", "citizen"),
    ("/carpeta/empezar", "GET", "citizen"),
    ("/carpeta/empezar", "POST", "citizen"),
    ("/carpeta/contacto", "GET", "citizen"),
    ("/carpeta/contacto/<uuid:address_id>", "GET POST", "citizen"),
    ("/carpeta/contacto/<uuid:address_id>/quitar", "GET POST", "citizen"),
    ("/carpeta/contacto/codigo", "POST", "citizen"),
    ("/carpeta/contacto/llamada", "GET POST", "citizen"),
    ("/carpeta/contacto/llamada/codigo", "GET POST", "citizen"),
    ("/e/<token>", "GET POST", "public"),
    ("/escribir/llamada", "GET POST", "public"),
    ("/mensajes/enlace/<uuid:link_id>", "GET", "citizen"),
    ("/carpeta/datos", "GET", "citizen"),
    ("/carpeta/documentos", "GET", "citizen"),
    ("/carpeta/documentos/<uuid:document_id>", "GET", "citizen"),
    ("/carpeta/permisos", "GET", "citizen"),
    ("/carpeta/permisos/<uuid:consent_id>", "GET", "citizen"),
    ("/carpeta/permisos/<uuid:consent_id>/quitar", "GET POST", "citizen"),
    ("/carpeta/permisos/<uuid:consent_id>/recibo.json", "GET", "citizen"),
    ("/carpeta/permisos/nuevo", "GET POST", "citizen"),
    ("/carpeta/convivencia", "GET", "citizen"),
    ("/carpeta/de", "GET", "citizen"),
    ("/carpeta/de/<uuid:person_id>", "GET", "citizen"),
    ("/carpeta/de/<uuid:person_id>/dejar", "GET POST", "citizen"),
    ("/carpeta/de/<uuid:person_id>/documentos/<uuid:document_id>", "GET", "citizen"),
    ("/carpeta/de/<uuid:person_id>/expedientes/<uuid:file_id>", "GET", "citizen"),
    ("/carpeta/plan", "GET", "citizen"),
    ("/carpeta/representantes", "GET", "citizen"),
    ("/carpeta/representantes/<uuid:representation_id>/decidir", "GET POST", "citizen"),
    ("/carpeta/representantes/<uuid:representation_id>/quitar", "GET POST", "citizen"),
    ("/carpeta/representantes/autorizar", "GET POST", "citizen"),
    ("/carpeta/representantes/avisar", "GET POST", "citizen"),
    ("/entrar/ciudad", "GET POST", "public"),
    ("/carpeta/expedientes/<uuid:file_id>", "GET", "citizen"),
    ("/carpeta/expedientes/<uuid:file_id>/subir", "GET POST", "citizen"),
    ("/citas", "GET", "citizen"),
    ("/citas/<uuid:appointment_id>", "GET", "citizen"),
    ("/citas/<uuid:appointment_id>/anular", "GET POST", "citizen"),
    ("/citas/<uuid:appointment_id>/cita.ics", "GET", "citizen"),
    ("/citas/<uuid:appointment_id>/video", "GET", "citizen"),
    ("/citas/<uuid:appointment_id>/video", "POST", "citizen"),
    ("/citas/<uuid:appointment_id>/video/interprete", "POST", "citizen"),
    ("/citas/<uuid:appointment_id>/video/pulso", "GET", "citizen"),
    ("/citas/<uuid:appointment_id>/video/salir", "POST", "citizen"),
    ("/citas/<uuid:appointment_id>/video/senales", "POST", "citizen"),
    ("/citas/<uuid:appointment_id>/video/telefono", "POST", "citizen"),
    ("/video/<link>", "GET", "public"),
    ("/video/<link>", "POST", "public"),
    ("/video/sala/<uuid:guest_id>", "GET", "public"),
    ("/video/sala/<uuid:guest_id>/pulso", "GET", "public"),
    ("/video/sala/<uuid:guest_id>/salir", "POST", "public"),
    ("/video/sala/<uuid:guest_id>/senales", "POST", "public"),
    ("/video/sala/<uuid:guest_id>/telefono", "POST", "public"),
    ("/citas/nueva", "GET", "citizen"),
    ("/citas/nueva/confirmar", "GET POST", "citizen"),
    ("/citas/nueva/reservar", "POST", "citizen"),
    ("/citas/espera", "POST", "citizen"),
    ("/citas/espera/<uuid:entry_id>/<any(aceptar, dejar):what>", "POST", "citizen"),
    ("/citas/<uuid:appointment_id>/profesional/<any(esperar, otra):what>", "POST", "citizen"),
    ("/mensajes", "GET", "citizen"),
    ("/mensajes/<uuid:conversation_id>", "GET POST", "citizen"),
    ("/mensajes/adjuntos/<uuid:attachment_id>", "GET", "citizen"),
    ("/mensajes/nuevo", "GET POST", "citizen"),
}
STAFF_PUBLIC = {
    ("/", "GET", "public"),
    ("/entrar", "GET POST", "public"),
    ("/entrar/codigo", "GET POST", "public"),
    ("/recursos/<path:name>", "GET", "public"),
    ("/salir", "GET", "public"),
    ("/salir", "POST", "public"),
}


def test_the_citizens_routes():
    found = set(all_routes(create_citizen_app()))
    assert found - CITIZEN == set(), "say here who may open these"
    assert CITIZEN - found == set(), "these are gone"


def test_staff_pages_are_for_staff():
    found = set(all_routes(create_staff_app()))
    assert {one for one in found if one[2] != "staff"} == STAFF_PUBLIC


def test_no_route_is_forgotten_by_the_guard():
    for app in (create_citizen_app(), create_staff_app()):
        assert [one for one in all_routes(app) if one[2] is None] == []
