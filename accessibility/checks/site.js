// What one page tells, for comparing pages with each other.
__audit.family("site", ({ all, name, clean, plain, visible, path, facts, vocabulary }) => {
  if (window !== window.top) return;
  const order = (css) => all(css).filter(visible).map((n) => Array.from(n.querySelectorAll("a[href]")).filter(visible).map((a) => [clean(name(a)).slice(0, 60), a.href]));
  const count = (css) => all(css).filter(visible).length;
  facts.has = {
    image: count("img, svg, canvas, [role=img], input[type=image], picture, object, area"), audio: all("audio").length, video: all("video").length + all("iframe[src]").filter((f) => /youtube|vimeo|player|embed/i.test(f.src)).length,
    form: count("input:not([type=hidden]):not([type=search]), select, textarea"), password: count("input[type=password]"), table: count("table"), frame: count("iframe, frame"), link: count("a[href]"), heading: count("h1, h2, h3, h4, h5, h6, [role=heading]"),
    control: count("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex], [role=button]"), moving: (document.getAnimations ? document.getAnimations().length : 0) + all("marquee, blink, img[src*='.gif' i]").length, timer: window.__watch ? window.__watch.timers.length : 0,
    pointer: all("[draggable=true], canvas, [role=slider], [class*=carousel], [class*=slider], [class*=map]").length, drag: all("[draggable=true], [role=slider]").length, text: clean(document.body ? document.body.innerText : "").length,
    live: all("[aria-live], [role=status], [role=alert], [role=log], output").length, parts: all("[lang]").length - 1, hover: all("[title], [class*=tooltip], [aria-haspopup]").length, money: /iban|tarjeta|pagar|firmar|solicitud|enviar|reservar|cancelar|confirmar/i.test(document.body ? document.body.innerText : "") && count("form") ? 1 : 0,
  };
  facts.site = {
    navigation: order("nav, [role=navigation]").slice(0, 4),
    // Ways to get help that stand outside the page's own content: a phone, an address, a page of help or contact.
    help: (() => {
      const place = (e) => e.closest("header, [role=banner]") ? "header" : e.closest("footer, [role=contentinfo]") ? "footer" : e.closest("nav, aside") ? "nav" : "main";
      const kinds = { phone: (a) => /^tel:/i.test(a.getAttribute("href") || ""), mail: (a) => /^mailto:/i.test(a.getAttribute("href") || ""), contact: (a) => /^(ayuda|help|contacto|contact|contact us|contacte|pedir ayuda|atencion al|soporte|support|chat)( |$)/.test(plain(name(a))) };
      const links = all("a[href], button").filter(visible), found = {};
      for (const [kind, fits] of Object.entries(kinds)) { const places = links.filter(fits).map((a) => [place(a), clean(name(a)).slice(0, 40)]).filter(([p]) => p !== "main"); if (places.length) found[kind] = places; }
      return found;
    })(),
    search: all("[role=search], input[type=search], search").length > 0,
    links: all("a[href]").filter(visible).slice(0, 300).map((a) => [clean(name(a)).slice(0, 60), a.href]),
  };
});
