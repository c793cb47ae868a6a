// What one page tells, for comparing pages with each other.
__audit.family("site", ({ all, name, clean, plain, visible, path, facts, vocabulary }) => {
  if (window !== window.top) return;
  const order = (css) => all(css).filter(visible).map((n) => Array.from(n.querySelectorAll("a[href]")).filter(visible).map((a) => [clean(name(a)).slice(0, 60), a.href]));
  facts.site = {
    navigation: order("nav, [role=navigation]").slice(0, 4),
    help: (() => { const links = all("a[href], button").filter(visible); const at = links.findIndex((a) => /^(ayuda|help|contacto|contact|contacte|pedir ayuda|atencion|soporte|support)/.test(plain(name(a)))); return at < 0 ? null : { words: clean(name(links[at])), place: links[at].closest("header, [role=banner]") ? "header" : links[at].closest("footer, [role=contentinfo]") ? "footer" : links[at].closest("nav") ? "nav" : "main" }; })(),
    search: all("[role=search], input[type=search], search").length > 0,
    links: all("a[href]").filter(visible).slice(0, 300).map((a) => [clean(name(a)).slice(0, 60), a.href]),
  };
});
