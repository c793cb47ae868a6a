// What the live steps ask the page. Set once a document, after lib.js.
(() => {
  const { path, visible, clean, style, rect, name, role, words, own, interactive, listens, kinds, watch, shadow } = window.__audit.api;
  const deep = () => { let at = document.activeElement; while (at && shadow(at) && shadow(at).activeElement) at = shadow(at).activeElement; return at; };
  const look = (el, pseudo) => { const s = style(el, pseudo); return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.borderTopColor, s.borderBottomColor, s.borderTopWidth, s.borderBottomWidth, s.backgroundColor, s.color, s.textDecorationLine, s.textDecorationThickness, s.opacity, s.transform].join(";"); };
  const looks = (el) => [look(el), look(el, "::before"), look(el, "::after"), el.parentElement ? look(el.parentElement) : "", ...Array.from(el.labels || []).slice(0, 1).flatMap((l) => [look(l), look(l, "::before"), look(l, "::after")])].join("|");
  const numbers = new WeakMap();
  let next = 1, sheets = "";
  const number = (el) => { if (!numbers.has(el)) numbers.set(el, next++); return numbers.get(el); };
  const area = (el) => { // the element and its label, in page pixels
    const boxes = [rect(el), ...Array.from(el.labels || []).map(rect)].filter((b) => b.width && b.height);
    if (el.localName === "a") boxes.push(...Array.from(el.children).map(rect).filter((b) => b.width && b.height));
    if (!boxes.length) return null;
    const x = Math.min(...boxes.map((b) => b.left)), y = Math.min(...boxes.map((b) => b.top));
    return [x + scrollX, y + scrollY, Math.max(...boxes.map((b) => b.right)) - x, Math.max(...boxes.map((b) => b.bottom)) - y];
  };
  const resting = new Map(), sizes = new WeakMap();
  const live = (window.__live = {
    deep, number, area, looks,
    tabbable() { return Array.from(document.querySelectorAll(interactive)).filter((e) => e.tabIndex >= 0 && !e.disabled && e.checkVisibility({ checkVisibilityCSS: true }) && !e.closest("[inert]")); },
    begin() {
      resting.clear();
      sheets = Array.from(document.styleSheets).map((s) => { try { return Array.from(s.cssRules).reduce((n, r) => (n * 31 + r.cssText.length) % 1e9, s.cssRules.length); } catch (e) { return s.href; } }).join();
      for (const el of this.tabbable()) { resting.set(el, looks(el)); sizes.set(el, [rect(el).width, rect(el).height]); }
      watch && (watch.focused.length = 0);
      if (document.activeElement && document.activeElement !== document.body) document.activeElement.blur();
      getSelection().removeAllRanges();
      window.scrollTo(0, 0);
      return resting.size;
    },
    at() {
      const el = deep();
      if (!el || el === document.body || el === document.documentElement) return null;
      const box = rect(el);
      const place = area(el);
      const cx = Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1), cy = Math.min(Math.max(box.top + box.height / 2, 0), innerHeight - 1);
      const points = [[cx, cy], [box.left + 2, box.top + 2], [box.right - 2, box.bottom - 2], [box.left + 2, box.bottom - 2], [box.right - 2, box.top + 2]];
      let covered = 0, tested = 0, cover = null;
      for (const [x, y] of points) {
        if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) { continue; }
        tested++;
        let top = document.elementFromPoint(x, y);
        while (top && shadow(top) && shadow(top).elementFromPoint(x, y) && shadow(top).elementFromPoint(x, y) !== top) top = shadow(top).elementFromPoint(x, y);
        if (top && top !== el && !el.contains(top) && !top.contains(el) && !Array.from(el.labels || []).some((l) => l.contains(top) || top.contains(l))) { let at = top; while (at && !/^(fixed|sticky|absolute)$/.test(style(at).position)) at = at.parentElement; if (at && !at.contains(el)) { covered++; cover = at; } }
      }
      const labelled = Array.from(el.labels || []).some((l) => visible(l));
      const now = looks(el);
      const s = style(el);
      const inside = el.localName === "iframe" || el.localName === "frame";
      return {
        n: number(el), hidden: !!el.closest("[aria-hidden=true]"), resized: (() => { const b = sizes.get(el); return !!b && (Math.abs(b[0] - box.width) > 0.6 || Math.abs(b[1] - box.height) > 0.6) && b[0] > 4 && parseFloat(s.outlineWidth) < 2; })(), tag: el.localName, type: el.type || "", role: role(el), name: name(el).slice(0, 80), box: [box.left + scrollX, box.top + scrollY, box.width, box.height], area: place,
        onscreen: box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight, covered: tested > 0 && covered === tested, cover: cover ? path(cover) : "",
        seen: visible(el) || labelled || inside || el.localName === "area", changed: resting.get(el) !== now,
        signature: [el.localName, el.type || "", el.className && el.className.baseVal === undefined ? el.className : "", now, window.__audit.api.background(el.parentElement || el).join(), sheets, listens(el, "focus", "focusin")].join("~"),
        parent: el.parentElement ? number(el.parentElement) : 0, inside, tabindex: el.tabIndex, scroll: [scrollX, scrollY], url: location.href, loaded: watch ? watch.loaded : 0, opened: watch ? watch.opened.length : 0, fixed: (() => { for (let at = el; at; at = at.parentElement) if (/^(fixed|sticky|absolute)$/.test(style(at).position)) return true; return false; })(),
      };
    },
    // Each Tab first tells where focus stood: so that many can be pressed at once. `stops` answers and begins anew.
    follow() {
      live.path = [];
      if (window.__follows) return;
      window.__follows = true;
      window.addEventListener("keydown", (e) => { if (e.key === "Tab" && live.path) live.path.push(live.at()); }, true);
    },
    stops() { const found = (live.path || []).slice(1).concat([live.at()]); live.path = []; return found; },
    rest() { live.path = null; },
    element(n) { for (const el of window.__audit.api.elements()) if (numbers.get(el) === n) return el; return null; },
    where(el) { return window.__audit.describe(el); },
    // What can be clicked and no key reaches.
    clickable() {
      const out = [];
      for (const el of window.__audit.api.elements()) {
        if (/^(html|body|main|form|script|style|option|label|summary|a|button|input|select|textarea|area|video|audio|iframe|tbody|table|fieldset|canvas)$/.test(el.localName) && !(el.localName === "a" && !el.hasAttribute("href"))) continue;
        const clicks = listens(el, "click", "mousedown", "mouseup", "dblclick", "pointerdown", "touchstart");
        const handed = !clicks && style(el).cursor === "pointer" && el.parentElement && style(el.parentElement).cursor !== "pointer" && !el.querySelector("a, button, input, select, textarea, label, summary");
        if (!clicks && !handed) continue;
        if (!visible(el) || el.closest("a[href], button, label, summary, [tabindex]:not([tabindex^='-']), [contenteditable]") || el.tabIndex >= 0) continue;
        if (el.querySelector(interactive) && Array.from(el.querySelectorAll(interactive)).some((e) => e.tabIndex >= 0)) continue;
        if (/^(row|listbox|menu|tablist|tree|grid|radiogroup|presentation|none)$/.test(el.getAttribute("role") || "") && clicks || el.closest("[aria-activedescendant], [aria-hidden=true]") || el.getAttribute("role") === "option") continue;
        const big = words(el.textContent).length > 30 || rect(el).width * rect(el).height > innerWidth * innerHeight * 0.5;
        out.push({ where: this.where(el), sure: clicks && !big && !el.hasAttribute("tabindex"), text: clean(el.textContent).slice(0, 60) });
        if (out.length > 40) break;
      }
      return out;
    },
    // Controls that are not the browser's own: they must answer keys themselves.
    homemade() {
      const seen = new Set(), out = [];
      for (const el of window.__audit.api.elements()) {
        if (el.tabIndex < 0 || !visible(el) || el.disabled || el.getAttribute("aria-disabled") === "true") continue;
        const given = el.getAttribute("role");
        const native = el.matches("button, input, select, textarea, summary, iframe, video, audio, area");
        if (native) continue;
        const button = /^(button|switch|checkbox|menuitem|tab|radio|option)$/.test(given || "");
        const clicks = listens(el, "click", "mousedown", "pointerdown");
        if (!(given === "button") && !(clicks && !el.matches("a[href]") && !/^(tab|radio|option|menuitem|slider|spinbutton)$/.test(given || ""))) continue;
        const key = el.localName + given + el.className + listens(el, "keydown", "keyup");
        if (seen.has(key) || out.length >= 8) continue;
        seen.add(key);
        out.push({ n: number(el), button, link: el.matches("a[href]"), where: this.where(el) });
      }
      return out;
    },
    // Notes what a key brings about, and keeps it from going through.
    guard() {
      const note = (window.__note = { click: 0, handled: 0, changes: 0 });
      const stop = (e) => { if (e.type === "click") { note.click++; e.preventDefault(); e.stopImmediatePropagation(); } };
      const keys = (e) => { if (e.defaultPrevented && e.key !== "Tab") note.handled++; };
      window.addEventListener("click", stop, true);
      window.addEventListener("keydown", keys); window.addEventListener("keyup", keys);
      const watcher = new MutationObserver((m) => { note.changes += m.length; });
      watcher.observe(document, { subtree: true, childList: true, attributes: true });
      window.__unguard = () => { window.removeEventListener("click", stop, true); window.removeEventListener("keydown", keys); window.removeEventListener("keyup", keys); watcher.disconnect(); };
    },
    // Lets actions run, but not leave the page nor send anything.
    safe() {
      if (window.__safe) return;
      window.__safe = true;
      window.addEventListener("submit", (e) => { e.preventDefault(); e.stopImmediatePropagation(); }, true);
      window.addEventListener("click", (e) => { const a = e.target.closest && e.target.closest("a[href]"); if (a && !a.getAttribute("href").startsWith("#")) e.preventDefault(); });
      const open = XMLHttpRequest.prototype.open;
      XMLHttpRequest.prototype.open = function (method, ...rest) { if (!/^(get|head)$/i.test(method)) throw new Error("the audit sends nothing"); return open.call(this, method, ...rest); };
      const original = window.fetch;
      window.fetch = (what, options) => (options && options.method && !/^(get|head)$/i.test(options.method) ? Promise.reject(new Error("the audit sends nothing")) : original(what, options));
      HTMLFormElement.prototype.submit = function () {};
    },
    ready() { return document.readyState; },
    // A style sheet for a while, also where the page's own policy forbids inline styles; answers how to undo it.
    dress(css) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
      return () => { document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet); };
    },
    // Properties of one element for a while, above all others; answers how to undo it.
    restyle(el, wanted) {
      const had = el.hasAttribute("style"), before = Object.keys(wanted).map((key) => [key, el.style.getPropertyValue(key), el.style.getPropertyPriority(key)]);
      for (const [key, value] of Object.entries(wanted)) el.style.setProperty(key, value, "important");
      return () => {
        for (const [key, value, priority] of before) if (value) el.style.setProperty(key, value, priority); else el.style.removeProperty(key);
        if (!had) el.removeAttribute("style");
      };
    },
  });
  // Three pictures of a text (as it is, without it, in magenta): how much of its letters lacks contrast with what is behind.
  live.letters = (pictures, boxes, done) => {
    const bitmap = (text) => createImageBitmap(new Blob([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], { type: "image/png" }));
    Promise.all(pictures.map(bitmap)).then((maps) => {
      const w = Math.min(...maps.map((m) => m.width)), h = Math.min(...maps.map((m) => m.height));
      const [seen, bare, loud] = maps.map((m) => { const c = new OffscreenCanvas(w, h).getContext("2d", { willReadFrequently: true }); c.drawImage(m, 0, 0); return c.getImageData(0, 0, w, h).data; });
      const one = ([left, top, width, height, least, most, ink]) => {
        let letters = 0, below = 0, short = 0;
        const ratios = [], right = Math.min(w, Math.ceil(left + width)), bottom = Math.min(h, Math.ceil(top + height));
        for (let y = Math.max(0, Math.floor(top)); y < bottom; y++) for (let x = Math.max(0, Math.floor(left)); x < right; x++) {
          const i = 4 * (y * w + x);
          // Only the heart of a stroke: its edges are mixed with the ground.
          if (loud[i] < 225 || loud[i + 1] > 30 || loud[i + 2] < 225) continue;
          if (bare[i] > 215 && bare[i + 1] < 50 && bare[i + 2] > 215) continue;
          letters++;
          // The ink as the style says it, laid over what is behind; what is drawn where the style says nothing (a filled gradient).
          const ground = [bare[i], bare[i + 1], bare[i + 2]];
          const drawn = ink[3] > 0.05 ? ground.map((v, k) => v * (1 - ink[3]) + ink[k] * ink[3]) : [seen[i], seen[i + 1], seen[i + 2]];
          const ratio = window.__audit.api.contrast(drawn, ground);
          ratios.push(ratio);
          if (ratio < least - 0.05) below++;
          if (ratio < most - 0.05) short++;
        }
        ratios.sort((a, b) => a - b);
        return { letters, below: letters ? below / letters : 0, short: letters ? short / letters : 0, worst: ratios[Math.floor(ratios.length * 0.05)] || 1, best: ratios[ratios.length - 1] || 1 };
      };
      done(JSON.stringify(boxes.map(one)));
    }, (fault) => done(JSON.stringify({ fault: String(fault) })));
  };
  // Two pictures compared, pixel by pixel: how many changed, and the largest contrast of a changed one.
  live.compare = (first, second, done) => {
    const bitmap = (text) => createImageBitmap(new Blob([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], { type: "image/png" }));
    Promise.all([bitmap(first), bitmap(second)]).then(([a, b]) => {
      const w = Math.min(a.width, b.width), h = Math.min(a.height, b.height);
      const pixels = (i) => { const c = new OffscreenCanvas(w, h).getContext("2d", { willReadFrequently: true }); c.drawImage(i, 0, 0); return c.getImageData(0, 0, w, h).data; };
      const [p, q] = [pixels(a), pixels(b)];
      let changed = 0, strong = 0, best = 1;
      for (let i = 0; i < p.length; i += 4) {
        const d = Math.abs(p[i] - q[i]) + Math.abs(p[i + 1] - q[i + 1]) + Math.abs(p[i + 2] - q[i + 2]);
        if (d < 36) continue;
        changed++;
        const c = window.__audit.api.contrast([p[i], p[i + 1], p[i + 2]], [q[i], q[i + 1], q[i + 2]]);
        if (c >= 3) strong++;
        if (c > best) best = c;
      }
      done(JSON.stringify({ changed, strong, best, width: w, height: h }));
    }, (fault) => done(JSON.stringify({ fault: String(fault) })));
  };
})();
