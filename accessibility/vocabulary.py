"""Words that checks look for, in the languages of the pages we meet. Compared without accents or case.

General words of the trade, not gathered from any test page.
"""

# Links and buttons whose words say nothing by themselves.
GENERIC_LINKS = """
aqui|haga clic aqui|haz clic aqui|clic aqui|pulse aqui|pulsa aqui|pinche aqui|pincha aqui|mas|ver mas|leer mas|saber mas|mas informacion|
mas info|informacion|enlace|este enlace|ver|ver detalle|ver detalles|detalle|detalles|continuar leyendo|seguir leyendo|siga leyendo|
sigue leyendo|ir|abrir|esta pagina|pagina|descubre mas|conoce mas|
here|click here|click|press here|tap here|more|read more|learn more|find out more|see more|view more|more info|more information|info|information|
link|this link|this|this page|page|details|more details|view details|view|continue|continue reading|go|open|see|show more|
website|site|this website|web page|read on|discover more|
ici|cliquez ici|en savoir plus|lire la suite|plus|voir plus|suite|lien|
hier|hier klicken|klicken sie hier|mehr|mehr erfahren|weiterlesen|mehr lesen|link|
clicca qui|qui|leggi tutto|leggi di piu|continua|scopri di piu|
clique aqui|leia mais|saiba mais|ver mais|mes|llegir mes|cliqueu aqui|feu clic aqui|mes informacio
"""
GENERIC_BUTTONS = """
boton|clic|click|haz clic|haga clic|pulsa|pulse|aqui|submit image|button|press|click here|click me|image|imagen|icono|icon|btn|go|ok here|
bouton|cliquez|schaltflache|klicken|bottone
"""
GENERIC_TITLES = """
untitled|untitled document|untitled page|new page|new document|page|home|homepage|home page|index|welcome|document|title|test|default|website|web site|web page|
sin titulo|documento sin titulo|pagina nueva|nueva pagina|pagina|inicio|pagina de inicio|pagina principal|portada|bienvenido|bienvenidos|titulo|documento|
portal|web|sitio web|page title|titulo de la pagina|my page|mi pagina|react app|vite app|loading|cargando
"""
GENERIC_ALTS = """
imagen|foto|fotografia|grafico|icono|logo|logotipo|banner|ilustracion|dibujo|captura|captura de pantalla|espaciador|separador|
image|photo|picture|photograph|graphic|icon|img|pic|figure|drawing|illustration|screenshot|spacer|bullet|arrow|divider|alt|alt text|alternative text|
image of|imagen de|foto de|picture of|photo of|untitled|placeholder|thumbnail|miniatura|null|undefined|none|blank|texto alternativo
"""
GENERIC_HEADINGS = """
titulo|encabezado|cabecera|seccion|apartado|texto|heading|title|section|header|subheading|subtitulo|untitled|sin titulo|lorem ipsum|heading text
"""
GENERIC_LABELS = """
campo|texto|valor|dato|datos|etiqueta|entrada|input|field|label|text|value|enter text|enter value|text field|textbox|text box|form field|escriba|escriba aqui
"""
GENERIC_FRAMES = """
iframe|frame|marco|contenido|content|embed|embedded|widget|untitled|title|titulo|incrustado|ventana|window|iframe title|box
"""
# A link says that it opens a new window.
NEW_WINDOW = """
nueva ventana|otra ventana|ventana nueva|nueva pestana|otra pestana|pestana nueva|enlace externo|sitio externo|abre en|se abre|
new window|new tab|another window|another tab|opens in|external|external link|external site|
nouvelle fenetre|nouvel onglet|neues fenster|neuem fenster|neuer tab|nuova finestra|nuova scheda|nova janela|nova finestra
"""
TRANSCRIPT = """
transcripcion|texto del video|texto del audio|version en texto|version escrita|guion|subtitulos|
transcript|transcription|text version|text alternative|read the|captions|subtitles|texte|transkript|trascrizione|transcricao
"""
# Phrases that only point at a place, a shape or a sound.
SENSORY = r"""
(?:a la|de la|en la|por la) (?:derecha|izquierda)|(?:margen|lado|parte|columna|panel|menu|boton|barra|esquina|zona) (?:\w+ )?(?:derech[oa]|izquierd[oa])|
(?:boton|icono|cuadro|circulo|enlace|campo|texto) (?:redond[oa]|cuadrad[oa]|circular|triangular|verde|roj[oa]|azul|amarill[oa]|naranja|gris)s?|
(?:cuando|al) (?:oiga|oir|escuche|suene)|(?:boton|menu|enlace|texto|cuadro|lista) de (?:arriba|abajo)|
(?:on|to|at|in) the (?:far |top |bottom |upper |lower )?(?:right|left)(?: hand)?|(?:right|left)[- ]hand (?:side|column|menu|panel|corner)|
(?:the|a) (?:round|square|circular|triangular|red|green|blue|yellow|orange|grey|gray) (?:button|icon|box|circle|link|field|text|square|arrow)s?|
(?:button|link|menu|box|list|field|form|icon|image|picture|text) (?:above|below|(?:on|to) the (?:right|left))|when you hear|
(?:marked|shown|highlighted|written|indicated|displayed) in (?:red|green|blue|yellow|orange|bold)|
(?:marcad[oa]s?|resaltad[oa]s?|indicad[oa]s?|escrit[oa]s?) en (?:rojo|verde|azul|amarillo|naranja)|
(?:a droite|a gauche)|(?:auf der|rechten|linken) (?:rechten|linken|seite)|(?:alla|sulla) (?:destra|sinistra)
"""
# Colour names and where they lie on the wheel: hue from, to (degrees).
COLOURS = {
    "red": (340, 20), "rojo": (340, 20), "roja": (340, 20), "rojos": (340, 20), "rojas": (340, 20),
    "green": (75, 170), "verde": (75, 170), "verdes": (75, 170),
    "blue": (190, 260), "azul": (190, 260), "azules": (190, 260),
    "orange": (20, 45), "naranja": (20, 45), "naranjas": (20, 45),
    "yellow": (45, 70), "amarillo": (45, 70), "amarilla": (45, 70), "amarillos": (45, 70), "amarillas": (45, 70),
    "purple": (260, 310), "morado": (260, 310), "morada": (260, 310),
    "pink": (310, 345), "rosa": (310, 345),
}  # fmt: skip
# What a message of error looks like, and one that says nothing but "wrong".
ERROR_SUMMARY = r"""
\b(?:hay|existe\w*|corrija|corrige|revise|revisa|solucione) (?:\w+ ){0,3}error\w*|(?:corrija|corrige|solucione) |hay un problema|
\b(?:fix|correct|resolve) (?:\w+ ){0,3}(?:error|problem|mistake)s?|there (?:is|are|was|were) (?:\w+ ){0,2}(?:error|problem)s?|errors? (?:on|in) th
"""
VAGUE_ERROR = r"""
^(?:error ?:? ?)?(?:(?:el|la|este|esta|the|this|your|su)? ?(?:\w+ ){0,3})?(?:(?:is|es|esta|was|are|son)? ?(?:not|no|no es|no esta)? ?(?:an? )?(?:valid|valido|valida|invalid|invalido|invalida|
incorrect|incorrecto|incorrecta|wrong|error|erroneo|erronea|malformed|correcto|correcta|correct))(?: (?:value|format|input|entry|field|valor|formato|dato|campo))?[.!]?$
"""
HINT = r"""(?:por ejemplo|ejemplo|p\. ?ej|formato|debe |puede |maximo|minimo|caracteres|for example|e\.g|example|format|must |characters|you can|it'?s |like |such as|dd/mm|aaaa|yyyy)"""
AUTOCOMPLETE = {
    "given-name": r"^(?:nombre|nombre de pila|first name|given name|your first name|prenom|vorname|nome)$",
    "family-name": r"^(?:apellidos?|primer apellido|last name|surname|family name|nom de famille|nachname|cognome)$",
    "name": r"^(?:nombre completo|nombre y apellidos|full name|your name|name|your full name)$",
    "email": r"(?:correo electronico|^correo$|e-?mail|courriel)",
    "tel": r"(?:^telefono|telefono movil|numero de telefono|^movil$|telephone|phone number|^phone$|mobile number)",
    "postal-code": r"(?:codigo postal|post ?code|zip code|^zip$|code postal|postleitzahl)",
    "street-address": r"^(?:direccion|direccion postal|domicilio|address|street address|address line 1|calle)$",
    "bday": r"^(?:fecha de nacimiento|date of birth|birth date|your date of birth)$",
    "username": r"^(?:usuario|nombre de usuario|username|user name)$",
    "current-password": r"^(?:contrasena|clave|password)$",
    "country-name": r"^(?:pais|pais de residencia|country)$",
    "organization": r"^(?:empresa|organizacion|company|company name|organisation name)$",
}


def _list(words: str) -> list[str]:
    return [word.strip() for word in words.replace("\n", "").split("|") if word.strip()]


def _pattern(text: str) -> str:
    return "".join(line if line.endswith(" ") else line.strip() for line in text.strip("\n").split("\n")).strip("\n")


def for_scripts() -> dict[str, object]:
    """What the scripts in the page are given."""
    return {
        "links": _list(GENERIC_LINKS),
        "buttons": _list(GENERIC_BUTTONS),
        "titles": _list(GENERIC_TITLES),
        "alts": _list(GENERIC_ALTS),
        "headings": _list(GENERIC_HEADINGS),
        "labels": _list(GENERIC_LABELS),
        "frames": _list(GENERIC_FRAMES),
        "window": _list(NEW_WINDOW),
        "transcript": _list(TRANSCRIPT),
        "sensory": _pattern(SENSORY),
        "colours": COLOURS,
        "summary": _pattern(ERROR_SUMMARY),
        "vague": _pattern(VAGUE_ERROR),
        "hint": HINT,
        "autocomplete": AUTOCOMPLETE,
    }
