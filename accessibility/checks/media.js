__audit.family("media", ({ all, plain, clean, visible, name, vocabulary, report, met, exposed }) => {
  const near = (el) => { const holder = el.closest("figure, section, article, div, p") || el.parentElement; return plain((holder ? holder.textContent : "") + " " + (holder && holder.nextElementSibling ? holder.nextElementSibling.textContent.slice(0, 600) : "") + " " + (el.nextElementSibling ? el.nextElementSibling.textContent.slice(0, 600) : "")); };
  const told = (el) => vocabulary.transcript.some((w) => near(el).includes(w)) || el.hasAttribute("aria-describedby");
  for (const video of all("video")) {
    met("video-captions", "video-description", "video-autoplay");
    const tracks = Array.from(video.querySelectorAll("track"));
    if (!tracks.some((t) => /captions|subtitles/.test(t.kind)) && !told(video) && !(video.muted && video.loop && !video.controls)) report("video-captions", video, clean(video.currentSrc || video.getAttribute("src")).slice(-80));
    if (!tracks.some((t) => t.kind === "descriptions")) report("video-description", video, "");
    if (video.autoplay && !video.controls && visible(video) && !(video.duration < 5 && !video.loop)) {
      const button = Array.from(document.querySelectorAll("button, [role=button]")).some((b) => /paus|stop|par[ae]|deten/i.test(name(b)));
      if (!button) report("video-autoplay", video, "", Number.isFinite(video.duration) ? {} : { certainty: "warning" });
    }
  }
  for (const audio of all("audio")) {
    met("audio-transcript");
    if (!told(audio) && (audio.controls || audio.autoplay)) report("audio-transcript", audio, clean(audio.currentSrc || audio.getAttribute("src")).slice(-80));
  }
  for (const media of all("audio[autoplay], video[autoplay]")) {
    met("media-autoplay");
    if (media.muted || media.controls || (Number.isFinite(media.duration) && media.duration <= 3 && !media.loop)) continue;
    if (media.localName === "video" && Number.isFinite(media.duration) && media.webkitAudioDecodedByteCount === 0) continue;
    const button = Array.from(document.querySelectorAll("button, [role=button], a")).some((b) => /paus|stop|par[ae]r|silenci|mute|deten/i.test(name(b)));
    if (!button) report("media-autoplay", media, "", Number.isFinite(media.duration) ? {} : { certainty: "warning" });
  }
  for (const frame of all("iframe[src], embed[src], object[data]")) {
    const address = frame.src || frame.data || "";
    if (!/youtube|youtu\.be|vimeo|dailymotion|twitch|wistia|brightcove|rtve\.es\/.*embed|player\./i.test(address)) continue;
    if (!/destello|parpade|flash|strobe|epilep|fotosensi|photosensi/.test(near(frame))) report("media-embedded", frame, address.slice(0, 100));
  }
  for (const object of all("object")) {
    met("object-alternative");
    if (!visible(object) || !exposed(object) || /^(none|presentation)$/.test(object.getAttribute("role") || "") || object.type && /text\/html/.test(object.type)) continue;
    const fallback = object.querySelector("img, svg, p, span");
    if (/\.(png|jpe?g|gif|svg|webp)(?:[?#]|$)/i.test(object.data) && object.clientWidth > 0 && fallback && !fallback.checkVisibility() && !clean(object.getAttribute("aria-label")) && !object.hasAttribute("aria-labelledby") && !clean(object.title) && !/^(none|presentation)$/.test(object.getAttribute("role") || "")) { report("object-alternative", object, object.data); continue; }
    if (!name(object) && !clean(object.textContent) && !object.querySelector("img[alt]:not([alt='']), a")) report("object-alternative", object, object.data || "", /\.(png|jpe?g|gif|svg|webp|mp4|mp3|ogg|pdf|swf)|^data:/i.test(object.data) ? {} : { certainty: "warning" });
  }
});
