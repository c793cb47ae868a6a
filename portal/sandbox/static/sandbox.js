// Keeps an open chat fresh. Without it the link «Actualizar» does the same.
(() => {
  const chat = document.getElementById("chat");
  if (!chat) return;
  const refresh = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(location.pathname + location.search, { credentials: "same-origin" });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("chat");
      if (fresh && fresh.innerHTML !== chat.innerHTML && !chat.contains(document.activeElement)) {
        chat.replaceChildren(...fresh.childNodes);
        chat.scrollTop = chat.scrollHeight;
      }
    } catch { /* the next round tries again */ }
  };
  chat.scrollTop = chat.scrollHeight;
  setInterval(refresh, 2000);
})();
