__audit.family("typography", ({ elements, words, clean, visible, style, rect, own, report, met }) => {
  met("text-tight", "text-capitals", "text-italics", "text-justified", "text-wide", "text-tiny");
  const once = new Set();
  const say = (rule, el, detail, more) => { const key = rule + el.localName + el.className; if (once.has(key)) return; once.add(key); report(rule, el, detail, more); };
  for (const el of elements()) {
    if (/^(script|style|head|title|option|svg|noscript|template|pre|code|sup|sub)$/.test(el.localName) || el.closest("svg, pre, code, sup, sub")) continue;
    const text = own(el);
    const count = words(text).length;
    if (!count || !visible(el)) continue;
    const s = style(el);
    const size = parseFloat(s.fontSize);
    if (size < 9 && text.length > 2) say("text-tiny", el, size.toFixed(1) + " px"); else if (size < 11 && count > 3) say("text-tiny", el, size.toFixed(1) + " px", { certainty: "warning" });
    const shown = s.textTransform === "uppercase" ? text.toUpperCase() : text;
    const letters = shown.match(/\p{L}/gu) || [];
    const cased = letters.filter((l) => l.toLowerCase() !== l.toUpperCase());
    if (count >= 6) {
      const runs = shown.match(/(?:\b\p{Lu}{2,}\b[\s,.;:'"-]*){4,}/gu) || [];
      if (cased.length > 20 && cased.filter((l) => l === l.toUpperCase()).length / cased.length > 0.9 || runs.some((r) => words(r).length >= 5)) say("text-capitals", el, clean(shown).slice(0, 60));
    }
    if (count >= 20 && /italic|oblique/.test(s.fontStyle)) say("text-italics", el, clean(text).slice(0, 60));
    const whole = clean(el.textContent);
    if (words(whole).length < 15 || !/^(p|div|li|td|dd|section|article|blockquote|main|body)$/.test(el.localName)) continue;
    const range = document.createRange(); range.selectNodeContents(el);
    const lines = new Set(Array.from(range.getClientRects()).map((r) => Math.round(r.top)));
    if (s.textAlign === "justify" && lines.size > 1) say("text-justified", el, whole.slice(0, 60));
    const height = s.lineHeight === "normal" ? 1.2 : parseFloat(s.lineHeight) / size;
    if (height < 1.15 && lines.size > 1) say("text-tight", el, height.toFixed(2));
    const shownLines = Math.max(1, Math.round(rect(el).height / (height * size)));
    const perLine = whole.length / shownLines;
    if (perLine > 85 && rect(el).width > 40 * size && (shownLines > 1 || whole.length > 90) && !el.closest("table")) say("text-wide", el, Math.round(Math.min(perLine, rect(el).width / (size * 0.47))));
  }
});
