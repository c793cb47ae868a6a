"""The 55 criteria of WCAG 2.2 A and AA, and clauses 9 and 12 of EN 301 549 (V3.2.1), with what tests can decide of each.

`needs` names what a page must have for the criterion to apply (a key of the page's facts, '' always). `decided` says that the
named tests settle it; elsewhere a person answers `question` after the tests.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Criterion:
    number: str
    slug: str
    level: str
    es: str
    en: str
    needs: tuple[str, ...]
    decided: bool
    question: str
    version: str = "2.0"

    @property
    def clause(self) -> str:
        """The clause of EN 301 549; '' for what only WCAG 2.2 has (the norm follows 2.1)."""
        return f"9.{self.number}" if self.version != "2.2" else ""

    def name(self, language: str) -> str:
        return self.en if language == "en" else self.es


_TABLE = """
1.1.1|non-text-content|A|Contenido no textual|Non-text Content|image|no|¿Dice el texto alternativo de cada imagen lo mismo que la imagen?
1.2.1|audio-only-and-video-only-prerecorded|A|Solo audio y solo vídeo (grabado)|Audio-only and Video-only (Prerecorded)|audio,video|no|¿Tiene cada audio su transcripción, y cada vídeo mudo su descripción?
1.2.2|captions-prerecorded|A|Subtítulos (grabado)|Captions (Prerecorded)|video|no|¿Son completos y correctos los subtítulos?
1.2.3|audio-description-or-media-alternative-prerecorded|A|Audiodescripción o medio alternativo (grabado)|Audio Description or Media Alternative (Prerecorded)|video|no|¿Se cuenta lo que solo se ve?
1.2.4|captions-live|AA|Subtítulos (en directo)|Captions (Live)|video|no|¿Hay emisiones en directo? ¿Llevan subtítulos?
1.2.5|audio-description-prerecorded|AA|Audiodescripción (grabado)|Audio Description (Prerecorded)|video|no|¿Tiene audiodescripción cada vídeo que la necesita?
1.3.1|info-and-relationships|A|Información y relaciones|Info and Relationships||no|¿Está en el código toda la estructura que se ve: apartados, listas, grupos, tablas?
1.3.2|meaningful-sequence|A|Secuencia significativa|Meaningful Sequence||no|¿Se entiende la página leída en el orden del código?
1.3.3|sensory-characteristics|A|Características sensoriales|Sensory Characteristics||no|¿Se entienden las indicaciones sin ver forma, lugar ni color?
1.3.4|orientation|AA|Orientación|Orientation||yes||2.1
1.3.5|identify-input-purpose|AA|Identificar el propósito de la entrada|Identify Input Purpose|form|no|¿Llevan autocomplete todos los campos con datos de la propia persona?|2.1
1.4.1|use-of-color|A|Uso del color|Use of Color||no|¿Hay algo que solo diga el color?
1.4.2|audio-control|A|Control del audio|Audio Control|audio,video|yes|
1.4.3|contrast-minimum|AA|Contraste (mínimo)|Contrast (Minimum)||yes|
1.4.4|resize-text|AA|Cambio de tamaño del texto|Resize Text||yes|
1.4.5|images-of-text|AA|Imágenes de texto|Images of Text|image|no|¿Hay imágenes que contienen texto y no son logotipos?
1.4.10|reflow|AA|Reajuste del texto|Reflow||yes||2.1
1.4.11|non-text-contrast|AA|Contraste no textual|Non-text Contrast||no|¿Se distinguen a 3:1 los bordes, iconos y estados de los controles?|2.1
1.4.12|text-spacing|AA|Espaciado del texto|Text Spacing||yes||2.1
1.4.13|content-on-hover-or-focus|AA|Contenido señalado con el puntero o que tiene el foco|Content on Hover or Focus|hover|no|¿Se puede leer y quitar lo que aparece al señalar?|2.1
2.1.1|keyboard|A|Teclado|Keyboard|control|no|¿Se puede hacer todo con el teclado?
2.1.2|no-keyboard-trap|A|Sin trampas para el foco del teclado|No Keyboard Trap|control|yes|
2.1.4|character-key-shortcuts|A|Atajos del teclado|Character Key Shortcuts||yes||2.1
2.2.1|timing-adjustable|A|Tiempo ajustable|Timing Adjustable|timer|no|¿Hay plazos o sesiones que caducan? ¿Se avisan y se amplían?
2.2.2|pause-stop-hide|A|Poner en pausa, detener, ocultar|Pause, Stop, Hide|moving,timer,video|no|¿Se puede parar lo que se mueve o cambia solo?
2.3.1|three-flashes-or-below-threshold|A|Umbral de tres destellos o menos|Three Flashes or Below Threshold|moving,video|no|¿Hay algo que destelle más de tres veces por segundo?
2.4.1|bypass-blocks|A|Evitar bloques|Bypass Blocks||yes|
2.4.2|page-titled|A|Titulado de páginas|Page Titled||no|¿Describe el título esta página y no otra?
2.4.3|focus-order|A|Orden del foco|Focus Order|control|no|¿Tiene sentido el orden en que se recorre la página?
2.4.4|link-purpose-in-context|A|Propósito de los enlaces (en contexto)|Link Purpose (In Context)|link|no|¿Se sabe adónde lleva cada enlace, por su texto o su contexto?
2.4.5|multiple-ways|AA|Múltiples vías|Multiple Ways||no|¿Se llega a la página de más de una manera?
2.4.6|headings-and-labels|AA|Encabezados y etiquetas|Headings and Labels|heading,form|no|¿Describen los encabezados y las etiquetas lo que titulan?
2.4.7|focus-visible|AA|Foco visible|Focus Visible|control|yes|
2.4.11|focus-not-obscured-minimum|AA|Foco no oculto (mínimo)|Focus Not Obscured (Minimum)|control|yes||2.2
2.5.1|pointer-gestures|A|Gestos con el puntero|Pointer Gestures|pointer|no|¿Hay gestos de varios dedos o de trazado? ¿Se puede de otra manera?|2.1
2.5.2|pointer-cancellation|A|Cancelación del puntero|Pointer Cancellation|control|no|¿Se puede soltar fuera para no activar?|2.1
2.5.3|label-in-name|A|Inclusión de la etiqueta en el nombre|Label in Name|control|yes||2.1
2.5.4|motion-actuation|A|Activación mediante movimiento|Motion Actuation||yes||2.1
2.5.7|dragging-movements|AA|Movimientos de arrastre|Dragging Movements|drag|no|¿Se puede hacer sin arrastrar?|2.2
2.5.8|target-size-minimum|AA|Tamaño del objetivo (mínimo)|Target Size (Minimum)|control|yes||2.2
3.1.1|language-of-page|A|Idioma de la página|Language of Page||yes|
3.1.2|language-of-parts|AA|Idioma de las partes|Language of Parts||no|¿Declaran su idioma los fragmentos cortos en otra lengua?
3.2.1|on-focus|A|Al recibir el foco|On Focus|control|yes|
3.2.2|on-input|A|Al recibir entradas|On Input|form|no|¿Cambia algo de sitio al rellenar un campo?
3.2.3|consistent-navigation|AA|Navegación coherente|Consistent Navigation|site|yes|
3.2.4|consistent-identification|AA|Identificación coherente|Consistent Identification|site|no|¿Se llama igual lo que hace lo mismo?
3.2.6|consistent-help|A|Ayuda coherente|Consistent Help|site|yes||2.2
3.3.1|error-identification|A|Identificación de errores|Error Identification|form|no|¿Se identifican con palabras todos los errores posibles?
3.3.2|labels-or-instructions|A|Etiquetas o instrucciones|Labels or Instructions|form|no|¿Se sabe qué escribir y cómo?
3.3.3|error-suggestion|AA|Sugerencias ante errores|Error Suggestion|form|no|¿Dice cada error cómo corregirlo?
3.3.4|error-prevention-legal-financial-data|AA|Prevención de errores (legales, financieros, datos)|Error Prevention (Legal, Financial, Data)|money|no|¿Se puede revisar, corregir o deshacer antes de comprometerse?
3.3.7|redundant-entry|A|Entrada redundante|Redundant Entry|form|no|¿Se pide dos veces el mismo dato en un trámite?|2.2
3.3.8|accessible-authentication-minimum|AA|Autenticación accesible (mínimo)|Accessible Authentication (Minimum)|password|no|¿Se puede entrar sin memorizar ni transcribir?|2.2
4.1.2|name-role-value|A|Nombre, función, valor|Name, Role, Value|control|no|¿Anuncia el lector de pantalla nombre, función y estado de cada control propio?
4.1.3|status-messages|AA|Mensajes de estado|Status Messages|live,form|no|¿Se anuncian los mensajes que aparecen sin mover el foco?|2.1
"""


def _read(line: str) -> Criterion:
    number, slug, level, es, en, needs, decided, question, *version = line.split("|")
    return Criterion(
        number,
        slug,
        level,
        es,
        en,
        tuple(n for n in needs.split(",") if n),
        decided == "yes",
        question,
        *(version[:1] or ["2.0"]),
    )


CRITERIA: tuple[Criterion, ...] = tuple(_read(line) for line in _TABLE.strip().splitlines())
BY_NUMBER = {c.number: c for c in CRITERIA}

# Clause 12 and what else of clause 9 is no success criterion: always a person's.
CLAUSES: tuple[tuple[str, str, str], ...] = (
    ("9.4.1.1", "Procesamiento (se da por cumplido: WCAG 2.2 lo retiró)", "Parsing (held to be met: dropped by WCAG 2.2)"),
    ("9.6", "Requisitos de conformidad: páginas enteras, procesos completos", "Conformance requirements: whole pages, complete processes"),
    ("12.1.1", "La documentación cuenta las características de accesibilidad", "Documentation tells the accessibility features"),
    ("12.1.2", "La documentación es accesible", "Documentation is accessible"),
    ("12.2.2", "El servicio de apoyo informa sobre la accesibilidad", "Support informs on accessibility features"),
    ("12.2.3", "El servicio de apoyo se comunica como la persona necesita", "Support communicates as the person needs"),
    ("12.2.4", "La documentación del servicio de apoyo es accesible", "Support's documentation is accessible"),
)  # fmt: skip
