__audit.family("tables", ({ all, words, clean, exposed, visible, name, style, report, met }) => {
  for (const table of all("table").filter(exposed)) {
    const role = (table.getAttribute("role") || "").trim();
    const drawn = /^(presentation|none)$/.test(role);
    const rows = Array.from(table.rows).filter((r) => r.closest("table") === table && r.checkVisibility());
    if (!rows.length) continue;
    const cells = rows.flatMap((r) => Array.from(r.cells));
    met("table-in-header", "table-nested");
    const outer = table.parentElement.closest("table");
    const holder = table.parentElement.closest("th, td");
    if (outer && holder && holder.localName === "th" && !drawn) { report("table-in-header", table, clean(holder.textContent).slice(0, 60)); }
    else if (outer && !drawn && !/^(presentation|none)$/.test(outer.getAttribute("role") || "")) report("table-nested", table, "");
    if (drawn) continue;
    const heads = cells.filter((c) => c.localName === "th" || /^(row|column)header$/.test(c.getAttribute("role") || ""));
    const data = cells.filter((c) => !heads.includes(c));
    const columns = Math.max(...rows.map((r) => Array.from(r.cells).reduce((n, c) => n + c.colSpan, 0)));
    const blocky = data.some((c) => c.querySelector("h1, h2, h3, h4, h5, h6, ul, ol, form, nav, header, footer, section, p + p"));
    met("table-headers-missing", "table-layout", "table-ragged");
    if (!heads.length && !table.caption && !table.tHead && !role && (blocky || rows.length === 1 || columns === 1)) { report("table-layout", table, `${rows.length} × ${columns}`, blocky || rows.length > 1 ? {} : { certainty: "warning" }); continue; }
    if (!heads.length && rows.length >= 2 && columns >= 2) report("table-headers-missing", table, table.caption ? clean(table.caption.textContent) : `${rows.length} × ${columns}`, table.caption || table.tHead || role === "table" || rows.length >= 3 ? {} : { certainty: "warning" });
    if (heads.length && !data.length) report("table-only-headers", table, heads.map((h) => clean(h.textContent)).join(" | ").slice(0, 80));
    for (const th of heads) {
      met("table-header-empty");
      if (!name(th) && !clean(th.textContent) && !th.querySelector("img[alt], input, button, svg")) report("table-header-empty", th, "", th.parentElement.rowIndex === 0 && th.cellIndex === 0 && rows.slice(1).every((r) => r.cells[0] && r.cells[0].localName === "th") ? { certainty: "warning" } : {});
    }
    // Lay the grid out to see whether rows are as wide as each other.
    if (rows.length > 1) {
      const widths = [], hanging = [];
      let overlap = false;
      rows.forEach((row, y) => {
        let x = 0;
        for (const cell of row.cells) {
          while (hanging[x] > 0) x++;
          for (let i = 0; i < cell.colSpan; i++) { if (hanging[x + i] > 0) overlap = true; hanging[x + i] = cell.rowSpan === 0 ? rows.length - y : Math.max(hanging[x + i] || 0, 0) + cell.rowSpan; }
          x += cell.colSpan;
        }
        widths.push(hanging.reduce((n, v, i) => (v > 0 ? Math.max(n, i + 1) : n), 0));
        for (let i = 0; i < hanging.length; i++) if (hanging[i] > 0) hanging[i]--;
      });
      if (new Set(widths).size > 1 || overlap) report("table-ragged", table, widths.join(", "));
      else if (new Set(rows.slice(1).map((r) => r.cells.length)).size > 1 && rows.slice(1).some((r) => Array.from(r.cells).some((c) => c.localName === "td" && c.colSpan > 1)) && !rows.some((r) => Array.from(r.cells).some((c) => c.rowSpan > 1))) report("table-ragged", table, rows.map((r) => r.cells.length).join(", "), { certainty: "warning" });
    }
    const scoped = (c) => c.hasAttribute("scope") || c.hasAttribute("id") && table.querySelector(`[headers~="${CSS.escape(c.id)}"]`);
    const several = rows.slice(1).filter((r) => Array.from(r.cells).filter((c) => c.localName === "th").length >= 2 && Array.from(r.cells).some((c) => c.localName === "td"));
    const inFirst = rows[0] && Array.from(rows[0].cells).every((c) => c.localName === "th");
    if (heads.length) met("table-headers-ambiguous", "table-scope-missing");
    const unclear = several.some((r) => Array.from(r.cells).filter((c) => c.localName === "th" && !scoped(c)).length >= 2) && !table.querySelector("td[headers]");
    if (unclear && several.length) report("table-headers-ambiguous", table, `${several.length} ×`);
    else if (heads.some((h) => !scoped(h)) && heads.length && data.length && rows.slice(1).some((r) => r.cells[0] && r.cells[0].localName === "th")) report("table-scope-missing", table, "");
    if (heads.length && data.length) {
      met("table-caption-missing", "table-cells-empty");
      if (!table.caption && !table.closest("figure") && !table.getAttribute("aria-label") && !table.getAttribute("aria-labelledby") && !table.title) report("table-caption-missing", table, "");
      const empty = data.filter((c) => !clean(c.textContent) && !c.querySelector("img, input, button, svg, select, [aria-label]") && !(c.parentElement.rowIndex === 0 && c.cellIndex === 0));
      if (empty.length) report("table-cells-empty", empty[0], `${empty.length} / ${data.length}`);
    }
  }
});
