__audit.family("motion", ({ all, elements, words, clean, visible, style, watch, name, report, met, kinds }) => {
  met("page-refreshes", "animation-endless", "orientation-locked");
  const pause = all("button, [role=button], input[type=button], a").some((b) => /\b(paus|stop|deten|parar|silenci)/i.test(name(b)));
  for (const meta of all("meta[http-equiv=refresh i]")) { const v = /^\s*(\d+)/.exec(meta.content || ""); if (v && Number(v[1]) > 0 && document.querySelector("meta[http-equiv=refresh i]") === meta) report("page-refreshes", meta, meta.content, Number(v[1]) >= 72000 ? { certainty: "warning" } : {}); }
  const reduced = [];
  for (const sheet of document.styleSheets) { try { for (const rule of sheet.cssRules) { if (rule.media && /prefers-reduced-motion/.test(rule.media.mediaText)) reduced.push(rule.cssText); } } catch (e) { /* a sheet from elsewhere cannot be read */ } }
  for (const one of document.getAnimations ? document.getAnimations() : []) {
    const el = one.effect && one.effect.target;
    if (!el || !visible(el) || one.playState !== "running") continue;
    const timing = one.effect.getComputedTiming();
    const frames = one.effect.getKeyframes();
    const properties = new Set(frames.flatMap((f) => Object.keys(f)));
    const moves = ["transform", "left", "right", "top", "bottom", "translate", "rotate", "scale", "marginLeft", "marginTop", "opacity", "backgroundPosition", "backgroundColor", "color", "visibility", "backgroundPositionX", "offsetDistance"].some((p) => properties.has(p));
    if (!moves) continue;
    const lasts = timing.endTime;
    if (lasts > 5000 && !pause && !(el.matches("[role=progressbar], progress, [aria-busy=true], [class*=spinner], [class*=loader], [class*=loading]"))) report("animation-endless", el, Number.isFinite(lasts) ? Math.round(lasts / 1000) + " s" : "∞");
    met("animation-ignores-preference");
    if (!reduced.length && ["transform", "left", "top", "translate", "rotate", "scale", "marginLeft"].some((p) => properties.has(p))) report("animation-ignores-preference", el, one.animationName || "");
  }
  if (watch) {
    for (const t of watch.timers) if (t.leaves && t.delay >= 1000) { report("page-leaves", document.body, `${t.delay / 1000} s: ${t.code.slice(0, 100)}`, t.delay > 72000000 ? { certainty: "person" } : {}); break; }
    for (const kind of new Set(watch.motion)) report("motion-actuated", document.body, kind);
    for (const target of [window, document, document.body]) for (const kind of ["keydown", "keypress", "keyup"]) {
      const code = watch.listeners.get(target) && watch.listeners.get(target).get(kind);
      if (!code) continue;
      met("shortcut-single-key");
      if (/\.key\s*===?\s*["'][^"']["']|case\s*["'][a-z?\/]["']|\.(?:keyCode|which)\s*===?\s*(?:6[5-9]|[78]\d|90)\b/i.test(code) && !/ctrlKey|altKey|metaKey/.test(code)) report("shortcut-single-key", document.body, kind);
    }
  }
  // Turned by a quarter in one orientation only.
  for (const sheet of document.styleSheets) {
    try {
      for (const rule of sheet.cssRules) {
        if (!rule.media || !/orientation\s*:\s*(portrait|landscape)/.test(rule.media.mediaText)) continue;
        for (const inner of rule.cssRules) {
          const s = inner.style;
          if (!s) continue;
          const text = [s.transform, s.rotate, s.writingMode].join(" ");
          const angle = turned(text);
          if (angle === null) continue;
          let target = null;
          try { target = document.querySelector(inner.selectorText); } catch (e) { continue; }
          if (!target || !clean(target.textContent) && !target.querySelector("img")) continue;
          const before = turned([target.style.transform].join(" ")) || 0;
          if (Math.abs((((angle - before) % 180) + 180) % 180 - 90) < 3) report("orientation-locked", target, inner.cssText.slice(0, 120));
        }
      }
    } catch (e) { /* a sheet from elsewhere */ }
  }
  function turned(text) {
    const plain = /rotate(?:Z)?\(\s*(-?[\d.]+)(deg|turn|rad|grad)?/i.exec(text);
    const three = /rotate3d\(\s*0\s*,\s*0\s*,\s*-?1\s*,\s*(-?[\d.]+)(deg|turn|rad|grad)/i.exec(text);
    const matrix = /matrix(3d)?\(([^)]*)\)/i.exec(text);
    const alone = /(?:^|\s)(-?[\d.]+)(deg|turn|rad|grad)(?:\s|$)/i.exec(text);
    const found = plain || three || alone;
    if (found) return Number(found[1]) * ({ deg: 1, turn: 360, rad: 180 / Math.PI, grad: 0.9 }[(found[2] || "deg").toLowerCase()]);
    if (matrix) { const v = matrix[2].split(",").map(Number); return (Math.atan2(v[1], v[0]) * 180) / Math.PI; }
    return null;
  }
});
