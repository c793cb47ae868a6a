"""The public pages and their states, as journeys."""

from portal.pages import Page

PAGES = [
    Page("home", "/", title="Alma"),
    Page("help", "/ayuda"),
    Page("centres", "/centros"),
    Page("write", "/escribir"),
    Page("search-found", "/buscar?q=alquiler"),
    Page("search-nothing", "/buscar?q=zzzz"),
    Page("search-empty", "/buscar?q="),
    Page("accessibility", "/accesibilidad"),
    Page("privacy", "/privacidad"),
    Page("preferences", "/preferencias"),
    Page("not-found", "/no-existe", status=404),
]
