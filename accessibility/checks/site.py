"""Over several pages: the same things in the same place with the same names."""

from accessibility.registry import Check

CHECKS = [
    Check("site-titles-same", ("2.4.2",), "warning",
          ("Varias páginas tienen el mismo título", "Dé a cada una el suyo."),
          ("Several pages have the same title", "Give each its own.")),
    Check("site-navigation-order", ("3.2.3",), "error",
          ("La navegación cambia de orden entre páginas", "Mantenga siempre el mismo orden."),
          ("Navigation changes its order between pages", "Keep one order throughout.")),
    Check("site-help-order", ("3.2.6",), "error",
          ("La ayuda no está en el mismo lugar en todas las páginas", "Póngala siempre en el mismo sitio."),
          ("Help is not in the same place on all pages", "Put it in one place throughout.")),
    Check("site-names-differ", ("3.2.4",), "warning",
          ("Lo mismo se llama de dos maneras según la página", "Use un solo nombre."),
          ("One thing has two names by page", "Use one name.")),
    Check("site-one-way", ("2.4.5",), "warning",
          ("Solo hay una manera de llegar a las páginas", "Ofrezca además buscador, índice o mapa."),
          ("There is only one way to reach pages", "Offer search, an index or a map too.")),
    Check("site-language-differs", ("3.1.1",), "warning",
          ("Páginas del mismo sitio que no declaran su idioma", "Ponga lang en todas."),
          ("Pages of the site that do not declare their language", "Set lang on all.")),
]  # fmt: skip
