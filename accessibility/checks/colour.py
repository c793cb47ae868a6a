"""Colour that carries meaning by itself."""

from accessibility.registry import Check

CHECKS = [
    Check("colour-named", ("1.4.1",), "error",
          ("El texto se refiere a unos elementos por su color, y solo el color los distingue", "Añada una palabra o un signo."),
          ("The text speaks of things by their colour, and colour alone tells them apart", "Add a word or a mark.")),
    Check("colour-siblings", ("1.4.1",), "warning",
          ("Elementos iguales que solo se distinguen por el color", "Si el color significa algo, dígalo también con palabras."),
          ("Like things that differ by colour alone", "If the colour means something, say it in words too.")),
    Check("field-border-faint", ("1.4.11",), "error",
          ("El borde del campo no se distingue del fondo", "Use un borde con contraste de al menos 3:1."),
          ("The field's edge does not stand out", "Use an edge with a contrast of at least 3:1.")),
]  # fmt: skip
