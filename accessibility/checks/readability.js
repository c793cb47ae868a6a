__audit.family("readability", ({ all, words, clean, visible, own, path, facts, report, met, plain }) => {
  const tag = (el) => { const h = el.closest("[lang]"); return h ? h.getAttribute("lang") : ""; };
  facts.paragraphs = all("p, li, dd, div, td, blockquote, main, section, article, body, figcaption").filter((el) => visible(el) && words(own(el)).length >= 8 && !el.closest("code, pre, nav, footer, [translate=no]")).map((el) => ({ selector: path(el), text: /^(p|li|dd|td|blockquote|figcaption)$/.test(el.localName) ? clean(el.textContent) : clean(own(el)), lang: tag(el) }));
  facts.easy_read = /lectura f[aá]cil|lenguaje sencillo|easy read/i.test(document.title + " " + Array.from(document.querySelectorAll("h1")).map((h) => h.textContent).join(" "));
  if (facts.paragraphs.length) met("text-hard", "sentence-long");
  if (facts.easy_read) met("easy-read-rules");
  const met_ = new Set();
  const whole = clean(document.body ? document.body.innerText : "");
  for (const abbr of all("abbr")) {
    met("abbreviation-unexplained");
    const short = clean(abbr.textContent);
    if (met_.has(short) || !short) continue;
    met_.add(short);
    const expanded = new RegExp(`\\(\\s*${short.replace(/[^\p{L}\p{N}]/gu, ".?")}\\s*\\)|${short.replace(/[^\p{L}\p{N}]/gu, ".?")}\\s*\\([^)]{6,}\\)`, "u").test(whole);
    if (!clean(abbr.title) && !expanded) report("abbreviation-unexplained", abbr, short);
  }
});
