__audit.family("structure", ({ all, elements, name, plain, words, clean, visible, exposed, style, rect, own, block, report, met }) => {
  const headings = all("h1, h2, h3, h4, h5, h6, [role=heading]").filter(exposed);
  const level = (h) => Number(h.getAttribute("aria-level") || h.localName.slice(1)) || 2;
  const top = window === window.top;
  if (headings.length) met("heading-skipped", "heading-empty");
  for (const h of headings) if (!name(h) && !clean(h.textContent) && !["presentation", "none"].includes(h.getAttribute("role"))) report("heading-empty", h, "");
  for (let i = 1; i < headings.length; i++) {
    const [before, now] = [level(headings[i - 1]), level(headings[i])];
    if (now > before + 1) report("heading-skipped", headings[i], `h${before} → h${now}`);
  }
  if (top) { met("heading-first-missing"); if (!headings.some((h) => level(h) === 1)) report("heading-first-missing", document.body, ""); }

  // Text dressed as a heading: short, alone in its block, stronger than the text that follows it.
  const size = (e) => parseFloat(style(e).fontSize);
  const strength = (e) => Number(style(e).fontWeight) || 400;
  const out = "h1, h2, h3, h4, h5, h6, [role=heading], a, button, label, legend, caption, th, td, dt, dd, figcaption, summary, li, nav, header, footer, option, [role=tab], [role=button], [role=alert], [role=status], form label, blockquote, pre, code, address, time, cite, [role=region] > :first-child > strong";
  for (const el of all("div, p, span, b, strong, font, big, em")) {
    if (el.closest(out) || !visible(el) || !exposed(el)) continue;
    const text = clean(el.textContent);
    const count = words(text).length;
    if (!count || count > 12 || text.length > 90 || text.length < 3 || /[.,;:!?…]$/.test(text) || !/\p{L}{2}/u.test(text)) continue;
    const holder = block(el);
    if (clean(holder.textContent) !== text) {
      // "<b>Title</b><br>text": the strong part opens the block and is on a line alone.
      const after = el.nextSibling && el.nextSibling.nodeType === 3 && !el.nextSibling.data.trim() ? el.nextSibling.nextSibling : el.nextSibling;
      if (!(/^(b|strong|font|big)$/.test(el.localName) && !clean(el.previousSibling && el.previousSibling.textContent) && after && after.localName === "br")) continue;
    }
    if (el.querySelector("a, button, input, img, svg, br, select") || (el !== holder && holder.querySelector("a, button, input, img, svg, select, label"))) continue;
    // The innermost element that carries the words speaks for them; its wrappers keep silent.
    if (Array.from(el.children).some((c) => clean(c.textContent) === text)) continue;
    let next = holder === el || clean(holder.textContent) === text ? holder.nextElementSibling : null;
    let follower = next;
    if (clean(holder.textContent) !== text) follower = holder;
    while (follower && follower !== holder && !clean(follower.textContent)) follower = follower.nextElementSibling;
    if (!follower || !visible(follower)) continue;
    met("heading-fake");
    let sample = follower;
    if (follower === holder) { if (words(holder.textContent).length - count < 8) continue; }
    else {
      if (words(follower.textContent).length < 6 || /^h[1-6]$/.test(follower.localName) || follower.matches("form, nav, button, a, label, input, footer, aside")) continue;
      const walker = document.createTreeWalker(follower, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) if (words(walker.currentNode.data).length > 2) { sample = walker.currentNode.parentElement; break; }
      if (sample.closest("a, button, h1, h2, h3, h4, h5, h6")) continue;
    }
    const bold = strength(el) >= 600 && strength(sample) < 600;
    const larger = size(el) / size(sample);
    if (larger >= 1.4 || (bold && larger >= 1.15)) report("heading-fake", el, text, words(sample.textContent).length >= 8 || larger >= 1.4 ? {} : { certainty: "warning" });
    // A sum alone is what people came to read, and titles nothing.
    else if (bold && larger >= 0.99 && follower.localName === "p" && !(/\d/.test(text) && /[€$£%]/.test(text))) report("heading-fake", el, text, { certainty: "warning" });
  }

  // Lists by hand: lines that begin with a mark or with running numbers.
  const seenLists = new Set();
  for (const el of all("p, div, td, span, dd, section, article, main, body, blockquote").filter(visible)) {
    if (el.closest("ul, ol, dl, pre, code, [role=list]")) continue;
    const lines = [];
    let line = "";
    for (const node of el.childNodes) {
      if (node.nodeType === 1 && (node.localName === "br" || /^(block|flex|grid|table|list-item)/.test(style(node).display))) {
        lines.push(clean(line)); line = "";
        if (node.localName !== "br" && /^(p|div)$/.test(node.localName) && !node.querySelector("p, div, ul, ol, br")) lines.push(clean(node.textContent));
      } else if (node.nodeType !== 8) line += node.textContent;
    }
    lines.push(clean(line));
    const kept = lines.filter(Boolean);
    let run = 0, longest = 0, number = 0;
    for (const one of kept) {
      const mark = /^(?:[*•‣◦▪▫■□●○·–—→»✓✔☞➢►]|-(?=\s)|&bull;)\s*\p{L}/u.test(one);
      const counted = /^\(?(\d{1,2}|[a-z])[.)ºª-]\s*\p{L}/u.exec(one);
      if (mark) { run++; number = 0; }
      else if (counted) { const n = /\d/.test(counted[1]) ? Number(counted[1]) : counted[1].charCodeAt(0) - 96; run = n === number + 1 ? run + 1 : n === 1 ? 1 : 0; number = n; }
      else { run = 0; number = 0; }
      longest = Math.max(longest, run);
    }
    if (kept.length >= 2) met("list-fake");
    if (longest >= 2 && !Array.from(seenLists).some((s) => el.contains(s))) { seenLists.add(el); report("list-fake", el, kept.slice(0, 3).join(" / ").slice(0, 160)); }
  }

  if (top) {
    const main = document.querySelector("main, [role=main], article") || document.body;
    // The longest stretch of words with no heading or list between.
    let run = 0, longest = 0, worst = null, first = null;
    const walker = document.createTreeWalker(main, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const n = walker.currentNode;
      if (n.nodeType === 1) { if (/^(h[1-6]|ul|ol|dl|table|form|figure|legend|summary|hr)$/.test(n.localName) || n.getAttribute("role") === "heading") { run = 0; first = null; } }
      else if (!n.parentElement.closest("script, style, li, td, th, pre, nav, footer, h1, h2, h3, h4, h5, h6, noscript, template") && n.data.trim() && visible(n.parentElement)) {
        first = first || n.parentElement;
        run += words(n.data).length;
        if (run > longest) { longest = run; worst = first; }
      }
    }
    met("content-unorganised");
    if (longest >= 300) report("content-unorganised", worst, longest);
    met("landmark-main-missing");
    const skip = all("a[href^='#']").slice(0, 3).some((a) => a.getAttribute("href").length > 1 && document.getElementById(decodeURIComponent(a.getAttribute("href").slice(1))));
    if (!document.querySelector("main, [role=main]") && !skip && all("nav, header, [role=navigation], [role=banner]").length) report("landmark-main-missing", document.body, "");
  }

  // Reading order: siblings on one line whose visual order is the reverse of the source.
  for (const parent of elements()) {
    if (parent.childElementCount < 2 || parent.childElementCount > 60 || parent.closest("svg, select, [dir=rtl] [dir=ltr]") || parent.matches("table, thead, tbody, tr, svg")) continue;
    const kids = Array.from(parent.children).filter((k) => words(k.textContent).length && visible(k) && !/^(absolute|fixed)$/.test(style(k).position));
    if (kids.length < 2) continue;
    const rtl = style(parent).direction === "rtl";
    const floats = kids.filter((k) => style(k).float === (rtl ? "left" : "right"));
    const display = style(parent).display;
    const reversed = /flex/.test(display) && /reverse/.test(style(parent).flexDirection);
    const ordered = /flex|grid/.test(display) && kids.some((k) => style(k).order !== "0");
    if (floats.length < 2 && !reversed && !ordered) continue;
    met("order-visual");
    const group = reversed || ordered ? kids : floats;
    const places = group.map((k) => rect(k));
    let wrong = 0, pairs = 0;
    for (let i = 1; i < places.length; i++) {
      const [a, b] = [places[i - 1], places[i]];
      const level = Math.abs(a.top - b.top) < Math.min(a.height, b.height);
      pairs++;
      if (level ? (rtl ? b.left >= a.right - 2 : b.right <= a.left + 2) : b.bottom <= a.top + 2) wrong++;
    }
    const texts = group.filter((k) => words(k.textContent).length >= 1 && !k.matches("button, input, a.button"));
    if (wrong && texts.length >= 2) report("order-visual", parent, group.map((k) => clean(k.textContent).slice(0, 20)).join(" | "));
  }
  for (const el of all("article")) {
    met("article-only-links");
    const text = words(el.textContent).length;
    const inLinks = Array.from(el.querySelectorAll("a, h1, h2, h3, h4, h5, h6")).reduce((n, a) => n + words(a.textContent).length, 0);
    if (el.querySelectorAll("a").length >= 2 && text && inLinks >= text * 0.95 && !el.querySelector("img, p, time")) report("article-only-links", el, clean(el.textContent).slice(0, 80));
  }
});
