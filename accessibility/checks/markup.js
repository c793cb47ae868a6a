__audit.family("markup", ({ all, elements, words, clean, visible, exposed, style, rect, own, listens, interactive, plain, report, met, name }) => {
  met("id-repeated", "element-obsolete", "element-moves", "paragraph-empty", "content-generated", "tabindex-on-text", "style-blocks-spacing");
  const ids = new Map();
  for (const el of all("[id]")) { if (el.getRootNode() !== document || el.closest("svg")) continue; if (ids.has(el.id)) { if (el.id && ids.get(el.id) !== true) { const used = document.querySelector(`[for="${CSS.escape(el.id)}"], [aria-labelledby~="${CSS.escape(el.id)}"], [aria-describedby~="${CSS.escape(el.id)}"], [headers~="${CSS.escape(el.id)}"], a[href="#${CSS.escape(el.id)}"], [aria-controls~="${CSS.escape(el.id)}"]`); report("id-repeated", el, el.id, used ? {} : { criteria: [] }); ids.set(el.id, true); } } else ids.set(el.id, el); }
  const old = "acronym, applet, basefont, big, center, dir, font, frame, frameset, isindex, listing, nobr, noembed, noframes, plaintext, spacer, strike, tt, xmp";
  for (const el of all(old)) report("element-obsolete", el, `<${el.localName}>`);
  for (const el of all("blink, marquee")) report("element-moves", el, `<${el.localName}>`);
  for (const p of all("p")) if (!clean(p.textContent) && !p.childElementCount && exposed(p) && !p.hasAttribute("aria-live") && !p.hasAttribute("role") && !p.id) report("paragraph-empty", p, "");
  for (const el of all("[style]")) if (/(^|[;\s])(color|background(-color)?)\s*:\s*(?!inherit|transparent|currentcolor|var\()/i.test(el.getAttribute("style")) && words(el.textContent).length && visible(el)) report("style-inline-colour", el, el.getAttribute("style").slice(0, 80));
  for (const el of elements()) {
    if (/^(script|style|head|title|meta|link|html|q|svg)$/.test(el.localName) || el.closest("svg, head")) continue;
    for (const pseudo of ["::before", "::after"]) {
      const s = style(el, pseudo);
      const said = /^"(.*)"(?:\s*\/.*)?$/.exec(s.content);
      if (!said || s.display === "none" || !visible(el)) continue;
      const text = said[1].replace(/\\[\da-f]{1,6}\s?/gi, "");
      const decorated = /\/\s*"/.test(s.content) || el.closest("[aria-hidden=true]") || el.matches("blockquote, q, li, summary, button, a[href][href^=http]") && words(text).length < 2;
      // Private-use glyphs are icons; two letters or more in a text font are words.
      if (words(text).length && /\p{L}{2}/u.test(text) && !/icon|awesome|symbol|glyph/i.test(s.fontFamily) && !decorated && Number(s.opacity) > 0) { const kept = plain(el.textContent).includes(plain(text)); if (!kept) report("content-generated", el, text, words(text).length === 1 && text.length < 3 ? { certainty: "warning" } : {}); }
    }
  }
  for (const el of all("object param[name=wmode i], embed[wmode]")) { const v = (el.getAttribute("value") || el.getAttribute("wmode") || "").toLowerCase(); if (v !== "window" && v) report("object-windowless", el.closest("object") || el, "wmode=" + v); }
  for (const pre of all("pre")) { met("pre-without-code"); if (!pre.querySelector("code, samp, kbd, figure") && !pre.closest("[role=img], code, figure") && clean(pre.textContent)) report("pre-without-code", pre, clean(pre.textContent).slice(0, 60)); }
  for (const el of all("[tabindex='0']")) {
    if (el.matches("a[href], button, input, select, textarea, summary, iframe, audio, video, area, [contenteditable], [role], object, embed, details") || el.localName.includes("-") || !visible(el)) continue;
    const s = style(el);
    const scrolls = /(auto|scroll)/.test(s.overflowX + s.overflowY) && (el.scrollWidth > el.clientWidth + 1 || el.scrollHeight > el.clientHeight + 1);
    const works = listens(el, "click", "keydown", "keyup", "keypress", "focus", "mousedown", "pointerdown");
    if (!scrolls && !works) report("tabindex-on-text", el, el.localName, el.localName === "a" || el.closest("[role=grid], [role=tablist], [role=tree], [role=listbox], table") || /[-_](group|scroll|wrapper|container)/.test(el.className) ? { certainty: "warning" } : {});
  }
  for (const el of all("[style*=important]")) {
    if (!visible(el) || !clean(el.textContent)) continue;
    const text = el.getAttribute("style");
    const size = parseFloat(style(el).fontSize) || 16;
    const direct = (property) => { // whose text does this declaration reach? the element's own, or a child's that does not overrule it
      if (own(el)) return true;
      return Array.from(el.querySelectorAll("*")).some((c) => own(c) && visible(c) && style(c)[property] === style(el)[property] && !(c.getAttribute("style") || "").includes(property.replace(/[A-Z]/g, (m) => "-" + m.toLowerCase())));
    };
    for (const [css, property, least] of [["letter-spacing", "letterSpacing", 0.12], ["word-spacing", "wordSpacing", 0.16], ["line-height", "lineHeight", 1.5]]) {
      const declared = el.style.getPropertyPriority(css) === "important" ? el.style.getPropertyValue(css) : "";
      if (!declared || !direct(property)) continue;
      const reach = own(el) ? el : Array.from(el.querySelectorAll("*")).find((c) => own(c) && visible(c));
      const at = parseFloat(style(reach).fontSize) || size;
      const used = style(reach)[property];
      const value = used === "normal" ? (css === "line-height" ? 1.2 : 0) : parseFloat(used) / at;
      if (value >= least - 0.001 || /^(inherit|unset|revert|revert-layer)$/.test(declared) && css !== "line-height") continue;
      if (/^(inherit|unset|revert|revert-layer)$/.test(declared)) continue;
      if (css === "line-height") { // only text of more than one line can be hard to follow
        const r = document.createRange(); r.selectNodeContents(reach);
        const tops = new Set(Array.from(r.getClientRects()).map((b) => Math.round(b.top / 4)));
        if (tops.size < 2) continue;
      }
      report("style-blocks-spacing", el, `${css}: ${declared} !important`);
    }
  }
  const viewport = document.querySelector("meta[name=viewport i]");
  if (viewport) {
    met("viewport-fixed");
    const v = (viewport.content || "").toLowerCase();
    const scale = /maximum-scale\s*=\s*([\d.]+)/.exec(v);
    if (/user-scalable\s*=\s*(no|0)\b/.test(v) || (scale && Number(scale[1]) < 2)) report("viewport-fixed", viewport, v);
  }
});
