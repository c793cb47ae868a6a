// What the families of checks share. A family registers itself; `__audit.run()` runs them all and answers plain values.
(() => {
  const families = [];
  const vocabulary = __VOCABULARY__;
  const watch = window.__watch;
  const clean = (text) => (text || "").replace(/[\s ]+/g, " ").trim();
  const style = (el, pseudo) => getComputedStyle(el, pseudo);
  const rect = (el) => el.getBoundingClientRect();
  const shadow = (el) => el.shadowRoot || (watch && watch.shadows.get(el)) || null;

  function* walk(root) {
    for (const el of root.children || []) {
      yield el;
      const inside = shadow(el);
      if (inside) yield* walk(inside);
      yield* walk(el);
    }
  }
  let every = null;
  const elements = () => every || (every = Array.from(walk(document)));
  const all = (css) => elements().filter((el) => el.matches(css));

  function path(el) {
    if (!el || el.nodeType !== 1) return "";
    const root = el.getRootNode();
    const steps = [];
    let at = el;
    while (at && at.nodeType === 1) {
      if (at.id && root.querySelectorAll("#" + CSS.escape(at.id)).length === 1) { steps.unshift("#" + CSS.escape(at.id)); break; }
      const tag = at.localName;
      const mates = at.parentElement ? Array.from(at.parentElement.children).filter((m) => m.localName === tag) : [];
      steps.unshift(mates.length > 1 ? `${CSS.escape(tag)}:nth-of-type(${mates.indexOf(at) + 1})` : CSS.escape(tag));
      at = at.parentElement;
    }
    const here = steps.join(" > ");
    return root instanceof ShadowRoot ? path(root.host) + " >>> " + here : here;
  }
  const snippet = (el) => {
    const whole = el.outerHTML || "";
    if (whole.length <= 400) return whole;
    return el.cloneNode(false).outerHTML.slice(0, 300).replace(/<\/[^>]*>$/, "") + "…";
  };
  // Seen by somebody: laid out, not transparent, not clipped away.
  function visible(el) {
    if (!el || !el.isConnected || !el.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })) return false;
    const box = rect(el);
    if (box.width <= 1 && box.height <= 1 && style(el).overflow !== "visible") return false;
    if (box.right + scrollX < -500 || box.bottom + scrollY < -500) return false;
    if (/rect\(0|rect\(1px/.test(style(el).clip) || /inset\(50%/.test(style(el).clipPath)) return false;
    return box.width > 0 && box.height > 0 || el.childNodes.length > 0 && Array.from(el.children).some(visible);
  }
  const exposed = (el) => el.checkVisibility({ checkVisibilityCSS: true }) && !el.closest("[aria-hidden=true], [inert]");
  // Text as eyes meet it.
  function seen(el) {
    let out = "";
    for (const node of el.childNodes) {
      if (node.nodeType === 3) { if (visible(el)) out += node.data; }
      else if (node.nodeType === 1 && !/^(script|style|template|noscript)$/.test(node.localName)) {
        if (!node.checkVisibility({ checkVisibilityCSS: true })) continue;
        const block = style(node).display !== "inline";
        out += (block ? " " : "") + seen(node) + (block ? " " : "");
      }
    }
    return out;
  }
  const own = (el) => clean(Array.from(el.childNodes).filter((n) => n.nodeType === 3).map((n) => n.data).join(" "));
  const said = (el) => clean(axe.commons.text.accessibleText(el));
  const name = (el) => {
    try { return said(el); } catch (e) { /* axe's tree is not set up, or is older than this element */ }
    try { try { axe.teardown(); } catch (e) { /* none */ } axe.setup(document.documentElement); return said(el); } catch (e) { /* as good as can be had */ }
    return clean(el.getAttribute("aria-label") || Array.from(el.labels || []).map((l) => l.textContent).join(" ") || el.textContent);
  };
  const role = (el) => { try { return axe.commons.aria.getRole(el) || ""; } catch (e) { return el.getAttribute("role") || ""; } };
  const words = (text) => (clean(text).toLowerCase().match(/[\p{L}\p{N}]+/gu) || []);
  const plain = (text) => words((text || "").normalize("NFD").replace(/\p{M}/gu, "")).join(" ");
  const block = (el) => { let at = el; while (at && at.parentElement && /^inline/.test(style(at).display)) at = at.parentElement; return at; };
  const interactive = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex], [contenteditable=''], [contenteditable=true], audio[controls], video[controls], iframe, area[href]";
  const kinds = (el) => (watch && watch.listeners.get(el)) || new Map();
  const listens = (el, ...wanted) => wanted.some((k) => kinds(el).has(k) || el.hasAttribute("on" + k) || typeof el["on" + k] === "function");
  function colour(text) {
    const n = (text.match(/[\d.]+/g) || []).map(Number);
    return /^color\(srgb/.test(text) ? [n[0] * 255, n[1] * 255, n[2] * 255, n[3] === undefined ? 1 : n[3]] : [n[0] || 0, n[1] || 0, n[2] || 0, n[3] === undefined ? 1 : n[3]];
  }
  const luminance = ([r, g, b]) => { const f = (v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }; return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b); };
  const contrast = (a, b) => { const x = luminance(a), y = luminance(b); return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05); };
  function background(el) {
    for (let at = el; at; at = at.parentElement || (at.getRootNode().host)) {
      const c = colour(style(at).backgroundColor);
      if (c[3] > 0.5) return c;
    }
    return [255, 255, 255, 1];
  }

  const renew = () => { every = null; };
  const api = { renew, vocabulary, watch, clean, style, rect, shadow, walk, all, elements, path, snippet, visible, exposed, seen, own, name, role, words, plain, block, interactive, listens, kinds, colour, contrast, background };
  window.__audit = {
    api,
    family(id, run) { families.push([id, run]); },
    describe(el) {
      const box = el && el.nodeType === 1 ? rect(el) : null;
      const landmark = el && el.closest && el.closest("header, footer, nav, aside, [role=banner], [role=contentinfo], [role=navigation]");
      return {
        selector: path(el), snippet: el ? snippet(el) : "", name: el ? name(el).slice(0, 200) : "",
        box: box ? [box.x + scrollX, box.y + scrollY, box.width, box.height].map((v) => Math.round(v)) : null,
        component: el && el.nodeType === 1 ? window.__audit.component(el, landmark) : "",
      };
    },
    // The same thing over pages: kind, classes, attributes that do not name a place, and the words it shows.
    component(el, landmark) {
      const attributes = Array.from(el.attributes).filter((a) => !/^(id|for|href|src|value|aria-(describedby|labelledby|controls|owns)|data-.*|style|checked|nonce|name)$/.test(a.name))
        .map((a) => `${a.name}=${a.value.slice(0, 80)}`).sort().join(";");
      const text = /^(html|body|main|form|section|table|ul|ol)$/.test(el.localName) ? "" : clean(el.textContent).slice(0, 60);
      return [landmark ? landmark.localName + (landmark.className || "") : "", el.localName, attributes, text].join("|");
    },
    run(only) {
      every = null;
      const found = [], faults = [], tested = [], facts = {};
      try { axe.setup(document.documentElement); } catch (e) { if (!/already/i.test(String(e))) faults.push("axe.setup: " + e); }
      for (const [id, run] of families) {
        if (only && !only.includes(id)) continue;
        const met = new Set();
        const began = performance.now();
        try {
          run({
            ...api, facts,
            met: (...rules) => rules.forEach((r) => met.add(r)),
            report(rule, el, detail, more) { met.add(rule); found.push({ rule, detail: detail ? String(detail).slice(0, 300) : "", ...window.__audit.describe(el), ...more }); },
          });
          tested.push({ family: id, met: Array.from(met), ms: performance.now() - began });
        } catch (e) { faults.push(`${id}: ${e && e.stack ? e.stack.slice(0, 300) : e}`); }
      }
      try { axe.teardown(); } catch (e) { /* axe says so when nothing was set up */ }
      return JSON.stringify({ found, faults, tested, facts });
    },
  };
})();
