"""Structure: headings, lists, groups, reading order."""

from accessibility.registry import Check

CHECKS = [
    Check("heading-fake", ("1.3.1",), "error",
          ("Texto que parece un encabezado y no lo es", "Use h2, h3… según su nivel."),
          ("Text that looks like a heading and is none", "Use h2, h3… by its level.")),
    Check("heading-skipped", (), "error",
          ("Los encabezados saltan un nivel", "Siga el orden h1, h2, h3 sin huecos."),
          ("The headings skip a level", "Follow h1, h2, h3 without gaps.")),
    Check("heading-first-missing", (), "warning",
          ("La página no tiene encabezado de primer nivel", "Ponga un h1 con lo que la página es."),
          ("The page has no first-level heading", "Give it an h1 that says what it is.")),
    Check("heading-empty", ("1.3.1",), "error",
          ("Encabezado vacío", "Quítelo o escriba su texto."),
          ("Empty heading", "Remove it or write its words.")),
    Check("list-fake", ("1.3.1",), "error",
          ("Una lista hecha a mano con signos o números", "Use ul u ol con li."),
          ("A list made by hand with marks or numbers", "Use ul or ol with li.")),
    Check("content-unorganised", ("1.3.1", "2.4.10"), "warning",
          ("Un texto largo sin encabezados, listas ni otra división", "Divídalo en apartados con encabezado."),
          ("A long text without headings, lists or other division", "Divide it into sections with headings.")),
    Check("order-visual", ("1.3.2",), "warning",
          ("El orden en que se ve no es el orden en que se lee", "Ponga en el código el orden que se ve."),
          ("The order seen is not the order read", "Write the source in the order that is seen.")),
    Check("article-only-links", (), "warning",
          ("Un article que solo contiene navegación", "Use nav o section."),
          ("An article that holds only navigation", "Use nav or section.")),
    Check("landmark-main-missing", ("2.4.1",), "warning",
          ("La página no tiene región principal ni enlace para saltar a ella", "Use main y un enlace «Saltar al contenido»."),
          ("The page has neither a main region nor a link to skip to it", "Use main and a skip link.")),
]  # fmt: skip
