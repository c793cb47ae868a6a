// Words that are cut, covered or out of reach at the size the page has now.
(() => {
  const { elements, visible, own, words, clean, style, rect } = window.__audit.api;
  // Kept while one question is answered: nothing changes in between.
  let kept = null;
  const texts = () => kept || elements().filter((e) => own(e) && !/^(script|style|option|title|noscript)$/.test(e.localName) && visible(e));
  const once = (question) => { kept = texts(); try { return question(); } finally { kept = null; } };
  window.__layout = {
    texts, once,
    wide() {
      const page = document.documentElement, limit = page.clientWidth;
      const over = page.scrollWidth - limit;
      const spared = "table, pre, code, svg, canvas, video, iframe, img, math, [role=grid], [role=table], [role=img], object, [role=toolbar], textarea";
      const out = [];
      if (over > 2) for (const e of elements()) {
        if (!visible(e) || e.closest(spared) || e.querySelector(spared)) continue;
        const b = rect(e);
        if (b.right + scrollX > limit + 2 && (own(e) || /^(input|select|button|textarea)$/.test(e.localName)) && !/^(fixed)$/.test(style(e).position)) { let at = e.parentElement, held = false; while (at && at !== page && at !== document.body) { if (/(auto|scroll|hidden|clip)/.test(style(at).overflowX)) held = true; at = at.parentElement; } if (!held) out.push(e); }
      }
      return { over, first: out.length ? window.__audit.describe(out[0]) : null, count: out.length };
    },
    scrolled() {
      const out = [];
      for (const e of elements()) {
        if (!/(auto|scroll)/.test(style(e).overflowX) || e === document.documentElement || e === document.body || e.scrollWidth <= e.clientWidth + 4 || !visible(e)) continue;
        if (e.matches("pre, code, textarea, input, select, svg, [role=tablist], nav ul") || e.querySelector("table, pre, svg, canvas, video, iframe, img, code") || e.closest("pre, code")) continue;
        if (words(e.textContent).length >= 4) out.push(window.__audit.describe(e));
      }
      return out;
    },
    spilled() { // text wider than its box at full width, beyond the window
      const limit = document.documentElement.clientWidth;
      return texts().filter((e) => rect(e).right + scrollX > limit + 4 && document.documentElement.scrollWidth > limit + 4 && !e.closest("table, pre, code, marquee")).slice(0, 3).map((e) => window.__audit.describe(e));
    },
    cut() {
      const found = new Map();
      for (const e of texts()) {
        const r = document.createRange(); r.selectNodeContents(e);
        const boxes = Array.from(r.getClientRects()).filter((b) => b.width > 1 && b.height > 1);
        if (!boxes.length || e.closest("select, textarea, marquee, [aria-hidden=true], sup, sub")) continue;
        for (let at = e; at && at !== document.body && at !== document.documentElement; at = at.parentElement) {
          const s = style(at);
          const b = rect(at);
          const size = parseFloat(style(e).fontSize);
          if (b.width <= 2 || b.height <= 2) break; // hidden on purpose
          const clipsY = /(hidden|clip)/.test(s.overflowY), clipsX = /(hidden|clip)/.test(s.overflowX);
          if (clipsY || clipsX) {
            const lost = boxes.some((x) => (clipsY && (x.bottom > b.bottom + size * 0.35 || x.top < b.top - size * 0.35)) || (clipsX && (x.right > b.right + size * 0.35 || x.left < b.left - size * 0.35)));
            // A line cut on purpose, with a mark, inside a link: the rest is where the link leads.
            const preview = at.closest("a[href]") && (s.textOverflow === "ellipsis" || s.webkitLineClamp !== "none" && s.webkitLineClamp !== "");
            if (lost && !preview) { found.set(at, clean(e.textContent).slice(0, 80)); }
            break;
          }
          if (/(auto|scroll)/.test(s.overflowY + s.overflowX)) break;
        }
      }
      return found;
    },
    piled() { // lines of one element lie on another's
      // What floats over the page lies on other words for a moment; what a box clips is not seen where it would lie.
      const layers = new Map([[document.body, null], [document.documentElement, null]]), clips = new Map([[document.body, [-1e6, -1e6, 1e6, 1e6]], [document.documentElement, [-1e6, -1e6, 1e6, 1e6]]]);
      const parent = (e) => e.parentElement || document.body;
      const layer = (e) => { if (!layers.has(e)) layers.set(e, /^(absolute|fixed|sticky)$/.test(style(e).position) ? e : layer(parent(e))); return layers.get(e); };
      const shown = (e) => {
        if (!clips.has(e)) { const s = style(e), [l, t, r, b] = shown(parent(e)); const q = /visible/.test(s.overflowX) && /visible/.test(s.overflowY) ? null : rect(e); clips.set(e, q ? [Math.max(l, q.left), Math.max(t, q.top), Math.min(r, q.right), Math.min(b, q.bottom)] : [l, t, r, b]); }
        return clips.get(e);
      };
      const all = texts().filter((e) => !e.closest("svg, [aria-hidden=true], sup, sub, select, marquee") && !/^(absolute|fixed|sticky)$/.test(style(e).position)).slice(0, 700).map((e) => {
        const r = document.createRange(), out = [], window_ = shown(e), over = layer(e);
        for (const n of e.childNodes) if (n.nodeType === 3 && n.data.trim()) { r.selectNodeContents(n); for (const b of r.getClientRects()) if (b.width > 2 && b.height > 2) { const q = [Math.max(b.left, window_[0]), Math.max(b.top + b.height * 0.22, window_[1]), Math.min(b.right, window_[2]), Math.min(b.bottom - b.height * 0.22, window_[3])]; if (q[2] - q[0] > 2 && q[3] - q[1] > 1) out.push([...q, over]); } }
        return [e, out];
      });
      const found = new Map();
      const flat = all.flatMap(([e, boxes]) => boxes.map((b) => [e, b])).sort((a, b) => a[1][1] - b[1][1]);
      for (let i = 0; i < flat.length; i++) for (let j = i + 1; j < flat.length && flat[j][1][1] < flat[i][1][3]; j++) {
        const [a, p] = flat[i], [b, q] = flat[j];
        if (p[4] !== q[4]) continue;
        if (p[0] < q[2] - 2 && q[0] < p[2] - 2 && q[1] < p[3] - 1) { if (a === b && Math.abs(p[1] - q[1]) < 2) continue; found.set(a, clean(a.textContent).slice(0, 60)); break; }
      }
      return found;
    },
    tooBig() { // text that leaves a box of fixed height which is painted or bordered
      const found = new Map();
      for (const e of elements()) {
        if (!visible(e) || /^(html|body|main)$/.test(e.localName) || !words(e.textContent).length || e.closest("svg, select, table")) continue;
        const s = style(e);
        const painted = parseFloat(s.borderBottomWidth) > 0 && s.borderBottomStyle !== "none" || (s.backgroundColor !== "rgba(0, 0, 0, 0)" && e.parentElement && s.backgroundColor !== style(e.parentElement).backgroundColor);
        if (!painted || s.overflowY !== "visible" || s.display === "inline" || s.display.startsWith("table")) continue;
        const r = document.createRange(); r.selectNodeContents(e);
        const t = r.getBoundingClientRect(), b = rect(e), size = parseFloat(s.fontSize);
        if (Array.from(e.querySelectorAll("*")).some((c) => /^(absolute|fixed)$/.test(style(c).position))) continue;
        if (t.bottom > b.bottom + size * 0.4 || (t.right > b.right + size * 0.6 && own(e))) found.set(e, clean(e.textContent).slice(0, 60));
      }
      return found;
    },
    all() { return [["cut", this.cut()], ["piled", this.piled()], ["big", this.tooBig()]]; },
    now(found = this.all()) { return new Set(found.flatMap(([, list]) => [...list.keys()])); },
    compared(found = this.all()) {
      const out = [];
      for (const [kind, list] of found) for (const [e, text] of list) if (!window.__cut.has(e) && out.length < 8) out.push({ kind, text, where: window.__audit.describe(e) });
      return out;
    },
    // As a browser that enlarges text alone does: every size in the page, so that what is measured in em grows with it.
    // Answers how to undo it.
    grow(times) {
      const undress = window.__live.dress("*{transition:none!important}");
      const list = elements().filter((e) => e.style && !e.closest("svg, head, script, style, template"));
      const back = [], sizes = list.map((e) => { const s = style(e); return [e, parseFloat(s.fontSize), s.lineHeight]; });
      for (const [e, size, line] of sizes) { back.push(window.__live.restyle(e, { "font-size": size * times + "px", ...(line.endsWith("px") ? { "line-height": parseFloat(line) * times + "px" } : {}) })); }
      return () => { back.forEach((undo) => undo()); undress(); };
    },
    targets() { // runs of small neighbours that are not part of a sentence
      const out = [];
      const small = elements().filter((e) => e.matches("a[href], button, [role=button], input[type=checkbox], input[type=radio], [role=link], summary") && visible(e)).map((e) => [e, Array.from(e.labels || []).length ? null : rect(e)]).filter(([, b]) => b && (b.width < 24 || b.height < 24));
      const sentence = (e) => { const p = e.parentElement; const rest = Array.from(p.childNodes).filter((n) => n.nodeType === 3 || n.nodeType === 1 && !n.matches("a, button, br, [role=button]")).map((n) => n.textContent).join(" "); return style(e).display === "inline" && words(rest).length > 0; };
      for (const [e, b] of small) {
        if (sentence(e) || e.matches("input") && style(e).appearance !== "none") continue;
        const cx = b.left + b.width / 2, cy = b.top + b.height / 2;
        const mates = small.filter(([o, q]) => o !== e && !e.contains(o) && !o.contains(e) && !sentence(o) && Math.hypot(q.left + q.width / 2 - cx, q.top + q.height / 2 - cy) < 24);
        if (mates.length) { out.push({ where: window.__audit.describe(e), size: `${Math.round(b.width)} × ${Math.round(b.height)}`, inline: style(e).display === "inline" && b.width >= 24 }); }
      }
      return out;
    },
    covering() { let sum = 0; for (const e of elements()) if (/^(fixed|sticky)$/.test(style(e).position) && visible(e) && !e.closest("dialog")) { const b = rect(e); if (b.top < innerHeight && b.bottom > 0 && (style(e).position === "fixed" || b.top <= 1)) sum += Math.max(0, Math.min(b.bottom, innerHeight) - Math.max(b.top, 0)) * Math.min(b.width, innerWidth); } return sum / (innerHeight * innerWidth); },
  };
})();
