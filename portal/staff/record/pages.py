"""The record's pages and states, as journeys."""

from portal.pages import Page

_AMPARO = ({"follow": ".conversations a"},)


def _record(name: str, path: str, title: str, *steps: dict[str, str], who: str = "Amparo+Ejemplo", status: int = 200,
            route: str = "") -> Page:  # fmt: skip
    """A page of one person's record, reached as people do: search, open, follow."""
    link = {"follow": f'main nav a[href$="/{path}"]'}
    return Page(
        name, f"/profesionales/personas?q={who}", who="marta", steps=(*_AMPARO, link, *steps), title=title,
        status=status, route=route or f"/profesionales/personas/<uuid:person_id>/{path}",
    )  # fmt: skip


_PRESS = {"press": "main form .button"}
PAGES = [
    _record("staff-who-sees", "quien-ve", "Quién ve"),
    _record("staff-history", "historia", "Historia social"),
    _record("staff-plan", "plan", "Plan"),
    _record("staff-plan-new", "plan", "Plan", who="Roberto+Muestra"),
    _record("staff-reports", "informes", "Informes"),
    _record("staff-reports-empty", "informes", "Error", _PRESS, status=422),
    _record("staff-report", "informes", "Informe", {"follow": "main .stack a"},
            route="/profesionales/informes/<uuid:document_id>"),
    _record("staff-report-part", "informes", "parte", {"follow": "main .stack a"}, {"follow": 'main a[href$="/parte"]'},
            route="/profesionales/informes/<uuid:document_id>/parte"),
    _record("staff-family", "familia", "Unidad de convivencia", who="Carmen+Ejemplar"),
    _record("staff-representatives", "representantes", "Representantes"),
    _record("staff-representatives-empty", "representantes", "Error", _PRESS, status=422),
    _record("staff-representative", "representantes", "Representante", {"follow": "main .card a"},
            route="/profesionales/personas/<uuid:person_id>/representantes/<uuid:tie_id>"),
    _record("staff-refer", "derivar", "Derivar"),
    _record("staff-team", "quien-ve", "Equipo del caso", {"follow": 'main a[href$="/equipo"]'},
            route="/profesionales/personas/<uuid:person_id>/equipo"),
    _record("staff-read-folder", "carpeta", "Leerle"),
    _record("staff-city-key", "clave", "Clave del centro"),
    _record("staff-permissions", "permisos", "Permisos"),
    _record("staff-permission-give", "permisos", "Permiso", {"follow": 'main a[href*="permiso=T2"]'},
            route="/profesionales/personas/<uuid:person_id>/permisos/dar"),
    _record("staff-permission-withdraw", "permisos", "Quitar", {"follow": 'main a[href$="/quitar"]'},
            who="Elena+Ficticia", route="/profesionales/personas/<uuid:person_id>/permisos/<uuid:consent_id>/quitar"),
    _record("staff-permission-somebody", "permisos", "otro centro o persona",
            {"follow": 'main a[href$="/permisos/otro"]'},
            route="/profesionales/personas/<uuid:person_id>/permisos/otro"),
    Page(
        "staff-recall", "/profesionales/derivaciones", who="omar", title="Permiso retirado",
        steps=({"follow": 'main a[href*="/permisos-retirados/"]'},),
        route="/profesionales/permisos-retirados/<uuid:recall_id>",
    ),
    Page("staff-unassigned", "/profesionales/personas/sin-centro", who="ines", title="Personas sin centro"),
    Page("staff-my-reports", "/profesionales/informes", who="marta", title="Informes por decidir"),
    Page("staff-my-reports-none", "/profesionales/informes", who="ines", title="Informes por decidir"),
    Page("staff-referrals-none", "/profesionales/derivaciones", who="marta", title="Derivaciones"),
    Page("staff-referrals", "/profesionales/derivaciones", who="omar", title="Derivaciones"),
    Page(
        "staff-referral", "/profesionales/derivaciones", who="omar", steps=({"follow": "main .card a"},),
        title="Derivación", route="/profesionales/personas/<uuid:person_id>/derivaciones/<uuid:referral_id>",
    ),
]  # fmt: skip
