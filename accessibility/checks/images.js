__audit.family("images", ({ all, name, plain, words, clean, visible, exposed, style, rect, vocabulary, own, block, report, met, facts, path, elements }) => {
  facts.images = [];
  const file = (img) => decodeURIComponent((img.getAttribute("src") || img.currentSrc || "").split(/[?#]/)[0].split("/").pop() || "");
  const generic = new Set(vocabulary.alts);
  for (const img of all("img, input[type=image], [role=img], area[alt], svg[aria-label]")) {
    if (!visible(img) && img.localName !== "area") continue;
    const hidden = img.closest("[aria-hidden=true]");
    const box = rect(img);
    const alt = img.getAttribute("alt");
    const said = img.localName === "img" && alt !== null && !img.hasAttribute("aria-label") && !img.hasAttribute("aria-labelledby") ? clean(alt) : name(img);
    const stem = file(img).replace(/\.\w{2,4}$/, "");
    if (said) {
      met("image-alt-file", "image-alt-generic", "image-alt-long");
      const flat = plain(said);
      const isFile = /\.(jpe?g|png|gif|webp|svg|avif|bmp|tiff?)$/i.test(said) || /^(img|dsc|dscn|imag|screenshot|pic|image)[ _-]?\d{2,}/i.test(said) || (stem.length > 4 && plain(said) === plain(stem) && /[_-]|\d{3}/.test(said) && !/ /.test(said));
      if (isFile) report("image-alt-file", img, said);
      else if (generic.has(flat) || (flat && /^\d+$/.test(flat)) || !flat) report("image-alt-generic", img, said);
      else if (said.length > 250) report("image-alt-long", img, said.length);
      // Two sources of words: what the file says it is, and what the alternative says.
      const stemWords = words(stem.replace(/([a-z])([A-Z])/g, "$1 $2").normalize("NFD").replace(/\p{M}/gu, "").replace(/[_-]+|\b\d+\b/g, " ")).filter((w) => w.length > 2 && !/^(img|image|imagen|foto|photo|icon|icono|logo|banner|thumb|small|large|min|max|dark|light|copy|final|web|new|the|asset|assets|original|default|sprite|px|rgb|src|file|main|bg|hero|pic|picture|image\w*|blocks?)$/.test(w));
      if (stemWords.length && img.localName !== "svg" && /\.(jpe?g|png|gif|webp|svg)$/i.test(file(img)) && !/^[0-9a-f]{12,}$/i.test(stem)) {
        met("image-alt-unrelated");
        const alts = words(said.normalize("NFD").replace(/\p{M}/gu, ""));
        const initials = alts.map((w) => w[0]).join("");
        const close = stemWords.some((s) => alts.some((a) => a.slice(0, 4) === s.slice(0, 4) || (s.length > 4 && a.includes(s)) || (a.length > 3 && s.includes(a))) || s === initials);
        if (!close && alts.length <= 3) report("image-alt-unrelated", img, `«${said}» / ${file(img)}`);
      }
    }
    if (img.title && said && plain(img.title) !== plain(said)) report("image-title-differs", img, `«${said}» / «${img.title}»`);
    if (alt !== null && !clean(alt) && clean(img.title) && !hidden) report("image-empty-alt-title", img, img.title);
    if (/^(presentation|none)$/.test(img.getAttribute("role") || "") && clean(alt)) report("image-decorative-named", img, alt);
    const tiny = (box.width <= 4 || box.height <= 4 || (img.naturalWidth <= 4 && img.naturalHeight <= 4 && img.naturalWidth > 0)) && img.localName === "img";
    if (tiny || /^(spacer|blank|transparent|clear|pixel|shim|espaciador|separador)\d*$/i.test(stem)) { if (/spacer|blank|transparent|clear|pixel|shim|espaciador/i.test(stem) || box.width > 8 || box.height > 8) report("image-spacer", img, file(img)); }
    else if (img.localName === "img" && img.complete && img.naturalWidth > 16 && box.width > 20 && box.height > 12) {
      const around = img.closest("a, button, figure");
      const spoken = around && around.localName !== "figure" ? words(around.textContent).length > 0 : false;
      facts.images.push({ selector: path(img), alt: said, empty: alt !== null && !said && !hidden, spoken, linked: !!(around && around.localName !== "figure"), src: img.currentSrc, gif: /\.gif(?:[?#]|$)|^data:image\/gif/i.test(img.currentSrc), box: [box.x + scrollX, box.y + scrollY, box.width, box.height], captioned: !!img.closest("figure") && !!img.closest("figure").querySelector("figcaption"), described: img.hasAttribute("aria-describedby") || img.hasAttribute("longdesc") });
    } else if (img.localName === "img" && alt === "" && !hidden && (!img.complete || !img.naturalWidth)) facts.images.push({ selector: path(img), broken: true, alt: "", empty: true, box: [box.x, box.y, box.width, box.height], src: img.currentSrc });
  }
  // Pictures that only the style sheet knows.
  for (const el of elements()) {
    if (/^(html|body|script|style|head)$/.test(el.localName) || !el.checkVisibility || el.closest("svg")) continue;
    for (const pseudo of [null, "::before", "::after"]) {
      const s = style(el, pseudo);
      const url = /url\("?(?!data:image\/svg\+xml|data:)([^")]+)/.exec(s.backgroundImage + (pseudo ? s.content : ""));
      if (!url || !visible(el)) continue;
      met("image-background");
      const repeated = s.backgroundRepeat === "repeat" || s.backgroundSize === "cover" || /gradient/.test(s.backgroundImage);
      const box = rect(el);
      const labelled = el.getAttribute("role") === "img" || el.hasAttribute("aria-label") || el.querySelector(".visually-hidden, .sr-only, .govuk-visually-hidden, [class*=hidden]");
      if (repeated || labelled || box.width > innerWidth * 0.95 && box.height > 300 || el.matches("input, select, a, button, li, summary") || box.width < 8) continue;
      if (!el.closest("[aria-hidden=true]")) report("image-background", el, url[1].split("/").pop());
    }
  }
});
