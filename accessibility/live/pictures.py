"""Looks into image files and at their pixels: endless animations, pictures that inform, pictures with words in them."""

import base64
import json
import re
from typing import Any

_READ = r"""
var done = arguments[arguments.length - 1];
Promise.all(arguments[0].map(async function (one) {
  try {
    // What stands in the address itself needs no fetch, which a page's own policy may forbid.
    var inside = /^data:([^;,]*)([^,]*),([\s\S]*)$/.exec(one.src), out = {};
    var answer = inside ? new Response(/base64/i.test(inside[2]) ? Uint8Array.from(atob(decodeURIComponent(inside[3])), function (c) { return c.charCodeAt(0); }) : decodeURIComponent(inside[3]), {headers: {'content-type': inside[1] || 'text/plain'}}) : await fetch(one.src);
    var bytes = new Uint8Array(await answer.arrayBuffer());
    if (one.gif) out.head = btoa(String.fromCharCode.apply(null, bytes.subarray(0, 800))), out.gif = frames(bytes);
    if (/svg/.test(answer.headers.get('content-type') || '')) {
      var drawn = new DOMParser().parseFromString(new TextDecoder().decode(bytes), 'image/svg+xml');
      out.said = Array.from(drawn.querySelectorAll('text')).map(function (t) { return t.textContent.trim(); }).join(' ');
      if (out.said) { out.width = out.height = out.colours = out.bands = out.turns = 0; return out; }
    }
    var bitmap = await createImageBitmap(new Blob([bytes], {type: answer.headers.get('content-type') || ''}));
    var w = Math.min(bitmap.width, 400), h = Math.max(1, Math.round(bitmap.height * w / bitmap.width));
    if (h > 600) { h = 600; }
    var c = new OffscreenCanvas(w, h).getContext('2d', {willReadFrequently: true});
    c.fillStyle = '#fff'; c.fillRect(0, 0, w, h); c.drawImage(bitmap, 0, 0, w, h);
    var d = c.getImageData(0, 0, w, h).data, gray = new Float32Array(w * h), colours = new Set();
    for (var i = 0; i < w * h; i++) { gray[i] = 0.3 * d[4*i] + 0.59 * d[4*i+1] + 0.11 * d[4*i+2]; colours.add((d[4*i] >> 4) * 256 + (d[4*i+1] >> 4) * 16 + (d[4*i+2] >> 4)); }
    // Text is rows of many sharp light/dark turns between two tones, with quiet rows between.
    var rows = [], strong = 0;
    for (var y = 0; y < h; y++) { var turns = 0, last = 0; for (var x = 1; x < w; x++) { var e = gray[y*w+x] - gray[y*w+x-1]; if (Math.abs(e) > 60) { var s = e > 0 ? 1 : -1; if (s !== last) { turns++; last = s; } } } rows.push(turns); strong += turns; }
    var bands = 0, inBand = 0;
    for (var y2 = 0; y2 < h; y2++) { if (rows[y2] >= 6) { inBand++; } else { if (inBand >= 3 && inBand <= 90) bands++; inBand = 0; } }
    if (inBand >= 3 && inBand <= 90) bands++;
    out.width = bitmap.width; out.height = bitmap.height; out.colours = colours.size; out.bands = bands; out.turns = strong / h;
    return out;
  } catch (e) { return {fault: String(e)}; }
})).then(function (all) { done(JSON.stringify(all)); });
function frames(b) {
  var i = 13, count = 0, time = 0, loop = null;
  if (b[10] & 0x80) i += 3 * (2 << (b[10] & 7));
  while (i < b.length) {
    if (b[i] === 0x21) {
      if (b[i+1] === 0xF9) time += (b[i+4] | b[i+5] << 8) || 10;
      if (b[i+1] === 0xFF && String.fromCharCode.apply(null, b.subarray(i + 3, i + 14)) === 'NETSCAPE2.0') loop = b[i+16] | b[i+17] << 8;
      i += 2; while (b[i]) i += b[i] + 1; i++;
    } else if (b[i] === 0x2C) { count++; var f = b[i+9]; i += 10; if (f & 0x80) i += 3 * (2 << (f & 7)); i++; while (b[i]) i += b[i] + 1; i++; }
    else break;
  }
  return {count: count, seconds: time / 100, loop: loop};
}
"""


def step(visit: Any) -> None:
    """Reads each picture of the page once. Those of other hosts that do not let us read them are left to a person."""
    images = visit.outcome.facts.pop("images", [])
    wanted = [i for i in images if not i.get("broken")][:40]
    for one in images:
        if one.get("broken") and one["empty"]:
            visit.met("image-empty-alt-content")
    if not wanted:
        return
    visit.met("image-animated", "image-alt-partial", "image-empty-alt-content", "text-in-picture")
    unique = list({i["src"]: {"src": i["src"], "gif": i["gif"]} for i in wanted}.values())
    answers = json.loads(visit.browser.driver.execute_async_script(_READ, unique))
    read = {u["src"]: a for u, a in zip(unique, answers, strict=True)}
    for one in wanted:
        facts = read[one["src"]]
        if "fault" in facts:
            continue
        place = visit.describe(one["selector"])
        gif = facts.get("gif")
        if gif and gif["count"] > 1:
            total = gif["seconds"] * (1 if gif["loop"] is None else gif["loop"] + 1)
            if gif["loop"] == 0 or total > 5:
                visit.add(
                    "image-animated",
                    place,
                    detail=f"{gif['count']} × {gif['seconds']:.1f} s" + (" ∞" if gif["loop"] == 0 else ""),
                )
        logo = re.search(r"logo|escudo|marca|emblem|sello", f"{one['alt']} {one['src'][:300]}", re.IGNORECASE)
        if len((facts.get("said") or "").split()) >= 2:
            if not logo:
                visit.add("text-in-picture", place, detail=f"«{facts['said'][:80]}»")
            continue
        big = one["box"][2] >= 40 and one["box"][3] >= 24
        wordy = facts["turns"] >= 8 and facts["colours"] < 350 and (facts["bands"] >= 3 or facts["turns"] >= 12)
        if big and wordy and facts["width"] >= 150 and facts["bands"] >= 3 and not logo:
            visit.add("text-in-picture", place, detail=f"{facts['bands']} ≡")
        if one["empty"] and big and not one["spoken"] and not one["captioned"]:
            # A flat drawing of few colours and sharp edges is a logo, a text or a chart more often than an ornament.
            if facts["turns"] >= 1.5 or facts["colours"] > 40:
                visit.add("image-empty-alt-content", place, detail=f"{facts['width']} × {facts['height']}")
        elif (
            one["alt"]
            and big
            and wordy
            and not one["described"]
            and len(one["alt"].split()) <= 8
            and facts["width"] >= 150
        ):
            visit.add("image-alt-partial", place, detail=f"«{one['alt']}», {facts['bands']} ≡")


def decode(text: str) -> bytes:
    """Bytes of what the page sent as base64."""
    return base64.b64decode(text)
