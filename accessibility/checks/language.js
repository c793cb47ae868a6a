__audit.family("language", ({ all, words, clean, visible, exposed, style, path, facts, own, met, name }) => {
  const lang = (el) => { for (let at = el; at; at = at.parentElement || (at.getRootNode && at.getRootNode().host)) if (at.hasAttribute && at.hasAttribute("lang")) return [at.getAttribute("lang").trim(), at]; return ["", null]; };
  const texts = [];
  const add = (el, text, quoted, block) => {
    const [tag, holder] = lang(el);
    const declared = !!holder && holder !== document.documentElement;
    const dirHolder = el.closest("[dir]");
    texts.push({ selector: path(el), text: text.slice(0, 1200), lang: tag, declared, quoted, block, direction: style(el).direction, own_direction: dirHolder && dirHolder !== document.documentElement && dirHolder !== document.body ? dirHolder.getAttribute("dir").toLowerCase() : document.documentElement.dir === "rtl" && !dirHolder ? "" : "", plaintext: /plaintext/.test(style(el).unicodeBidi) || (dirHolder && dirHolder.getAttribute("dir") === "auto") });
  };
  const inline = /^(a|abbr|b|bdi|bdo|cite|code|em|i|kbd|mark|q|s|samp|small|span|strong|sub|sup|time|u|var|font|br|wbr|label)$/;
  for (const el of all("p, li, td, th, dd, dt, h1, h2, h3, h4, h5, h6, blockquote, figcaption, caption, legend, label, summary, button, a, span, div, q, em, i, cite, option, main, section, article, body")) {
    if (!exposed(el) || el.closest("code, pre, kbd, samp, script, style, svg, noscript, [translate=no], .notranslate")) continue;
    const holds = own(el);
    const [tag, holder] = lang(el);
    const declaring = el.hasAttribute("lang") && el !== document.documentElement;
    if (!holds && !declaring) continue;
    if (el.localName !== "option" && !visible(el)) continue;
    // A block's text without the parts that declare a language of their own.
    const gather = (n) => { let out = ""; for (const c of n.childNodes) { if (c.nodeType === 3) out += c.data; else if (c.nodeType === 1 && inline.test(c.localName) && !c.hasAttribute("lang")) out += gather(c); else if (c.nodeType === 1) out += " "; } return out; };
    const isInline = inline.test(el.localName);
    if (isInline && !declaring && !/^(q|em|i|cite|a|label)$/.test(el.localName) && el.parentElement && own(el.parentElement)) continue;
    if (isInline && !declaring && el.localName === "a" && el.parentElement && own(el.parentElement)) continue;
    const text = clean(gather(el));
    if (!text) continue;
    add(el, text, /^(q|blockquote)$/.test(el.localName), !isInline || declaring);
    for (const found of text.matchAll(/[«“"]([^«»“”"]{8,300})[»”"]/g)) if (!declaring) add(el, found[1], true, false);
    // Sentences judge better than whole mixed paragraphs.
    if (!declaring && words(text).length > 14) for (const sentence of text.split(/(?<=[.!?…])\s+/)) if (words(sentence).length >= 6) add(el, sentence, false, false);
  }
  facts.texts = texts;
  facts.language = (document.documentElement.getAttribute("lang") || "").trim();
  met("language-page-wrong");
  if (texts.length) met("direction-wrong", "language-part-undeclared");
  if (texts.some((t) => t.declared)) met("language-part-wrong");
});
