"""The source: HTML's own rules where a breach reaches people."""

import re
from typing import Any

import html5lib

from accessibility.registry import Check

CHECKS = [
    Check("id-repeated", ("1.3.1",), "error",
          ("El mismo id está en varios elementos", "Un id por elemento."),
          ("One id on several elements", "One id an element.")),
    Check("element-obsolete", (), "error",
          ("Elemento que HTML ya no admite", "Use hojas de estilo o el elemento actual."),
          ("An element that HTML has dropped", "Use style sheets or today's element.")),
    Check("element-moves", ("2.2.2",), "error",
          ("Texto que parpadea o se desplaza y no se puede parar", "Quítelo."),
          ("Text that blinks or scrolls and cannot be stopped", "Remove it.")),
    Check("tags-mismatched", (), "error",
          ("Las etiquetas de apertura y cierre no casan", "Corrija el código: cada programa lo repara a su manera."),
          ("Start and end tags do not match", "Mend the source: each program repairs it its own way.")),
    Check("paragraph-empty", (), "warning",
          ("Párrafo vacío", "Use márgenes en la hoja de estilo."),
          ("Empty paragraph", "Use margins in the style sheet.")),
    Check("style-inline-colour", (), "warning",
          ("Color escrito en el propio elemento: no obedece a los temas del usuario", "Póngalo en la hoja de estilo."),
          ("Colour written on the element: it ignores the reader's themes", "Put it in the style sheet.")),
    Check("content-generated", ("1.3.1",), "error",
          ("Texto que informa puesto con la hoja de estilo", "Escríbalo en el HTML."),
          ("Words that inform, written by the style sheet", "Write them in the HTML.")),
    Check("object-windowless", (), "error",
          ("Objeto incrustado en modo que los lectores de pantalla no alcanzan (wmode)", "Quite wmode o use «window»."),
          ("Object embedded in a mode screen readers do not reach (wmode)", "Remove wmode or use “window”.")),
    Check("pre-without-code", ("1.1.1",), "warning",
          ("Texto preformateado que no es código: puede ser un dibujo hecho con letras", "Si es un dibujo, dele alternativa."),
          ("Preformatted text that is no code: perhaps a drawing in letters", "Give a drawing its alternative.")),
    Check("tabindex-on-text", ("4.1.2",), "error",
          ("Elemento sin función al que llega el tabulador", "Quite tabindex=\"0\"."),
          ("An element without a function in the tab order", "Remove tabindex=\"0\".")),
    Check("style-blocks-spacing", ("1.4.12",), "error",
          ("El elemento impide cambiar el espaciado del texto (!important)", "Quite !important."),
          ("The element forbids changing the text's spacing (!important)", "Remove !important.")),
    Check("viewport-fixed", ("1.4.4",), "error",
          ("La página impide ampliar", "Quite user-scalable=no y maximum-scale."),
          ("The page forbids zooming", "Remove user-scalable=no and maximum-scale.")),
]  # fmt: skip

_WRONG = {
    "unexpected-end-tag", "end-tag-too-early", "expected-closing-tag-but-got-eof", "unexpected-end-tag-treated-as",
    "adoption-agency-1.1", "adoption-agency-1.2", "adoption-agency-1.3", "end-tag-too-early-named",
    "end-tag-too-early-ignored", "unexpected-end-tag-before-html", "unexpected-end-tag-implies-table-voodoo",
    "duplicate-attribute", "unexpected-start-tag-implies-end-tag", "unexpected-cell-end-tag", "expected-named-closing-tag-but-got-eof",
}  # fmt: skip


def mismatched(source: str) -> list[str]:
    """Start and end tags that do not match in the source as it was sent: 'line: what', at most ten.

    `</p>` after a block inside it is what browsers meet most; it counts too. The rules are HTML's parse errors.
    """
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), strict=False)
    parser.parse(source)
    found = []
    for (line, _), code, values in parser.errors:
        if code in _WRONG:
            tag = values.get("name") or values.get("gotName") or ""
            if tag in {"br", "br/"}:
                continue
            found.append(
                f"{line}: {'</' if 'end-tag' in code or 'adoption' in code else '<'}{tag}> {_line(source, line)}"
            )
    return found[:10]


def _line(source: str, number: int) -> str:
    lines = source.splitlines()
    return re.sub(r"\s+", " ", lines[number - 1]).strip()[:80] if 0 < number <= len(lines) else ""


def of_source(source: str) -> list[dict[str, Any]]:
    """Findings of this family that need the source, not the document made of it."""
    return (
        [{"rule": "tags-mismatched", "detail": " · ".join(wrong[:3]), "selector": "html"}]
        if (wrong := mismatched(source))
        else []
    )
