__audit.family("senses", ({ all, words, clean, visible, own, vocabulary, report, met, name }) => {
  const pattern = new RegExp(`(?:^|[^\\p{L}])(${vocabulary.sensory})(?![\\p{L}])`, "iu");
  for (const el of all("p, li, td, dd, div, span, label, legend, figcaption, strong, em, h1, h2, h3, h4")) {
    if (words(own(el)).length < 3 || !visible(el) || el.closest("nav, code, pre, [translate=no]")) continue;
    met("sensory-reference");
    const text = clean(el.textContent).normalize("NFD").replace(/\p{M}/gu, "");
    const found = pattern.exec(text);
    if (found && !/derechos?\s+(?:a|de)\b/.test(found[0])) report("sensory-reference", el, found[1]);
  }
});
