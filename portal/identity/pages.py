"""The pages of logging in and out, as journeys."""

from portal.pages import Page

# What the city's own folder asks for, as its program would send the person here.
AUTHORIZE = (
    "/autorizar?response_type=code&client_id=carpeta&redirect_uri=https%3A%2F%2Fcarpeta.example%2Fvuelta"
    "&scope=person%3Aread+appointments%3Aread+files%3Aread&state=x&code_challenge_method=S256"
    "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
)

PAGES = [
    Page("login", "/entrar", title="Entrar en su carpeta", route="/entrar"),
    Page("login-half-done", "/entrar/vuelta?state=x&code=y", title="a medias", status=400, route="/entrar/vuelta"),
    Page("logout", "/salir", title="Cerrar sesión", route="/salir"),
    Page("logged-out", "/salir/hecho", title="Ha salido", route="/salir/hecho"),
    Page(
        "step-up", "/carpeta/documentos", who="amparo", level="low", title="más segura", status=403,
        route="/carpeta/documentos",
    ),
    Page("authorize-wrong", "/autorizar", who="amparo", title="No entendemos", status=400, route="/autorizar"),
    Page("authorize", AUTHORIZE, who="amparo", title="pide entrar", route="/autorizar"),
    Page(
        "applications", "/carpeta/permisos/aplicaciones", who="amparo", title="Aplicaciones",
        route="/carpeta/permisos/aplicaciones",
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
