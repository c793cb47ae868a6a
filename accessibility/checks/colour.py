"""Colour that carries meaning by itself."""

from accessibility.registry import Check

CHECKS = [
    Check("colour-named", ("1.4.1",), "error",
          ("El texto se refiere a unos elementos por su color, y solo el color los distingue", "Añada una palabra o un signo."),
          ("The text speaks of things by their colour, and colour alone tells them apart", "Add a word or a mark.")),
    Check("colour-siblings", ("1.4.1",), "warning",
          ("Elementos iguales que solo se distinguen por el color", "Si el color significa algo, dígalo también con palabras."),
          ("Like things that differ by colour alone", "If the colour means something, say it in words too.")),
    Check("contrast-over-picture", ("1.4.3",), "error",
          ("El texto no destaca del degradado o la imagen que tiene detrás", "Ponga un fondo liso bajo el texto, o un color con contraste de al menos 4,5:1 en todas partes."),
          ("The text does not stand out from the gradient or picture behind it", "Put a plain ground under the text, or a colour with at least 4.5:1 all over.")),
    Check("contrast-over-picture-enhanced", ("1.4.6",), "warning",
          ("Sobre el degradado o la imagen el texto no llega al contraste reforzado", "Procure 7:1."),
          ("Over the gradient or picture the text lacks enhanced contrast", "Aim at 7:1.")),
    Check("field-border-faint", ("1.4.11",), "error",
          ("El borde del campo no se distingue del fondo", "Use un borde con contraste de al menos 3:1."),
          ("The field's edge does not stand out", "Use an edge with a contrast of at least 3:1.")),
]  # fmt: skip
