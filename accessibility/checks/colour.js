__audit.family("colour", ({ all, elements, words, clean, visible, style, own, colour, contrast, background, vocabulary, report, met, exposed }) => {
  const hue = (c) => { const [r, g, b] = c.map((v) => v / 255); const max = Math.max(r, g, b), d = max - Math.min(r, g, b); if (d < 0.15) return null; const h = max === r ? ((g - b) / d) % 6 : max === g ? (b - r) / d + 2 : (r - g) / d + 4; return (h * 60 + 360) % 360; };
  const within = (h, [from, to]) => (from <= to ? h >= from && h <= to : h >= from || h <= to);
  met("colour-named", "colour-siblings");
  const groups = [];
  for (const parent of elements()) {
    if (!/^(ul|ol|dl|div|p|tr|tbody|section|span|td)$/.test(parent.localName) || parent.closest("nav, pre, code, svg, [class*=syntax]")) continue;
    const kids = Array.from(parent.children).filter((k) => words(k.textContent).length && visible(k) && !k.matches("a, button, script, style, label, h1, h2, h3, h4"));
    if (kids.length < 3 || kids.length > 60 || new Set(kids.map((k) => k.localName)).size > 1) continue;
    const leaf = (k) => Array.from([k, ...k.querySelectorAll("*")]).find((e) => own(e)) || k;
    const looks = kids.map((k) => { const e = leaf(k), s = style(e); return { colour: s.color, rest: [s.fontWeight, s.fontStyle, s.textDecorationLine, s.fontSize].join(), extra: k.querySelector("img, svg, [class*=hidden], abbr") || !/^(none|normal|"")$/.test(style(e, "::before").content), link: e.closest("a") }; });
    const colours = new Set(looks.map((l) => l.colour));
    if (colours.size < 2 || colours.size > 6 || colours.size === kids.length && kids.length > 4 || new Set(looks.map((l) => l.rest)).size > 1 || looks.some((l) => l.extra || l.link)) continue;
    const hues = Array.from(colours).map((c) => hue(colour(c))).filter((h) => h !== null);
    if (hues.length) groups.push({ parent, hues });
  }
  const text = clean(document.body ? document.body.innerText : "").toLowerCase();
  const named = Object.entries(vocabulary.colours).filter(([word]) => new RegExp(`(^|[^\\p{L}])${word}($|[^\\p{L}])`, "u").test(text));
  for (const { parent, hues } of groups) {
    const spoken = named.filter(([, range]) => hues.some((h) => within(h, range)));
    if (new Set(spoken.map(([, r]) => r.join())).size >= Math.min(2, hues.length)) report("colour-named", parent, spoken.map(([w]) => w).join(", "));
    else report("colour-siblings", parent, clean(parent.textContent).slice(0, 80));
  }
  for (const f of all("input:not([type=hidden]):not([type=submit]):not([type=button]):not([type=image]):not([type=reset]):not([type=range]):not([type=color]):not([type=file]):not([type=radio]):not([type=checkbox]), textarea, select").filter((f) => visible(f) && exposed(f) && !f.disabled)) {
    met("field-border-faint");
    const s = style(f);
    if (s.appearance !== "none" && /^(inset|outset)$/.test(s.borderTopStyle)) continue; // the browser's own look
    const around = background(f.parentElement), inside = background(f);
    const edges = ["Top", "Right", "Bottom", "Left"].filter((e) => parseFloat(s[`border${e}Width`]) > 0 && s[`border${e}Style`] !== "none").map((e) => contrast(colour(s[`border${e}Color`]), around));
    const shadowed = s.boxShadow !== "none" || (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0);
    const best = Math.max(contrast(inside, around), ...edges, 1);
    if (best < 3 && !shadowed) report("field-border-faint", f, best.toFixed(1) + ":1");
  }
});
