__audit.family("links", ({ all, name, plain, words, clean, visible, exposed, seen, style, rect, path, vocabulary, block, colour, contrast, background, listens, report, met, own }) => {
  const generic = new Set(vocabulary.links);
  const links = all("a[href], area[href], [role=link]").filter(exposed);
  if (links.length) met("link-punctuation-only", "link-generic", "link-new-window", "link-same-words", "link-adjacent-same", "link-title-repeats", "link-script-address", "link-empty-fragment", "link-broken-fragment", "link-not-distinguishable", "link-hidden-words");
  const address = (a) => (a.href && a.href.baseVal !== undefined ? a.href.baseVal : a.href) || "";
  const byWords = new Map();
  for (const link of links) {
    const raw = (link.getAttribute("href") || "").trim();
    const said = name(link);
    const flat = plain(said);
    if (said && !flat && !/[\p{So}\p{Sm}]/u.test(said)) report("link-punctuation-only", link, said);
    const where = link.closest("p, li, td, dd, figcaption, blockquote") || link.parentElement;
    if (flat && generic.has(flat)) {
      const around = words(where ? where.textContent : "").length - words(link.textContent).length;
      const described = link.getAttribute("aria-describedby") || (link.closest("td") && link.closest("tr").querySelector("th"));
      // WCAG lets the sentence, the list item or the cell explain it: then only a reader of link lists suffers.
      report("link-generic", link, said, around >= 2 || described ? { certainty: "warning", criteria: ["2.4.9"] } : {});
    } else if (flat && flat.split(" ").length <= 2 && generic.has(flat.replace(/^(?:mi|su|nuestra|our|my|your|the|la|el|this|esta) /, ""))) {
      report("link-generic", link, said, { certainty: "warning", criteria: ["2.4.9"] });
    }
    if (/^_(blank|new)$/i.test(link.target || "") && !vocabulary.window.some((w) => plain(said + " " + (link.title || "")).includes(w))) {
      const description = (link.getAttribute("aria-describedby") || "").split(/\s+/).map((id) => (document.getElementById(id) || {}).textContent || "").join(" ");
      if (!vocabulary.window.some((w) => plain(description + " " + (link.parentElement ? link.parentElement.textContent : "")).includes(w))) report("link-new-window", link, said);
    }
    if (link.title && plain(link.title) && plain(link.title) === plain(link.textContent)) report("link-title-repeats", link, link.title);
    if (/^javascript:/i.test(raw) && link.getAttribute("role") !== "button") report("link-script-address", link, raw.slice(0, 80), { criteria: [] });
    if (raw === "#" && !/^(button|tab|menuitem)/.test(link.getAttribute("role") || "")) report("link-empty-fragment", link, said, listens(link, "click") ? {} : { criteria: [] });
    const hash = raw.startsWith("#") && raw.length > 1 ? decodeURIComponent(raw.slice(1)) : "";
    if (hash && hash !== "top" && !document.getElementById(hash) && !document.getElementsByName(hash).length && !/^[!/:~]/.test(hash) && !listens(link, "click")) {
      const skip = (link === links[0] && !link.closest("main, form, [role=alert]")) || /skip|saltar|ir al contenido|contenido principal/i.test(said);
      report("link-broken-fragment", link, "#" + hash, skip ? {} : { certainty: "warning", criteria: ["2.4.4"] });
    }
    const file = /\.(pdf|docx?|xlsx?|pptx?|odt|ods|odp|rtf|zip|csv|epub)(?:[?#]|$)/i.exec(raw);
    if (file) {
      met("link-document");
      const near = said + " " + (link.title || "") + " " + seen(where || link);
      const format = new RegExp(`\\b(${file[1]}|pdf|word|excel|powerpoint|zip|csv|libreoffice|opendocument|documento de)\\b`, "i").test(near);
      const size = /\d[\d.,]*\s*(?:k|m|g)i?b(?:ytes)?\b|\d\s*(?:bytes|pages|p[áa]ginas)/i.test(near);
      if (!format || !size) report("link-document", link, raw.slice(-80) + (format ? " · sin tamaño / no size" : size ? " · sin formato / no format" : ""));
    }
    if (/\.(mp3|ogg|oga|wav|m4a|aac|flac|mp4|mov|avi|webm|ogv|wmv|m4v|mpg|mpeg|mkv)(?:[?#]|$)/i.test(raw)) {
      met("link-media-transcript");
      const near = plain((where || link).textContent + " " + ((where || link).nextElementSibling || { textContent: "" }).textContent);
      if (!vocabulary.transcript.some((w) => near.includes(w))) report("link-media-transcript", link, raw.slice(-80));
    }
    if (/\.(jpe?g|png|gif|webp|svg|bmp|tiff?)(?:[?#]|$)/i.test(raw) && !link.querySelector("img[alt]:not([alt='']), svg")) report("link-image-file", link, raw.slice(-80));
    if (flat && address(link)) {
      const key = flat;
      if (!byWords.has(key)) byWords.set(key, new Map());
      const target = address(link).replace(/#$/, "").replace(/\/$/, "");
      if (!byWords.get(key).has(target)) byWords.get(key).set(target, link);
    }
    // Words cut off by display:none or visibility:hidden in the middle of a link.
    for (const part of link.querySelectorAll("*")) {
      const hidden = style(part).display === "none" || style(part).visibility === "hidden";
      if (hidden && part.childElementCount === 0 && words(part.textContent).length && !part.closest("svg, [aria-hidden=true], [hidden], template, script, style") && !link.getAttribute("aria-label") && !link.hasAttribute("aria-expanded")) { report("link-hidden-words", link, clean(part.textContent)); break; }
    }
  }
  for (const [said, targets] of byWords) {
    if (targets.size < 2) continue;
    const found = Array.from(targets.values());
    if (found.every((l) => l.closest("td") || l.closest("[aria-describedby]"))) continue;
    report("link-same-words", found[1], `«${said}» ×${targets.size}`);
  }
  for (let i = 1; i < links.length; i++) {
    const [a, b] = [links[i - 1], links[i]];
    if (!address(a) || address(a) !== address(b) || a.getAttribute("href") === "#" || a.contains(b)) continue;
    const range = document.createRange();
    range.setStartAfter(a); range.setEndBefore(b);
    if (range.collapsed || !clean(range.toString())) {
      const nothing = range.cloneContents().querySelector("img, input, button, svg, video") === null;
      const pictures = a.querySelector("img, svg") || b.querySelector("img, svg");
      if (nothing && (pictures || plain(name(a)) === plain(name(b)))) report("link-adjacent-same", b, address(b).slice(0, 100));
    }
  }
  for (const link of links) {
    let next = link.nextSibling, between = "";
    while (next && (next.nodeType === 8 || (next.nodeType === 3 && !next.data.trim()))) { between += next.nodeType === 3 ? next.data : ""; next = next.nextSibling; }
    if (!next || next.localName !== "a" || !next.hasAttribute("href") || !visible(link) || !visible(next)) continue;
    if (style(link).display !== "inline" || style(next).display !== "inline" || link.querySelector("img") || next.querySelector("img")) continue;
    const a = rect(link), b = rect(next), s = style(next);
    const gap = Math.abs(b.left - a.right);
    const drawn = (x) => parseFloat(x.borderLeftWidth) + parseFloat(x.borderRightWidth) > 0 || parseFloat(x.paddingLeft) > 4;
    if (Math.abs(a.top - b.top) < 4 && gap < 10 && !drawn(s) && !drawn(style(link)) && !/^flex|^grid/.test(style(link.parentElement).display)) { report("links-not-separated", link, `${clean(link.textContent)} / ${clean(next.textContent)}`); break; }
  }
  for (const el of all("[accesskey]")) report("accesskey", el, el.getAttribute("accesskey"));
  // A link in a line of text: what tells it apart?
  for (const link of links) {
    if (!visible(link) || style(link).display !== "inline" || link.closest("nav, [role=navigation], button, h1, h2, h3, h4, h5, h6, li > a:only-child") || link.querySelector("img, svg")) continue;
    const holder = block(link.parentElement);
    if (!holder || holder === document.body && !own(holder)) continue;
    // Another kind of text in the same block, seen and not itself a link.
    const texts = [];
    const walker = document.createTreeWalker(holder, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (words(node.data).length && !node.parentElement.closest("a, button, label, script, style, h1, h2, h3, h4, h5, h6") && visible(node.parentElement) && block(node.parentElement) === holder) texts.push(node.parentElement);
    }
    if (!texts.length || !words(link.textContent).length) continue;
    // In a header or footer only a sentence counts: there a row of words is a menu.
    if (link.closest("header, footer") && words(holder.textContent).length - words(link.textContent).length < 5) continue;
    const first = texts[0];
    const inner = Array.from(link.querySelectorAll("*")).find((e) => words(own(e)).length) || link;
    const L = style(inner), T = style(first);
    const lines = (e) => { for (let at = e; at && at !== holder; at = at.parentElement) { const s = style(at); if (/underline|overline|line-through/.test(s.textDecorationLine)) return true; if (parseFloat(s.borderBottomWidth) > 0 && s.borderBottomStyle !== "none" && colour(s.borderBottomColor)[3] > 0.1) return true; } return false; };
    if (lines(inner) || /underline/.test(T.textDecorationLine)) continue;
    if (Number(L.fontWeight) - Number(T.fontWeight) >= 200 || L.fontStyle !== T.fontStyle || L.fontSize !== T.fontSize || L.fontFamily !== T.fontFamily) continue;
    const around = background(first), behind = background(inner);
    if (contrast(around, behind) > 1.2 || style(link).backgroundImage !== "none") continue;
    if (["::before", "::after"].some((p) => !/^(none|normal|"")$/.test(style(link, p).content))) continue;
    const ratio = contrast(colour(L.color), colour(T.color));
    report("link-not-distinguishable", link, ratio.toFixed(1) + ":1", ratio >= 3 ? { certainty: "warning" } : {});
  }
});
