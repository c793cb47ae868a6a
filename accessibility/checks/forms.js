__audit.family("forms", ({ all, name, plain, words, clean, visible, exposed, seen, style, rect, vocabulary, colour, own, report, met, listens, block }) => {
  const quiet = "[type=hidden], [type=submit], [type=button], [type=image], [type=reset]";
  const fields = all("input, select, textarea").filter((f) => !f.matches(quiet) && exposed(f));
  const written = (f) => Array.from(f.labels || []).map((l) => seen(l)).join(" ").trim();
  const flat = (t) => plain(t);
  if (fields.length) met("field-placeholder-only", "field-label-missing", "label-repeated", "hint-not-tied", "required-not-told", "label-far");
  for (const f of fields) {
    const labelled = f.hasAttribute("aria-labelledby") || f.hasAttribute("aria-label") || (f.title || "").trim();
    const tagged = Array.from(f.labels || []).some((l) => clean(l.textContent) || name(l));
    if (f.placeholder && !tagged && !labelled) report("field-placeholder-only", f, f.placeholder);
    else if (!tagged && !labelled && !name(f)) report("field-label-missing", f, "");
    // Far labels: the eye must cross a gap wider than a magnified screen shows.
    const label = (f.labels || [])[0];
    if (label && !label.contains(f) && visible(label) && visible(f)) {
      const a = document.createRange(); a.selectNodeContents(label);
      const l = a.getBoundingClientRect(), b = rect(f);
      const gap = Math.max(b.left - l.right, l.left - b.right);
      if (Math.abs(l.top - b.top) < b.height + 10 && gap > 100) report("label-far", f, Math.round(gap) + " px");
    }
    if (f.required && visible(f) && !/\*|obligatori|required|necesari|requerid/i.test(written(f) + name(f) + (f.closest("fieldset, form") ? (f.closest("fieldset") || f).textContent + (f.form ? clean(f.form.innerText).slice(0, 400) + (f.form.previousElementSibling ? f.form.previousElementSibling.textContent : "") : "") : "")) && f.form && Array.from(f.form.elements).some((e) => !e.required && e.matches("input, select, textarea") && !e.matches(quiet + ", [type=radio], [type=checkbox]") && !/opcional|optional/i.test(written(e)))) report("required-not-told", f, name(f));
  }
  for (const label of all("label").filter((l) => l.checkVisibility())) {
    met("label-empty", "label-points-nowhere", "label-points-elsewhere");
    if (!clean(label.textContent) && !label.querySelector("img[alt], svg, input, select, textarea") && !name(label)) report("label-empty", label, "");
    const target = label.htmlFor ? label.getRootNode().getElementById(label.htmlFor) : null;
    if (label.htmlFor ? !target : !label.querySelector("input, select, textarea, button, meter, output, progress")) {
      if (clean(label.textContent) && (label.htmlFor || fields.length)) report("label-points-nowhere", label, label.htmlFor || "", label.htmlFor && !fields.length ? { certainty: "warning" } : {});
    }
  }
  const holders = new Map();
  for (const label of all("label[for]")) { const key = label.htmlFor; holders.set(key, [...(holders.get(key) || []), label]); }
  for (const [key, labels] of holders) {
    if (labels.length < 2 || !document.getElementById(key)) continue;
    for (const label of labels.slice(1)) {
      const after = label.nextElementSibling;
      if (after && after.matches("input, select, textarea") && after.id !== key || (Array.from(document.querySelectorAll("input, select, textarea")).some((f) => !f.matches(quiet) && !(f.labels || []).length))) { report("label-points-elsewhere", label, `for="${key}"`); break; }
    }
    if (labels.every((l) => clean(l.textContent)) && !document.querySelector("fieldset") && labels.length >= 2) { const f = document.getElementById(key); report("label-points-elsewhere", f, `${labels.length} × for="${key}"`, { certainty: "warning" }); }
  }
  const same = new Map();
  for (const f of fields.filter((f) => !/^(radio|checkbox)$/.test(f.type) && visible(f))) {
    const group = f.closest("fieldset, [role=group], [role=radiogroup], tr, li, [role=row], [role=listitem]");
    const key = (group ? Array.from(document.querySelectorAll("*")).indexOf(group) : "") + "|" + (f.form ? Array.from(document.forms).indexOf(f.form) : "") + "|" + flat(name(f));
    if (!flat(name(f))) continue;
    if (same.has(key)) report("label-repeated", f, name(f));
    same.set(key, f);
  }
  // Groups of options.
  const groups = new Map();
  for (const f of fields.filter((f) => /^(radio|checkbox)$/.test(f.type) && f.name)) {
    const key = f.type + "|" + f.name.replace(/\[\w*\]$|[-_.]?\d+$/, "") + "|" + (f.form ? Array.from(document.forms).indexOf(f.form) : "");
    groups.set(key, [...(groups.get(key) || []), f]);
  }
  for (const [, members] of groups) {
    if (members.length < 2 || members.every((m) => m.closest("table"))) continue;
    met("group-missing");
    const holder = members[0].closest("fieldset, [role=group], [role=radiogroup]");
    if (!holder || !members.every((m) => holder.contains(m))) report("group-missing", members[0], members.map((m) => name(m)).join(" / ").slice(0, 120));
  }
  for (const group of all("fieldset, [role=radiogroup]").filter((g) => g.checkVisibility())) {
    met("group-unnamed");
    const legend = Array.from(group.children).find((c) => c.localName === "legend");
    const labelled = group.getAttribute("aria-label") || (group.getAttribute("aria-labelledby") || "").split(/\s+/).some((id) => document.getElementById(id));
    if (!labelled && !(legend && (clean(legend.textContent) || legend.querySelector("img[alt]")))) report("group-unnamed", group, "", /^(presentation|none)$/.test(group.getAttribute("role") || "") ? { certainty: "warning" } : {});
  }
  // Help beside a field that only eyes can find.
  const hint = new RegExp(vocabulary.hint, "i");
  for (const f of fields.filter((f) => visible(f) && !/^(radio|checkbox|range|file)$/.test(f.type))) {
    const label = (f.labels || [])[0];
    if (!label) continue;
    const ties = ((f.getAttribute("aria-describedby") || "") + " " + (f.getAttribute("aria-labelledby") || "") + " " + (f.getAttribute("aria-errormessage") || "")).split(/\s+/).map((id) => id && f.getRootNode().getElementById(id)).filter(Boolean);
    const group = f.closest("fieldset, [role=group]");
    const groupTies = group ? (group.getAttribute("aria-describedby") || "").split(/\s+/).map((id) => id && document.getElementById(id)).filter(Boolean) : [];
    const near = [];
    for (let at = f.previousElementSibling; at && at !== label && !at.contains(label) && !at.matches("input, select, textarea, fieldset"); at = at.previousElementSibling) near.push(at);
    for (let at = f.nextElementSibling, n = 0; at && n < 1 && !at.matches("input, select, textarea, label, button, fieldset"); at = at.nextElementSibling, n++) near.push(at);
    for (const one of near) {
      if (!visible(one) || !words(one.textContent).length || words(one.textContent).length > 60 || one.querySelector("input, select, textarea, button, label, h1, h2, h3") || one.matches("a, h1, h2, h3, h4, legend, br, script, datalist, [aria-live], [role=status]") || label.contains(one)) continue;
      if ([...ties, ...groupTies].some((t) => t.contains(one) || one.contains(t))) continue;
      const error = /error|invalid/i.test(one.className);
      const sure = /hint|help|ayuda|nota|descri/i.test(one.className + one.id) || hint.test(clean(one.textContent));
      if (error) { met("error-not-tied"); report("error-not-tied", f, clean(one.textContent)); }
      else if (words(one.textContent).length >= 2) report("hint-not-tied", f, clean(one.textContent), sure ? {} : { certainty: "warning" });
    }
  }
  // What a field is for, where it is about the person who fills it in.
  for (const f of fields.filter((f) => f.matches("input, select") && !/^(radio|checkbox|file|range|color|number|search)$/.test(f.type) && visible(f) && !f.disabled && !f.readOnly)) {
    const said = flat(written(f) || name(f)).replace(/ (?:obligatorio|opcional|required|optional)$/, "");
    for (const [token, pattern] of Object.entries(vocabulary.autocomplete)) {
      if (!new RegExp(pattern).test(said)) continue;
      met("autocomplete-missing", "autocomplete-wrong");
      const value = (f.getAttribute("autocomplete") || "").trim().toLowerCase();
      const last = value.split(/\s+/).pop();
      const personal = !/buscar|search|filtr/i.test((f.form ? f.form.getAttribute("role") + f.form.className + f.form.action : "") + f.name) && !f.closest("[role=search], search");
      if (!value && personal) report("autocomplete-missing", f, `${written(f) || name(f)} → ${token}`);
      else if (value && !/^(on|off)$/.test(last) && last !== token) {
        const alike = { name: ["given-name", "family-name", "additional-name", "username", "nickname", "organization", "cc-name"], "given-name": ["name", "cc-given-name"], "family-name": ["cc-family-name"], "street-address": ["address-line1", "address-line2", "address-line3", "email"], tel: ["tel-national", "tel-local"], email: ["username"], "current-password": ["new-password", "one-time-code"], "country-name": ["country"], bday: ["bday-day", "bday-month", "bday-year"], "postal-code": [], username: ["email"] }[token] || [];
        if (!alike.includes(last)) report("autocomplete-wrong", f, `${written(f) || name(f)}: ${value}`);
      }
      break;
    }
  }
  // The field before a password says who enters.
  for (const p of all("input[type=password]")) {
    const before = p.form ? Array.from(p.form.elements).filter((e) => e.matches("input:not([type]), input[type=text], input[type=email], input[type=tel]") && visible(e) && e.compareDocumentPosition(p) & Node.DOCUMENT_POSITION_FOLLOWING).pop() : null;
    const value = before ? (before.getAttribute("autocomplete") || "").trim().toLowerCase() : "";
    if (!value || /(^|\s)(on|off|username|email|tel|tel-national|webauthn|name|nickname|organization)$/.test(value)) continue;
    met("autocomplete-wrong");
    report("autocomplete-wrong", before, `${written(before) || name(before)}: ${value}`);
  }
  for (const f of all("input[type=password]")) {
    met("paste-blocked");
    const code = (f.getAttribute("onpaste") || "");
    if (/return false|preventDefault/.test(code) || (listens(f, "paste") && /preventDefault/.test(String((__audit.api.kinds(f).get("paste")) || "")))) report("paste-blocked", f, "onpaste");
  }
  for (const el of all(".g-recaptcha, .h-captcha, [class*=captcha], [id*=captcha], img[src*=captcha]").slice(0, 1)) report("login-puzzle", el, "");
  // Errors that are shown now.
  const summary = new RegExp(vocabulary.summary, "i");
  const alerts = all("[role=alert], .error-summary, [class*=error-summary], [class*=validation-summary], [class*=alert-danger], [class*=errors]").filter((a) => visible(a) && a.localName !== "form" && summary.test(clean(a.textContent)));
  const reddish = (c) => { const [r, g, b, a] = colour(c); return a > 0.3 && r > 140 && r > g * 1.6 && r > b * 1.5; };
  const painted = (f) => { const s = style(f); return reddish(s.borderTopColor) && parseFloat(s.borderTopWidth) > 0 || reddish(s.outlineColor) && s.outlineStyle !== "none" || (() => { const [r, g, b, a] = colour(s.backgroundColor); return a > 0.3 && r > g + 30 && r > b + 30; })() || /red|#c00|#d4/.test(s.boxShadow); };
  const message = (f) => { // a written message for this field: tied, in its label, or right beside it
    const ids = ((f.getAttribute("aria-describedby") || "") + " " + (f.getAttribute("aria-errormessage") || "")).split(/\s+/);
    if (ids.some((id) => { const e = id && document.getElementById(id); return e && visible(e) && /error|invalid|err/i.test(e.className + e.id) && clean(e.textContent); })) return "tied";
    const holder = f.closest("label, div, p, li, td, fieldset") || f.parentElement;
    const marked = Array.from(holder.querySelectorAll("*")).find((e) => !e.contains(f) && visible(e) && /error|invalid|danger/i.test(e.className) && words(e.textContent).length);
    return marked ? "near" : "";
  };
  for (const alert of alerts) {
    const form = alert.closest("form") || document.querySelector("main form, form");
    const mine = fields.filter((f) => visible(f) && (!form || form.contains(f)));
    if (!mine.length) continue;
    met("error-not-identified", "error-colour-only");
    const listed = clean(alert.textContent);
    const linked = Array.from(alert.querySelectorAll("a[href^='#']")).some((a) => document.getElementById(a.getAttribute("href").slice(1)));
    const named = mine.some((f) => { const label = clean(written(f)); return label.length > 2 && listed.toLowerCase().includes(label.toLowerCase()); });
    const told = mine.some((f) => message(f) || f.getAttribute("aria-invalid") === "true");
    const coloured = mine.filter(painted);
    if (told || linked || named) continue;
    if (coloured.length && coloured.length < mine.length) report("error-colour-only", coloured[0], listed.slice(0, 100));
    else report("error-not-identified", alert, listed.slice(0, 100));
  }
  const marked = fields.filter((f) => visible(f) && painted(f) && (f.getAttribute("aria-invalid") === "true" || /error|invalid/i.test(f.className)));
  if (!alerts.length) for (const f of marked) if (!message(f) && fields.some((o) => !painted(o) && visible(o))) { report("error-colour-only", f, name(f)); break; }
  const vague = new RegExp(vocabulary.vague, "i");
  for (const el of all("[class*=error], [class*=invalid-feedback], [role=alert]").filter((e) => fields.length && visible(e) && !e.querySelector("input, select, textarea, li, p") && words(e.textContent).length)) {
    met("error-without-suggestion");
    const text = clean(Array.from(el.childNodes).map((n) => n.nodeType === 1 && /hidden|sr-only/.test(n.className) ? "" : n.textContent).join(" "));
    if (words(text).length <= 7 && vague.test(text.normalize("NFD").replace(/\p{M}/gu, ""))) report("error-without-suggestion", el, text);
  }
});
