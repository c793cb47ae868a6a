"""The three levels of assurance of eIDAS, as Cl@ve names them."""

LEVELS = {
    "low": "http://eidas.europa.eu/LoA/low",
    "substantial": "http://eidas.europa.eu/LoA/substantial",
    "high": "http://eidas.europa.eu/LoA/high",
}
WORDS = {
    "low": "Baja: usuario y contraseña",
    "substantial": "Sustancial: contraseña y código en el móvil",
    "high": "Alta: DNI electrónico o certificado",
}
_ORDER = list(LEVELS)


def requested(acr_values: str) -> str | None:
    """The first level that the space-separated acr values name; None when they name none that is known."""
    by_value = {value: level for level, value in LEVELS.items()}
    return next((by_value[value] for value in acr_values.split() if value in by_value), None)


def reaches(level: str, wanted: str | None) -> bool:
    """Whether a level is at least the wanted one."""
    return wanted is None or _ORDER.index(level) >= _ORDER.index(wanted)
