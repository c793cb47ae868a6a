"""How text is set, for people who read with effort."""

from accessibility.registry import Check

CHECKS = [
    Check("text-tight", ("1.4.8",), "warning", ("Interlineado muy apretado", "Use al menos 1,5 en los párrafos."), ("Lines too close", "Use at least 1.5 in paragraphs.")),
    Check("text-capitals", (), "warning", ("Texto largo en mayúsculas", "Escríbalo en minúsculas."), ("A long text in capitals", "Write it in lower case.")),
    Check("text-italics", (), "warning", ("Texto largo en cursiva", "Reserve la cursiva para pocas palabras."), ("A long text in italics", "Keep italics for a few words.")),
    Check("text-justified", ("1.4.8",), "warning", ("Texto justificado a los dos lados", "Alinee al comienzo de la línea."), ("Text justified on both sides", "Align it to the start.")),
    Check("text-wide", ("1.4.8",), "warning", ("Líneas de más de 80 letras", "Limite el ancho del texto."), ("Lines of more than 80 letters", "Limit the text's width.")),
    Check("text-tiny", (), "error", ("Letra demasiado pequeña", "Use al menos 12 px; mejor 16."), ("Letters too small", "Use at least 12 px, better 16.")),
]  # fmt: skip
