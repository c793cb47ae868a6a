// Runs before a page's own scripts: remembers what cannot be asked for later.
(() => {
  if (window.__watch) return;
  const watch = (window.__watch = {
    listeners: new WeakMap(), shadows: new WeakMap(), timers: [], opened: [], changed: performance.now(),
    focused: [], loaded: Math.random(), moved: 0, motion: [],
  });
  const add = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function (kind, listener, options) {
    try {
      if (this instanceof Element || this === document || this === window) {
        if (!watch.listeners.has(this)) watch.listeners.set(this, new Map());
        const kinds = watch.listeners.get(this);
        kinds.set(kind, (kinds.get(kind) || "") + String(listener && listener.handleEvent || listener).slice(0, 4000));
        if (this === window && /^device(motion|orientation)/.test(kind)) watch.motion.push(kind);
      }
    } catch (fault) { /* a page's own oddity must not stop the page */ }
    return add.call(this, kind, listener, options);
  };
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (options) {
    const root = attach.call(this, options);
    watch.shadows.set(this, root);
    return root;
  };
  for (const kind of ["setTimeout", "setInterval"]) {
    const original = window[kind];
    window[kind] = function (what, delay, ...rest) {
      const code = String(what);
      if (delay >= 300 || (kind === "setInterval" && delay >= 50)) watch.timers.push({ kind, delay, code: code.slice(0, 400), leaves: /location|submit\(|reload\(/.test(code) });
      return original.call(this, what, delay, ...rest);
    };
  }
  window.open = function (address) { watch.opened.push(String(address)); return null; };
  new MutationObserver(() => { watch.changed = performance.now(); })
    .observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  add.call(document, "focusin", (event) => {
    const target = event.composedPath ? event.composedPath()[0] : event.target;
    watch.focused.push(target);
  }, true);
})();
