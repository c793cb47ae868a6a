"""The pages of logging in and out, as journeys."""

from portal.pages import Page

PAGES = [
    Page("login", "/entrar", title="Entrar en su carpeta", route="/entrar"),
    Page("login-half-done", "/entrar/vuelta?state=x&code=y", title="a medias", status=400, route="/entrar/vuelta"),
    Page("logout", "/salir", title="Cerrar sesión", route="/salir"),
    Page("logged-out", "/salir/hecho", title="Ha salido", route="/salir/hecho"),
    Page(
        "step-up", "/carpeta/documentos", who="amparo", level="low", title="más segura", status=403,
        route="/carpeta/documentos",
    ),
    Page("staff-login", "/profesionales/entrar", title="Entrar como profesional", route="/profesionales/entrar"),
    Page(
        "staff-login-empty", "/profesionales/entrar", steps=({"press": "main form .button"},), title="Error:",
        status=422, route="/profesionales/entrar",
    ),
    Page(
        "staff-login-wrong", "/profesionales/entrar",
        steps=({"fill": {"#login": "nadie", "#password": "nada"}}, {"press": "main form .button"}), title="Error:",
        status=422, route="/profesionales/entrar",
    ),
]  # fmt: skip
