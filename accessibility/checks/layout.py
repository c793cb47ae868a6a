"""Other sizes: 320 px, text at 200 %, more space between letters, targets for fingers."""

from accessibility.registry import Check

CHECKS = [
    Check("reflow", ("1.4.10",), "error",
          ("A 320 px hay que desplazarse a los lados para leer", "Use anchos flexibles; que solo se desplacen tablas y mapas."),
          ("At 320 px one must scroll sideways to read", "Use flexible widths; only tables and maps may scroll.")),
    Check("scroll-sideways", ("1.4.10",), "error",
          ("Un texto queda fuera de su caja y hay que desplazarse a los lados", "Deje que el texto baje de línea."),
          ("A text lies outside its box and must be scrolled sideways", "Let the text wrap.")),
    Check("reflow-lost", ("1.4.10",), "warning",
          ("A 320 px desaparece contenido que a lo ancho se ve", "Ofrézcalo también en estrecho."),
          ("At 320 px content is gone that the wide page shows", "Offer it on the narrow page too.")),
    Check("text-cut", ("1.4.4",), "error",
          ("Con la letra al 200 % se corta o se pisa el texto", "Deje que la caja crezca: sin alturas fijas."),
          ("With text at 200 % words are cut or overlap", "Let the box grow: no fixed heights.")),
    Check("spacing-cut", ("1.4.12",), "error",
          ("Con más espacio entre letras y líneas se corta el texto", "Deje que la caja crezca."),
          ("With more space between letters and lines text is cut", "Let the box grow.")),
    Check("text-cut-now", ("1.4.4",), "error",
          ("El texto ya se corta a tamaño normal", "Deje que la caja crezca."),
          ("Text is cut at normal size already", "Let the box grow.")),
    Check("target-small", ("2.5.8",), "error",
          ("Zonas de pulsación de menos de 24 px y muy juntas", "Hágalas de al menos 24 × 24 px o sepárelas."),
          ("Targets under 24 px and too close", "Make them at least 24 × 24 px or part them.")),
    Check("covers-window", ("1.4.10",), "warning",
          ("A 320 × 256 lo fijo tapa más de la mitad de la ventana", "Que lo fijo deje de serlo en ventanas bajas."),
          ("At 320 × 256 fixed parts cover more than half the window", "Let fixed parts scroll in low windows.")),
    Check("text-in-picture", ("1.4.5",), "warning",
          ("Imagen que parece contener texto", "Use texto de verdad, salvo logotipos."),
          ("A picture that seems to hold text", "Use real text, save for logos.")),
]  # fmt: skip
