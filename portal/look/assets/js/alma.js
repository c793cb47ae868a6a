// Small helps for browsers that run scripts. Every page works without this file.
(function () {
  "use strict";

  // Quick exit: leave no way back with the browser's arrow, and show nothing while the other page loads.
  var exit = document.querySelector("[data-exit]");
  function leave() {
    document.documentElement.hidden = true;
    document.title = "";
    window.location.replace(exit.href);
  }
  if (exit) {
    exit.addEventListener("click", function (event) {
      event.preventDefault();
      leave();
    });
    var presses = [];
    document.addEventListener("keydown", function (event) {
      if (event.key !== "Escape") { presses = []; return; }
      var now = Date.now();
      presses = presses.filter(function (at) { return now - at < 2000; });
      presses.push(now);
      if (presses.length >= 3) { leave(); }
    });
    // A page kept by the browser for the way back must not show again.
    window.addEventListener("pageshow", function (event) {
      if (event.persisted) { window.location.reload(); }
    });
  }

  // The words around a file control in the page's language; the control itself stays, over them.
  document.querySelectorAll("input[type=file][data-choose]").forEach(function (input) {
    var box = document.createElement("span");
    var choose = document.createElement("span");
    var name = document.createElement("span");
    box.className = "file-box";
    choose.className = "file-choose";
    name.className = "file-name";
    choose.textContent = input.dataset.choose;
    name.textContent = input.dataset.none;
    choose.setAttribute("aria-hidden", "true");
    name.setAttribute("aria-live", "polite");
    input.parentNode.insertBefore(box, input);
    box.append(choose, name, input);
    input.addEventListener("change", function () {
      var names = Array.prototype.map.call(input.files, function (file) { return file.name; });
      name.textContent = names.join(", ") || input.dataset.none;
    });
  });

  // Printing is the browser's own; a button for it shows only where a script can press it.
  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });

  // The time that an hour is kept: shown as it goes, said only now and then. Nothing is sent when it is over.
  document.querySelectorAll("[data-left]").forEach(function (box) {
    var ends = Date.now() + Number(box.dataset.left) * 1000;
    var shown = box.querySelector("[data-left-shown]");
    var said = box.querySelector("[data-left-said]");
    var words = box.querySelector("p");
    var told = Number(box.dataset.left) / 60;
    var ticking = null;
    function tick() {
      var left = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
      shown.lastElementChild.textContent = Math.floor(left / 60) + ":" + String(left % 60).padStart(2, "0");
      [5, 2, 1].forEach(function (minutes) {
        if (left <= minutes * 60 && left > 0 && told > minutes) {
          told = minutes;
          said.textContent = said.getAttribute("data-minutes-" + minutes);
        }
      });
      if (left === 0) {
        window.clearInterval(ticking);
        said.textContent = said.getAttribute("data-minutes-0");
        words.hidden = true;
        shown.hidden = true;
        box.querySelector("[data-left-over]").hidden = false;
      }
    }
    shown.hidden = false;
    tick();
    ticking = window.setInterval(tick, 1000);
  });

  // A form is sent once, however often the button is pressed.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post") { return; }
    if (form.dataset.sent && Date.now() - Number(form.dataset.sent) < 3000) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = String(Date.now());
  });
})();
