__audit.family("names", ({ all, name, role, plain, words, clean, visible, exposed, seen, style, vocabulary, report, met, watch, own, interactive, listens }) => {
  const has = (list, text) => vocabulary[list].includes(plain(text));
  const title = clean(document.title);
  met("title-missing");
  if (!title && window === window.top) report("title-missing", document.documentElement, "");
  if (title && window === window.top) {
    met("title-generic", "title-unrelated", "title-part");
    const parts = title.split(/\s+[-–—|·:]\s+/);
    if (has("titles", title) || /^(?:(?:insert|enter|your|add|put) (?:\w+ )?title|(?:page )?title here|(?:ponga|escriba|inserte|introduzca) (?:\w+ )*t[ií]tulo|t[ií]tulo aqu[ií])/i.test(title) || /^[\w./-]+\.(html?|php|aspx?|jsp)$/i.test(title) || /^https?:/i.test(title) || (parts.length === 1 && words(title).every((w) => /^\d+$/.test(w))) || /\blorem ipsum\b/i.test(title)) report("title-generic", document.querySelector("title"), title);
    else {
      const stop = new Set("de la el los las en un una y o a que del al por para con su se the of and in on to for a an is at by or with from your our this".split(" "));
      // The site's own name, said in the banner or the footer, tells nothing of this page.
      const around = plain(Array.from(document.querySelectorAll("header, footer, [role=banner], [role=contentinfo]")).map((e) => e.textContent).join(" "));
      const telling = parts.length > 1 ? parts.filter((p, i) => !(i > 0 && around.includes(plain(p))) && (i < parts.length - 1 || i === 0)) : parts;
      const content = (text) => words(text.normalize("NFD").replace(/\p{M}/gu, "")).filter((w) => w.length > 2 && !stop.has(w));
      const mine = content((telling.length ? telling : parts).join(" "));
      const body = plain(document.body ? document.body.innerText : "");
      const stems = new Set(words(body).map((w) => w.slice(0, 5)));
      const shared = mine.filter((w) => stems.has(w.slice(0, 5))).length;
      if (mine.length && stems.size > 6 && shared < mine.length / 2) report("title-unrelated", document.querySelector("title"), title);
      // The heading says what the page is and, after a preposition, whose: the title that says only whose could be any page's.
      const heading = plain((all("h1").filter(visible)[0] || {}).textContent), flat = plain(title);
      const before = heading.endsWith(" " + flat) ? heading.slice(0, -flat.length - 1) : "";
      const joined = /\b(at|of|in|from|by|with|on|de|del|en|por|al?|di|da|do|von|bei|chez|aux?|du)( (the|la|el|los|las|les?|il|lo|der|die|das|dem|os?|as))?$/;
      if (parts.length === 1 && joined.test(before) && content(before).length > 1 && !/^\/(index\.\w+)?$/.test(location.pathname)) report("title-part", document.querySelector("title"), `«${title}» / «${clean(all("h1").filter(visible)[0].textContent).slice(0, 120)}»`);
    }
  }
  for (const el of all("button, [role=button], input[type=submit], input[type=button], input[type=image], input[type=reset]").filter(exposed)) {
    met("button-generic");
    const said = name(el);
    if (has("buttons", said)) report("button-generic", el, said, el.matches("[type=image]") ? { criteria: ["1.1.1"] } : { certainty: plain(said) === "go" ? "warning" : "error" });
  }
  for (const el of all("h1, h2, h3, h4, h5, h6, [role=heading]").filter(exposed)) {
    met("heading-generic");
    if (has("headings", name(el))) report("heading-generic", el, name(el));
  }
  for (const el of all("input:not([type=hidden]):not([type=submit]):not([type=button]):not([type=image]):not([type=reset]), select, textarea").filter(exposed)) {
    met("label-generic");
    if (has("labels", name(el))) report("label-generic", el, name(el));
  }
  for (const frame of all("iframe, frame")) {
    met("frame-title-generic", "frame-title-unrelated", "frame-not-in-order");
    const said = clean(frame.getAttribute("title") || frame.getAttribute("aria-label"));
    if (said && (has("frames", said) || /^https?:|\.html?$/i.test(said))) report("frame-title-generic", frame, said);
    let inside = null;
    try { inside = frame.contentDocument; } catch (e) { inside = null; }
    if (inside && inside.body) {
      if (frame.tabIndex < 0 && frame.hasAttribute("tabindex") && visible(frame) && !frame.closest("[inert], [aria-hidden=true]") && !document.querySelector("dialog:modal")) {
        const control = Array.from(inside.querySelectorAll(interactive)).find((e) => e.tabIndex >= 0 && !e.disabled && e.checkVisibility({ checkVisibilityCSS: true }) && e.getBoundingClientRect().width > 0);
        if (control && frame.clientWidth > 2 && frame.clientHeight > 2) report("frame-not-in-order", frame, control.outerHTML.slice(0, 100));
      }
      const text = plain((inside.title || "") + " " + (inside.body.innerText || "").slice(0, 3000));
      const mine = words(said.normalize("NFD").replace(/\p{M}/gu, "")).filter((w) => w.length > 2);
      const theirs = new Set(words(text).map((w) => w.slice(0, 5)));
      if (mine.length && theirs.size > 3 && !has("frames", said) && !mine.some((w) => theirs.has(w.slice(0, 5)))) report("frame-title-unrelated", frame, said);
    }
  }
  for (const el of all("summary").filter((e) => exposed(e) && e.parentElement && e.parentElement.localName === "details" && e.parentElement.querySelector(":scope > summary") === e)) {
    met("summary-name");
    const given = el.getAttribute("role");
    if (!name(el) && !clean(el.getAttribute("aria-label")) && (!given || /^(button|none|presentation)$/.test(given))) report("summary-name", el, "");
  }
  // Required states, where the browser supplies none.
  const needed = { checkbox: ["aria-checked"], combobox: ["aria-expanded"], heading: ["aria-level"], menuitemcheckbox: ["aria-checked"], menuitemradio: ["aria-checked"], meter: ["aria-valuenow"], radio: ["aria-checked"], scrollbar: ["aria-controls", "aria-valuenow"], slider: ["aria-valuenow"], switch: ["aria-checked"] };
  for (const el of all("[role]")) {
    const said = (el.getAttribute("role") || "").trim().toLowerCase().split(/\s+/)[0];
    if (!needed[said] || !el.checkVisibility({ checkVisibilityCSS: true }) || el.closest("[aria-hidden=true]")) continue;
    met("role-lacks-state");
    const native = el.localName === "input" && /^(checkbox|radio|range)$/.test(el.type) || el.localName === "meter" || el.localName === "select" || (said === "heading" && /^h[1-6]$/.test(el.localName));
    if (native || (said === "combobox" && el.localName === "input" && el.list)) continue;
    if (said === "combobox" && el.getAttribute("aria-expanded") === "true" && !el.getAttribute("aria-controls")) { report("role-lacks-state", el, "combobox: aria-controls"); continue; }
    const lacking = needed[said].filter((a) => !(el.getAttribute(a) || "").trim() && el[a] === undefined);
    if (lacking.length) report("role-lacks-state", el, said + ": " + lacking.join(", "));
  }
  for (const el of all("[role=separator]").filter((e) => e.tabIndex >= 0 && exposed(e) && !e.getAttribute("aria-valuenow"))) report("role-lacks-state", el, "separator: aria-valuenow");
  // Names that lose the words seen (2.5.3): controls named from content whose name says something else.
  for (const el of all("button, a[href], [role=button], [role=link], [role=tab], [role=menuitem], [role=checkbox], [role=switch], [role=option], summary, input[type=submit], input[type=button]").filter((e) => exposed(e) && visible(e))) {
    if (!el.hasAttribute("aria-label") && !el.hasAttribute("aria-labelledby")) continue;
    met("label-not-in-name");
    const shown = clean(el.localName === "input" ? el.value : seen(el)).replace(/\([^)]*\)/g, " ");
    const flat = plain(shown);
    if (!flat || flat.length < 2 || /^[\d\s]+$/.test(flat) || /material-icons|icon/i.test(el.className + (el.firstElementChild ? el.firstElementChild.className : ""))) continue;
    const said = " " + plain(name(el)) + " ";
    const icon = Array.from(el.querySelectorAll("*")).some((e) => e.closest("[aria-hidden=true]"));
    if (!said.includes(" " + flat + " ") && !(icon && !plain(own(el)))) {
      const near = flat.split(" ").every((w) => said.includes(" " + w + " "));
      report("label-not-in-name", el, `«${shown.trim()}» / «${name(el)}»`, near ? { certainty: "warning" } : {});
    }
  }
  // Names and descriptions fetched from an id that is not there.
  for (const el of all("[aria-labelledby], [aria-describedby]").filter((e) => e.checkVisibility({ checkVisibilityCSS: true }))) {
    met("reference-missing");
    for (const attribute of ["aria-labelledby", "aria-describedby"]) {
      const ids = (el.getAttribute(attribute) || "").split(/\s+/).filter(Boolean);
      const root = el.getRootNode();
      const lost = ids.filter((id) => !(root.getElementById ? root.getElementById(id) : document.getElementById(id)));
      if (ids.length && lost.length === ids.length) report("reference-missing", el, `${attribute}="${lost.join(" ")}"`, attribute === "aria-labelledby" ? {} : { certainty: "warning" });
    }
  }
  // Clickable things with the role of a control and no name at all (custom ones axe does not meet).
  for (const el of all("[tabindex]").filter((e) => exposed(e) && visible(e) && e.tabIndex >= 0 && listens(e, "click", "keydown", "keyup") && !role(e))) {
    if (!clean(el.textContent) && !name(el)) report("name-missing", el, "");
  }
});
