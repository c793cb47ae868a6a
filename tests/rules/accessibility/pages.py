"""Whole pages for what takes keys, a pointer, other sizes and time: each bad page must show its rules, its good twin none of them."""

_HEAD = "<!doctype html><html lang='es'><head><meta charset='utf-8'><title>{title}</title><style>{style}</style></head><body><main><h1>{title}</h1>"


def _page(title: str, body: str, style: str = "", script: str = "") -> str:
    return _HEAD.format(title=title, style=style) + body + f"</main><script>{script}</script></body></html>"


_WORDS = "La persona puede pedir ayuda en su centro y recibir una respuesta clara. " * 3
_RING = "a,button,[role=button]{display:inline-block;padding:14px}a:focus,button:focus,[tabindex]:focus,input:focus,select:focus{outline:3px solid #000}"
_CHOICES = (
    "<p><label for='s'>Idioma</label><select id='s'><option>a</option><option>b</option></select></p>"
    "<p><input type='checkbox' id='k' name='k'><label for='k'>Avisarme</label></p>"
    "<p><input type='radio' id='r' name='r'><label for='r'>Por carta</label></p><button type='button'>Cambiar</button>"
)
_FAR = (
    "<div dir='rtl' style='width:1200px'><label for='i' style='display:block'>Escriba aquí cuántas personas viven en su casa</label>"
    "<input id='i' inputmode='numeric' style='width:60px'></div>"
)
_FOUR = "".join(f"<p><a href='/{one}' id='{one}'>Página {one}</a></p>" for one in "abcd")

# (label, rules, bad page, good page)
LIVE = [
    (
        "keyboard",
        {"focus-not-visible", "focus-obscured", "focus-order", "click-not-focusable", "key-space", "key-enter", "focus-nowhere"},
        _page(
            "Teclado",
            "<p><a href='/a' id='n'>Sin contorno</a></p><p><a href='/t' tabindex='3'>Tres</a></p>"
            "<div id='c' style='width:90px'>Abrir chat</div><a href='/b' role='button' class='r'>Seguir</a>"
            "<div role='button' tabindex='0' id='d' class='r'>Sumar</div><p style='height:0;overflow:hidden;position:relative'>"
            "<button style='position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)'>Oculto</button></p>"
            "<p style='position:relative'><a href='/x' class='r' id='o'>Tapado por otro</a><span style='position:absolute;left:0;top:-4px;width:300px;height:40px;background:#ccc;z-index:2'></span></p>",
            "#n:focus{outline:none}.r:focus{outline:3px solid #000}",
            "document.getElementById('c').addEventListener('click',function(){document.title='x'});document.getElementById('d').addEventListener('click',function(){this.textContent='2'})",
        ),
        _page(
            "Teclado",
            "<p><a href='/a'>Con contorno</a></p><p><a href='/t'>Tres</a></p><button id='c' type='button'>Abrir chat</button> <a href='/b'>Seguir</a> "
            "<div role='button' tabindex='0' id='d'>Sumar</div>",
            _RING,
            "document.getElementById('c').addEventListener('click',function(){document.title='x'});var d=document.getElementById('d');d.addEventListener('click',function(){this.textContent='2'});"
            "d.addEventListener('keydown',function(e){if(e.key===' '||e.key==='Enter'){e.preventDefault();this.click()}})",
        ),
    ),
    (
        "trap",
        {"focus-trap"},
        _page("Trampa", "<a href='/a' id='t'>Uno</a> <a href='/b'>Dos</a>", _RING, "document.getElementById('t').onkeydown=function(e){e.preventDefault()}"),
        _page("Trampa", "<a href='/a' id='t'>Uno</a> <a href='/b'>Dos</a>", _RING),
    ),
    (
        "select that leaves",
        {"change-changes-context"},
        _page("Idioma", "<label for='s'>Idioma</label><select id='s'><option>a</option><option>b</option></select>", _RING, "document.getElementById('s').addEventListener('change',function(){location.href='?x=1'})"),
        _page("Idioma", "<label for='s'>Idioma</label><select id='s'><option>a</option><option>b</option></select><button type='button'>Cambiar</button>", _RING),
    ),
    (
        "one of several choices that leaves",
        {"change-changes-context"},
        _page("Elegir", _CHOICES, _RING, "document.getElementById('k').addEventListener('change',function(){setTimeout(function(){location.href='?x=1'},60)})"),
        _page("Elegir", _CHOICES, _RING),
    ),
    (
        "a field at the end of a long label",
        {"focus-not-visible"},
        _page("Campo", _FAR, "#i{border:1px solid #767676}#i:focus{outline:none}"),
        _page("Campo", _FAR, _RING),
    ),
    (
        "way back",
        {"tab-backwards"},
        _page("Vuelta", _FOUR, _RING, "document.getElementById('d').onkeydown=function(e){if(e.shiftKey){e.preventDefault();document.getElementById('a').focus()}}"),
        _page("Vuelta", _FOUR, _RING),
    ),
    (
        "focus that leaves",
        {"focus-changes-context"},
        _page("Foco", "<a href='/a' id='t'>Uno</a> <a href='/b'>Dos</a>", _RING, "document.getElementById('t').addEventListener('focus',function(){window.open('/x')})"),
        _page("Foco", "<a href='/a' id='t'>Uno</a> <a href='/b'>Dos</a>", _RING),
    ),
    (
        "message that goes",
        {"message-vanishes"},
        _page("Aviso", "<p id='m' hidden>Tiene veinte minutos</p><label for='i'>Calle</label><input id='i'>", _RING, "document.getElementById('i').addEventListener('focus',function(){var m=document.getElementById('m');m.hidden=false;setTimeout(function(){m.hidden=true},400)})"),
        _page("Aviso", "<p id='m'>Tiene veinte minutos</p><label for='i'>Calle</label><input id='i'>", _RING),
    ),
    (
        "dialog",
        {"dialog-focus-outside", "dialog-focus-leaves", "dialog-escape", "dialog-close-unreachable", "dialog-role"},
        _page("Ventana", "<button id='b' type='button'>Abrir</button><a href='/x'>Otro</a><div id='v' class='modal' style='display:none;position:fixed;top:50px;left:50px;width:300px;height:200px;background:#eee'><span class='close'>X</span><p>Texto de la ventana</p><a href='/y'>Uno</a></div>", _RING, "document.getElementById('b').addEventListener('click',function(){document.getElementById('v').style.display='block'});document.querySelector('.close').addEventListener('click',function(){document.getElementById('v').style.display='none'})"),
        _page("Ventana", "<button id='b' type='button' aria-haspopup='dialog'>Abrir</button><a href='/x'>Otro</a><dialog id='v' aria-label='Ventana'><p>Texto de la ventana</p><button id='q' type='button'>Cerrar</button></dialog>", _RING, "document.getElementById('b').addEventListener('click',function(){document.getElementById('v').showModal()});document.getElementById('q').addEventListener('click',function(){document.getElementById('v').close()})"),
    ),
    (
        "part that opens",
        {"expanded-not-told"},
        _page("Partes", "<button id='b' type='button'>Más datos</button><p id='p' hidden>Los datos</p>", _RING, "document.getElementById('b').addEventListener('click',function(){var p=document.getElementById('p');p.hidden=!p.hidden})"),
        _page("Partes", "<button id='b' type='button' aria-expanded='false'>Más datos</button><p id='p' hidden>Los datos</p>", _RING, "document.getElementById('b').addEventListener('click',function(){var p=document.getElementById('p');p.hidden=!p.hidden;this.setAttribute('aria-expanded',!p.hidden)})"),
    ),
    (
        "hover",
        {"hover-only", "hover-not-dismissible"},
        _page("Puntero", "<p id='t' style='width:200px'>Carné <span id='x'>Está en el reverso</span></p>", "#x{display:none}#t:hover #x{display:inline}"),
        _page("Puntero", "<p>Carné: está en el reverso</p>"),
    ),
    (
        "sizes",
        {"reflow", "text-cut", "spacing-cut", "target-small", "scroll-sideways"},
        _page("Medidas", f"<p style='width:900px'>{_WORDS}</p><div style='height:22px;width:156px;overflow:hidden;font-size:16px;line-height:20px'>Texto en una caja baja</div><div class='l'><a href='/a'>a</a> <a href='/b'>b</a> <a href='/c'>c</a></div><div style='width:200px;overflow-x:auto;white-space:nowrap'>{_WORDS}</div>", ".l a{font-size:12px}"),
        _page("Medidas", f"<p>{_WORDS}</p><div>Texto en una caja que crece</div><ul><li style='padding:12px'><a href='/a'>Primera</a></li><li style='padding:12px'><a href='/b'>Segunda</a></li></ul>"),
    ),
    (
        "content that changes",
        {"text-changes"},
        _page("Cambios", "<p id='m'>0</p>", "", "var n=0;setInterval(function(){document.getElementById('m').textContent=++n},200)"),
        _page("Cambios", "<p id='m'>0</p><button type='button'>Pausar</button>", _RING, "var n=0;setInterval(function(){document.getElementById('m').textContent=++n},200)"),
    ),
    (
        "scripts",
        {"motion-actuated", "shortcut-single-key", "page-leaves"},
        _page("Programas", "<p>x</p>", "", "window.addEventListener('devicemotion',function(){});document.addEventListener('keydown',function(e){if(e.key==='s')search()});setTimeout(function(){location.reload()},900000)"),
        _page("Programas", "<p>x</p>", "", "document.addEventListener('keydown',function(e){if(e.ctrlKey&&e.key==='s')search()})"),
    ),
    (
        "source",
        {"tags-mismatched"},
        _page("Código", "<div>collar de perlas</span></div>"),
        _page("Código", "<div><span>collar de perlas</span></div>"),
    ),
]  # fmt: skip

_FORM = "<form method='post' action='{to}'>{summary}<p><label for='v'>Vía</label>{message}<input id='v' name='via'{more}></p><p><label for='c'>Correo electrónico</label><input id='c' name='correo' autocomplete='email' value='{kept}'></p><button>Enviar</button></form>"
FORM = _page("Solicitud", _FORM.format(to="", summary="", message="", more="", kept=""))
# What the servers of the test answer: badly and well.
BAD_ANSWER = _page(
    "Solicitud", _FORM.format(to="", summary="<p class='error'>Revise los datos</p>", message="", more="", kept="")
)
GOOD_ANSWER = _page(
    "Error: Solicitud",
    _FORM.format(
        to="",
        summary="<div role='alert' tabindex='-1' class='error-summary'><h2>Hay un problema</h2><ul><li><a href='#v'>Escriba la vía</a></li></ul></div>",
        message="<span id='e' class='error-message'>Escriba la vía, por ejemplo Calle Mayor</span>",
        more=" aria-invalid='true' aria-describedby='e'",
        kept="no-es-un-correo",
    ),
)
SENDING = {"send-error-unnamed", "send-error-silent", "send-data-lost", "send-title-same"}
LIVE_RULES = {rule for _, rules, _, _ in LIVE for rule in rules} | SENDING

# Rules that these cases do not reach, and why.
NOT_BY_CASE = {
    "contrast-over-picture": "answers what axe leaves open: shown by faults planted in Alma",
    "contrast-over-picture-enhanced": "answers what axe leaves open: shown on the public test cases",
    "error-not-shown": "needs a journey that a server refuses: shown by faults planted in Alma",
    "focus-aria-hidden": "axe finds most; shown on the public test cases",
    "focus-faint": "by degrees: shown on the public test pages",
    "hover-not-hoverable": "comes with hover-only where a gap parts the two",
    "reflow-lost": "by degrees",
    "reflow-cut": "the same measure as text-cut at another width",
    "text-cut-now": "the same measure as text-cut at normal size",
    "covers-window": "by degrees",
    "text-in-picture": "needs a served picture",
    "dialog-focus-return": "browsers return focus by themselves",
    "frame-not-in-order": "needs a served frame",
    "frame-title-unrelated": "needs a served frame",
    "name-missing": "needs a listener at load",
    "image-empty-alt-content": "needs a served picture",
    "image-alt-partial": "needs a served picture",
    "image-animated": "needs a served picture",
    "send-no-error": "the server that says nothing",
    "send-server-fault": "the server that fails",
    "send-error-untied": "found with send-error-links on forms with messages beside fields",
    "send-error-links": "needs a broken summary",
    "site-titles-same": "see test_site.py",
    "site-navigation-order": "see test_site.py",
    "site-help-order": "see test_site.py",
    "site-names-differ": "see test_site.py",
    "site-one-way": "see test_site.py",
    "site-language-differs": "see test_site.py",
}
