"""Small pages for each check that reads the page: one that it must find, one that it must leave alone.

(rule, label, body that fails, body that passes). A body that begins with «<html» is a whole page.
"""

_LONG = " ".join(["La persona puede pedir ayuda en su centro y recibir una respuesta clara."] * 40)
_HARD = (
    "La Administración competente procederá, previa tramitación del correspondiente procedimiento administrativo contradictorio, "
    "a la determinación individualizada de las responsabilidades subsidiarias derivadas del incumplimiento reglamentario."
)
_PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
_BIG = "<svg xmlns='http://www.w3.org/2000/svg' width='60' height='60'><rect width='60' height='60'/></svg>"
_SVG = "data:image/svg+xml," + _BIG.replace("<", "%3C").replace(">", "%3E").replace(" ", "%20").replace("'", "%27")
_ES = "<html lang='es'><head><title>Citas del centro</title></head><body>"

LINKS = [
    (
        "link-punctuation-only",
        "a full stop",
        "<p>Visite la web <a href='/a'>.</a></p>",
        "<p>Visite <a href='/a'>la web</a>.</p>",
    ),
    ("link-generic", "más", "<a href='/a'>Leer más</a>", "<a href='/a'>Cómo pedir la ayuda</a>"),
    (
        "link-new-window",
        "target blank",
        "<a href='/a' target='_blank'>Mapa</a>",
        "<a href='/a' target='_blank'>Mapa (se abre en una ventana nueva)</a>",
    ),
    (
        "link-same-words",
        "two places",
        "<a href='/a'>Centro</a><p>o</p><a href='/b'>Centro</a>",
        "<a href='/a'>Centro</a><p>o</p><a href='/a'>Centro</a>",
    ),
    (
        "link-adjacent-same",
        "picture and words",
        f"<a href='/a'><img src='{_SVG}' alt='Centro'></a> <a href='/a'>Centro</a>",
        f"<a href='/a'><img src='{_SVG}' alt=''> Centro</a>",
    ),
    ("link-title-repeats", "title", "<a href='/a' title='Centro'>Centro</a>", "<a href='/a'>Centro</a>"),
    (
        "link-script-address",
        "javascript:",
        "<a href='javascript:void(0)'>Abrir el mapa</a>",
        "<a href='/mapa'>Abrir el mapa</a>",
    ),
    (
        "link-empty-fragment",
        "#",
        "<a href='#'>Abrir el mapa</a>",
        "<a href='#mapa'>Ir al mapa</a><p id='mapa'>Mapa</p>",
    ),
    (
        "link-broken-fragment",
        "no target",
        "<a href='#nada'>Saltar al contenido</a><main>x</main>",
        "<a href='#m'>Saltar al contenido</a><main id='m'>x</main>",
    ),
    (
        "link-document",
        "no size",
        "<a href='/guia.pdf'>Guía de ayudas</a>",
        "<a href='/guia.pdf'>Guía de ayudas (PDF, 120 kB)</a>",
    ),
    (
        "link-media-transcript",
        "mp3",
        "<a href='/a.mp3'>Escuchar la entrevista</a>",
        "<p><a href='/a.mp3'>Escuchar la entrevista</a> o leer su transcripción</p>",
    ),
    ("link-image-file", "jpg", "<a href='/a.jpg'>Plano del centro</a>", "<a href='/plano'>Plano del centro</a>"),
    (
        "links-not-separated",
        "spaces",
        "<p><a href='/a'>Uno</a> <a href='/b'>Dos</a></p>",
        "<ul><li><a href='/a'>Uno</a></li><li><a href='/b'>Dos</a></li></ul>",
    ),
    (
        "link-not-distinguishable",
        "colour of the text",
        "<p>Lea la <a href='/a' style='text-decoration:none;color:#000'>guía entera</a> antes.</p>",
        "<p>Lea la <a href='/a'>guía entera</a> antes.</p>",
    ),
    (
        "link-hidden-words",
        "display none",
        "<a href='/a'>Leer <span style='display:none'>sobre el rugby</span></a>",
        "<a href='/a'>Leer <span>sobre el rugby</span></a>",
    ),
    ("accesskey", "a key", "<a href='/a' accesskey='x'>Centro</a>", "<a href='/a'>Centro</a>"),
]
NAMES = [
    ("title-missing", "none", "<html lang='es'><head></head><body>x</body></html>", _ES + "x"),
    (
        "title-generic",
        "untitled",
        "<html lang='es'><head><title>Untitled document</title></head><body>x</body></html>",
        _ES + "x",
    ),
    (
        "title-unrelated",
        "another page's",
        f"<html lang='es'><head><title>Recetas vegetarianas</title></head><body><p>{_LONG} Con horario, teléfono, plano, guía y profesionales que atienden siempre.</p>",
        _ES + f"<p>{_LONG} Pida citas con horario, teléfono y plano.</p>",
    ),
    (
        "title-part",
        "the house, not the page",
        f"<html lang='es'><head><title>Centro Ejemplo</title></head><body><h1>Horario y plano del Centro Ejemplo</h1><p>{_LONG}</p>",
        f"<html lang='es'><head><title>Horario y plano del Centro Ejemplo</title></head><body><h1>Horario y plano del Centro Ejemplo</h1><p>{_LONG}</p>",
    ),
    (
        "reference-missing",
        "labelled by nothing",
        "<section aria-labelledby='nada'><p>Texto</p></section>",
        "<section aria-labelledby='t'><h2 id='t'>Horario</h2></section>",
    ),
    ("button-generic", "pulse", "<button>Pulse</button>", "<button>Pedir cita</button>"),
    ("heading-generic", "título", "<h2>Título</h2>", "<h2>Horario</h2>"),
    (
        "label-generic",
        "campo",
        "<label for='a'>Campo</label><input id='a'>",
        "<label for='a'>Teléfono</label><input id='a'>",
    ),
    (
        "frame-title-generic",
        "iframe",
        "<iframe title='iframe' srcdoc='x'></iframe>",
        "<iframe title='Mapa de centros' srcdoc='x'></iframe>",
    ),
    (
        "label-not-in-name",
        "another name",
        "<button aria-label='Enviar'>Pedir cita</button>",
        "<button aria-label='Pedir cita en el centro'>Pedir cita</button>",
    ),
    (
        "summary-name",
        "empty",
        "<details><summary></summary>x</details>",
        "<details><summary>Horario</summary>x</details>",
    ),
    (
        "role-lacks-state",
        "checkbox",
        "<div role='checkbox' tabindex='0'>Sí</div>",
        "<div role='checkbox' tabindex='0' aria-checked='false'>Sí</div>",
    ),
]
STRUCTURE = [
    (
        "heading-fake",
        "bold div",
        "<div style='font-size:24px;font-weight:700'>Horario del centro</div><p>El centro abre de lunes a viernes por la mañana y por la tarde.</p>",
        "<h2>Horario del centro</h2><p>El centro abre de lunes a viernes por la mañana y por la tarde.</p>",
    ),
    (
        "heading-fake",
        "bold line, as large as the rest",
        "<p><strong>Cuánto se cobra</strong></p><p>El centro paga cada mes por la mañana y por la tarde.</p>",
        "<p><strong>entre 573,76 € y 735,15 € al mes</strong></p><p>El centro paga cada mes por la mañana y por la tarde.</p>",
    ),
    ("heading-skipped", "h2 to h4", "<h2>a</h2><h4>b</h4>", "<h2>a</h2><h3>b</h3>"),
    ("heading-first-missing", "no h1", "<h2>a</h2>", "<h1>a</h1>"),
    ("heading-empty", "empty h3", "<h3></h3>", "<h3>Horario</h3>"),
    ("list-fake", "hyphens", "<p>- pan<br>- leche<br>- fruta</p>", "<ul><li>pan</li><li>leche</li></ul>"),
    (
        "content-unorganised",
        "400 words",
        f"<p>{_LONG}</p>",
        f"<h2>Uno</h2><p>{_LONG[:1000]}</p><h2>Dos</h2><p>{_LONG[:1000]}</p>",
    ),
    (
        "order-visual",
        "row reverse",
        "<div style='display:flex;flex-direction:row-reverse'><p>Primero</p><p>Segundo</p></div>",
        "<div style='display:flex'><p>Primero</p><p>Segundo</p></div>",
    ),
    (
        "article-only-links",
        "navigation",
        "<article><h2>Más</h2><a href='/a'>Uno</a><a href='/b'>Dos</a></article>",
        "<nav aria-label='Más'><a href='/a'>Uno</a></nav>",
    ),
    (
        "landmark-main-missing",
        "no main",
        "<nav><a href='/a'>Uno</a></nav><div>x</div>",
        "<nav><a href='/a'>Uno</a></nav><main>x</main>",
    ),
]
TABLES = [
    (
        "table-headers-missing",
        "only td",
        "<table><caption>Horas</caption><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>",
        "<table><caption>Horas</caption><tr><th scope='col'>a</th><th scope='col'>b</th></tr><tr><td>c</td><td>d</td></tr></table>",
    ),
    (
        "table-header-empty",
        "empty th",
        "<table><caption>Horas</caption><tr><th></th><th>b</th></tr><tr><td>c</td><td>d</td></tr></table>",
        "<table><caption>Horas</caption><tr><td></td><th>b</th></tr><tr><td>c</td><td>d</td></tr></table>",
    ),
    (
        "table-headers-ambiguous",
        "two row headers",
        "<table><tr><th>a</th><th>b</th><th>c</th></tr><tr><th>x</th><th>y</th><td>1</td></tr></table>",
        "<table><tr><th>a</th><th>b</th><th>c</th></tr><tr><th scope='row'>x</th><th scope='row'>y</th><td>1</td></tr></table>",
    ),
    (
        "table-scope-missing",
        "both ways",
        "<table><caption>x</caption><tr><td></td><th>b</th></tr><tr><th>c</th><td>d</td></tr></table>",
        "<table><caption>x</caption><tr><td></td><th scope='col'>b</th></tr><tr><th scope='row'>c</th><td>d</td></tr></table>",
    ),
    (
        "table-only-headers",
        "no data",
        "<table><tr><th>a</th><th>b</th></tr></table>",
        "<table><tr><th>a</th></tr><tr><td>b</td></tr></table>",
    ),
    (
        "table-in-header",
        "in th",
        "<table><tr><th>a<table><tr><th>x</th></tr><tr><td>y</td></tr></table></th></tr><tr><td>b</td></tr></table>",
        "<table><tr><th>a</th></tr><tr><td>b</td></tr></table>",
    ),
    (
        "table-nested",
        "in td",
        "<table><tr><th>a</th></tr><tr><td><table><tr><th>x</th></tr><tr><td>y</td></tr></table></td></tr></table>",
        "<table><tr><th>a</th></tr><tr><td>b</td></tr></table>",
    ),
    (
        "table-ragged",
        "short row",
        "<table><tr><th>a</th><th>b</th></tr><tr><td>c</td></tr></table>",
        "<table><tr><th>a</th><th>b</th></tr><tr><td colspan='2'>c</td></tr></table>",
    ),
    (
        "table-caption-missing",
        "none",
        "<table><tr><th>a</th></tr><tr><td>b</td></tr></table>",
        "<table><caption>Horas</caption><tr><th>a</th></tr><tr><td>b</td></tr></table>",
    ),
    (
        "table-layout",
        "headings in cells",
        "<table><tr><td><ul><li>a</li></ul></td><td><h2>b</h2><p>c</p></td></tr></table>",
        "<table role='presentation'><tr><td><h2>b</h2></td></tr></table>",
    ),
    (
        "table-cells-empty",
        "gap",
        "<table><tr><th>a</th><th>b</th></tr><tr><td>c</td><td></td></tr></table>",
        "<table><tr><th>a</th><th>b</th></tr><tr><td>c</td><td>ninguno</td></tr></table>",
    ),
]
IMAGES = [
    (
        "image-alt-file",
        "file name",
        f"<img src='{_SVG}' alt='plano_centro.png'>",
        f"<img src='{_SVG}' alt='Plano del centro'>",
    ),
    ("image-alt-generic", "imagen", f"<img src='{_SVG}' alt='Imagen'>", f"<img src='{_SVG}' alt='Plano del centro'>"),
    (
        "image-title-differs",
        "two texts",
        f"<img src='{_SVG}' alt='Plano' title='Puerta'>",
        f"<img src='{_SVG}' alt='Plano'>",
    ),
    ("image-empty-alt-title", "title only", f"<img src='{_SVG}' alt='' title='Plano'>", f"<img src='{_SVG}' alt=''>"),
    (
        "image-decorative-named",
        "presentation",
        f"<img src='{_SVG}' alt='Plano' role='presentation'>",
        f"<img src='{_SVG}' alt='' role='presentation'>",
    ),
    ("image-spacer", "one pixel", f"<img src='{_PIXEL}' alt='' width='100' height='2'>", f"<img src='{_SVG}' alt=''>"),
    (
        "image-background",
        "icon",
        "<div style='background:url(/aviso.png) no-repeat;width:300px;height:60px'>Plazo abierto</div>",
        "<div style='width:300px'>Plazo abierto</div>",
    ),
    ("image-alt-long", "300 letters", f"<img src='{_SVG}' alt='{_LONG[:320]}'>", f"<img src='{_SVG}' alt='Plano'>"),
    (
        "image-alt-unrelated",
        "another thing",
        "<img src='/img/caballo.png' alt='Twitter' width='50' height='50'>",
        "<img src='/img/caballo.png' alt='Un caballo' width='50' height='50'>",
    ),
]
MEDIA = [
    (
        "video-captions",
        "no track",
        "<video controls src='/a.mp4'></video>",
        "<video controls src='/a.mp4'><track kind='captions' src='/a.vtt'></video>",
    ),
    (
        "video-description",
        "no track",
        "<video controls src='/a.mp4'></video>",
        "<video controls src='/a.mp4'><track kind='descriptions' src='/a.vtt'></video>",
    ),
    (
        "audio-transcript",
        "none",
        "<div><audio controls src='/a.mp3'></audio></div>",
        "<div><audio controls src='/a.mp3'></audio><p>Transcripción: hola.</p></div>",
    ),
    (
        "media-autoplay",
        "no controls",
        "<audio autoplay src='/a.mp3'></audio>",
        "<audio autoplay controls src='/a.mp3'></audio>",
    ),
    (
        "video-autoplay",
        "no controls",
        "<video autoplay src='/a.mp4' width='90' height='90'></video>",
        "<video autoplay controls src='/a.mp4' width='90' height='90'></video>",
    ),
    (
        "media-embedded",
        "elsewhere",
        "<div><iframe src='https://www.youtube.com/embed/x' title='Vídeo'></iframe></div>",
        "<div><p>Este vídeo tiene destellos.</p><iframe src='https://www.youtube.com/embed/x' title='Vídeo'></iframe></div>",
    ),
    (
        "object-alternative",
        "empty",
        "<object data='/a.png' style='display:block' width='90' height='90'></object>",
        "<object data='/a.png' width='90' height='90'>Plano</object>",
    ),
]
FORMS = [
    (
        "field-placeholder-only",
        "placeholder",
        "<input placeholder='Buscar'>",
        "<label for='a'>Buscar</label><input id='a' placeholder='Buscar'>",
    ),
    ("field-label-missing", "none", "<input id='a'>", "<label for='a'>Calle</label><input id='a'>"),
    ("label-empty", "empty", "<label for='a'></label><input id='a'>", "<label for='a'>Calle</label><input id='a'>"),
    (
        "label-points-nowhere",
        "wrong for",
        "<label for='b'>Calle</label><input id='a'>",
        "<label for='a'>Calle</label><input id='a'>",
    ),
    (
        "label-points-elsewhere",
        "same for",
        "<label for='a'>Día</label><input id='a'><label for='a'>Mes</label><input id='b'>",
        "<label for='a'>Día</label><input id='a'><label for='b'>Mes</label><input id='b'>",
    ),
    (
        "label-repeated",
        "twice",
        "<label for='a'>Calle</label><input id='a'><label for='b'>Calle</label><input id='b'>",
        "<label for='a'>Calle</label><input id='a'><label for='b'>Número</label><input id='b'>",
    ),
    (
        "label-far",
        "400 px",
        "<div style='display:flex'><label for='a' style='width:500px'>Calle</label><input id='a'></div>",
        "<label for='a'>Calle</label><input id='a'>",
    ),
    (
        "group-missing",
        "radios",
        "<label><input type='radio' name='r'>Sí</label><label><input type='radio' name='r'>No</label>",
        "<fieldset><legend>¿Vive solo?</legend><label><input type='radio' name='r'>Sí</label><label><input type='radio' name='r'>No</label></fieldset>",
    ),
    (
        "group-unnamed",
        "no legend",
        "<fieldset><label><input type='radio' name='r'>Sí</label></fieldset>",
        "<fieldset><legend>¿Vive solo?</legend><label><input type='radio' name='r'>Sí</label></fieldset>",
    ),
    (
        "hint-not-tied",
        "example",
        "<div><label for='a'>Expediente</label><p class='hint'>Por ejemplo, 12/2026.</p><input id='a'></div>",
        "<div><label for='a'>Expediente</label><p id='h' class='hint'>Por ejemplo, 12/2026.</p><input id='a' aria-describedby='h'></div>",
    ),
    (
        "autocomplete-missing",
        "mail",
        "<label for='a'>Correo electrónico</label><input id='a'>",
        "<label for='a'>Correo electrónico</label><input id='a' autocomplete='email'>",
    ),
    (
        "autocomplete-wrong",
        "mail as tel",
        "<label for='a'>Correo electrónico</label><input id='a' autocomplete='tel'>",
        "<label for='a'>Correo electrónico</label><input id='a' autocomplete='email'>",
    ),
    (
        "error-not-identified",
        "summary alone",
        "<form><div role='alert'>Hay errores en el formulario</div><label for='a'>Calle</label><input id='a'></form>",
        "<form><div role='alert'>Hay errores: <a href='#a'>Escriba la calle</a></div><label for='a'>Calle</label><input id='a'></form>",
    ),
    (
        "error-colour-only",
        "red edge",
        "<form><div role='alert'>Hay errores en el formulario</div><label>Vía <input style='border:2px solid #d00'></label><label>Piso <input></label></form>",
        "<form><label for='a'>Vía</label><span id='e' class='error'>Escriba la vía</span><input id='a' aria-invalid='true' aria-describedby='e' style='border:2px solid #d00'></form>",
    ),
    (
        "error-not-tied",
        "near",
        "<div><label for='a'>Vía</label><span class='error'>Escriba la vía, por ejemplo Mayor</span><input id='a'></div>",
        "<div><label for='a'>Vía</label><span id='e' class='error'>Escriba la vía</span><input id='a' aria-describedby='e'></div>",
    ),
    (
        "error-without-suggestion",
        "no es válido",
        "<label for='a'>Vía</label><span class='error'>El teléfono no es válido</span><input id='a'>",
        "<label for='a'>Vía</label><span class='error'>El teléfono debe tener 9 cifras, como 600 000 000</span><input id='a'>",
    ),
    (
        "required-not-told",
        "silent",
        "<form><label for='a'>Vía</label><input id='a' required><label for='b'>Piso</label><input id='b'></form>",
        "<form><label for='a'>Vía (obligatorio)</label><input id='a' required><label for='b'>Piso</label><input id='b'></form>",
    ),
    (
        "paste-blocked",
        "onpaste",
        "<label for='a'>Contraseña</label><input id='a' type='password' onpaste='return false'>",
        "<label for='a'>Contraseña</label><input id='a' type='password'>",
    ),
    ("login-puzzle", "captcha", "<div class='g-recaptcha'></div>", "<div class='entrada'></div>"),
]
MARKUP = [
    ("id-repeated", "twice", "<p id='a'>x</p><p id='a'>y</p>", "<p id='a'>x</p><p id='b'>y</p>"),
    ("element-obsolete", "center", "<center>x</center>", "<p>x</p>"),
    ("element-moves", "marquee", "<marquee>x</marquee>", "<p>x</p>"),
    ("paragraph-empty", "empty", "<p></p>", "<p>x</p>"),
    ("style-inline-colour", "blue", "<p style='color:blue'>Azul</p>", "<p style='margin:0'>Azul</p>"),
    (
        "content-generated",
        "after",
        "<style>#f::after{content:'tarta de queso'}</style><p id='f'>Me gusta la </p>",
        "<style>#f::after{content:'→'}</style><p id='f'>Me gusta la tarta</p>",
    ),
    (
        "object-windowless",
        "wmode",
        "<object data='x'><param name='wmode' value='transparent'>x</object>",
        "<object data='x'>x</object>",
    ),
    ("pre-without-code", "drawing", "<pre>/\\_/\\ gato</pre>", "<pre><code>x = 1</code></pre>"),
    ("tabindex-on-text", "p", "<p tabindex='0'>Mi coche</p>", "<p>Mi coche</p>"),
    (
        "style-blocks-spacing",
        "letters",
        "<p style='letter-spacing:0.01em !important'>Texto largo</p>",
        "<p style='letter-spacing:0.2em !important'>Texto largo</p>",
    ),
    (
        "viewport-fixed",
        "no zoom",
        "<html lang='es'><head><title>x</title><meta name='viewport' content='user-scalable=no'></head><body>x",
        "<html lang='es'><head><title>x</title><meta name='viewport' content='width=device-width'></head><body>x",
    ),
]
READING = [
    (
        "text-tight",
        "1.0",
        f"<p style='line-height:1'>{_LONG[:600]}</p>",
        f"<p style='line-height:1.5'>{_LONG[:600]}</p>",
    ),
    ("text-capitals", "all", f"<p style='text-transform:uppercase'>{_LONG[:200]}</p>", f"<p>{_LONG[:200]}</p>"),
    ("text-italics", "all", f"<p style='font-style:italic'>{_LONG[:300]}</p>", f"<p>{_LONG[:300]}</p>"),
    (
        "text-justified",
        "both sides",
        f"<p style='text-align:justify;width:300px'>{_LONG[:300]}</p>",
        f"<p style='width:300px'>{_LONG[:300]}</p>",
    ),
    ("text-wide", "whole window", f"<p>{_LONG[:600]}</p>", f"<p style='width:500px'>{_LONG[:600]}</p>"),
    ("text-tiny", "6 px", "<p style='font-size:6px'>Letra pequeña</p>", "<p>Letra</p>"),
    (
        "colour-named",
        "green and red",
        "<p>Las setas verdes se comen, las rojas no.</p><ul><li style='color:green'>Una</li><li style='color:red'>Dos</li><li style='color:green'>Tres</li></ul>",
        "<p>Las setas verdes se comen.</p><ul><li>Una</li><li>Dos</li><li>Tres</li></ul>",
    ),
    (
        "colour-siblings",
        "unnamed",
        "<ul><li style='color:#060'>Una</li><li style='color:#c00'>Dos</li><li style='color:#060'>Tres</li></ul>",
        "<ul><li>Una</li><li>Dos</li><li>Tres</li></ul>",
    ),
    (
        "field-border-faint",
        "pale",
        "<label>a <input style='border:1px solid #eee;background:#fff'></label>",
        "<label>a <input style='border:1px solid #333;background:#fff'></label>",
    ),
    (
        "sensory-reference",
        "on the right",
        "<p>Pulse el botón de la derecha para seguir.</p>",
        "<p>Pulse el botón Seguir.</p>",
    ),
    (
        "abbreviation-unexplained",
        "abbr",
        "<p>El <abbr>CSS</abbr> abre hoy.</p>",
        "<p>El <abbr title='Centro de Servicios Sociales'>CSS</abbr> abre hoy.</p>",
    ),
    (
        "animation-endless",
        "infinite",
        "<style>@keyframes g{to{transform:translateX(9px)}}#m{animation:g 1s infinite}</style><div id='m'>x</div>",
        "<style>@keyframes g{to{transform:translateX(9px)}}#m{animation:g 1s 1}</style><div id='m'>x</div>",
    ),
    (
        "animation-ignores-preference",
        "no media query",
        "<style>@keyframes g{to{transform:translateX(9px)}}#m{animation:g 3s 1}</style><div id='m'>x</div>",
        "<style>@keyframes g{to{transform:translateX(9px)}}#m{animation:g 3s 1}@media (prefers-reduced-motion:reduce){#m{animation:none}}</style><div id='m'>x</div>",
    ),
    (
        "page-refreshes",
        "30 s",
        "<html lang='es'><head><title>x</title><meta http-equiv='refresh' content='30; url=/otra'></head><body>x",
        _ES + "x",
    ),
    (
        "orientation-locked",
        "turned",
        "<style>@media (orientation:landscape){#m{transform:rotate(90deg)}}</style><div id='m'>Texto</div>",
        "<style>@media (orientation:landscape){#m{color:#333}}</style><div id='m'>Texto</div>",
    ),
    (
        "text-hard",
        "legal",
        f"<html lang='es'><head><title>x</title></head><body><p>{_HARD}</p>",
        _ES + f"<p>{_LONG[:220]}</p>",
    ),
    (
        "sentence-long",
        "50 words",
        "<html lang='es'><head><title>x</title></head><body><p>" + "la casa y " * 20 + "fin.</p>",
        _ES + "<p>La casa está abierta. Entre cuando quiera usted. Le esperamos aquí.</p>",
    ),
    (
        "easy-read-rules",
        "percent sign",
        "<html lang='es'><head><title>Citas en lectura fácil</title></head><body><p>El 20 % de las personas que vienen al centro pide una cita por teléfono.</p>",
        "<html lang='es'><head><title>Citas en lectura fácil</title></head><body><p>Puede pedir una cita en el centro. Llame por teléfono.</p>",
    ),
    (
        "language-page-wrong",
        "French for Spanish",
        "<html lang='fr'><head><title>x</title></head><body><p>La persona puede pedir ayuda en su centro y recibir una respuesta.</p>",
        _ES + "<p>La persona puede pedir ayuda en su centro y recibir una respuesta.</p>",
    ),
    (
        "language-part-undeclared",
        "English quote",
        _ES
        + "<p>La persona puede pedir ayuda en su centro. Es un texto largo en español, con muchas palabras de la vida de cada día, para que se sepa en qué idioma está la página entera. Dijo: «The weather is very good and we are going to the beach».</p>",
        _ES + "<p>La persona puede pedir ayuda en su centro. Dijo: «El tiempo es muy bueno y vamos a la playa».</p>",
    ),
    (
        "language-part-wrong",
        "French as English",
        _ES
        + "<p>La persona pide ayuda.</p><p lang='en'>Bonjour madame, vous êtes dans la maison avec les enfants.</p>",
        _ES
        + "<p>La persona pide ayuda.</p><p lang='fr'>Bonjour madame, vous êtes dans la maison avec les enfants.</p>",
    ),
    (
        "direction-wrong",
        "Arabic left to right",
        _ES + "<p lang='ar'>الإعفاء الإلكتروني من التأشيرة</p>",
        _ES + "<p lang='ar' dir='rtl'>الإعفاء الإلكتروني من التأشيرة</p>",
    ),
]

STATIC = [*LINKS, *NAMES, *STRUCTURE, *TABLES, *IMAGES, *MEDIA, *FORMS, *MARKUP, *READING]
