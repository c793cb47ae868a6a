// A video call: trying camera and microphone, waiting, and a connection to each of the others. Nothing is recorded.
(function () {
  "use strict";

  var chosen = {
    read: function (kind) { try { return window.sessionStorage.getItem("alma-" + kind) || ""; } catch (e) { return ""; } },
    keep: function (kind, id) { try { window.sessionStorage.setItem("alma-" + kind, id); } catch (e) { /* private */ } }
  };
  document.querySelectorAll("[data-needs-script]").forEach(function (part) { part.hidden = false; });
  document.querySelectorAll("[data-no-script]").forEach(function (part) { part.hidden = true; });

  function wanted(kind) {
    var id = chosen.read(kind);
    return id ? { deviceId: { ideal: id } } : true;
  }
  // Camera and microphone; without one of them the other; without both nothing, and the call goes on all the same.
  function ownMedia() {
    var ask = navigator.mediaDevices && navigator.mediaDevices.getUserMedia
      ? function (what) { return navigator.mediaDevices.getUserMedia(what); }
      : function () { return Promise.reject(new Error("no media devices")); };
    return ask({ video: wanted("camera"), audio: wanted("microphone") })
      .catch(function () { return ask({ audio: wanted("microphone") }); })
      .catch(function () { return ask({ video: wanted("camera") }); });
  }

  // ---- before the call -------------------------------------------------------------------------------------------
  var check = document.getElementById("check");
  if (check) {
    var view = document.getElementById("check-view");
    var told = document.getElementById("check-told");
    var level = document.getElementById("level");
    var running = null;
    var listening = null;
    var fill = function (select, devices, kind) {
      select.textContent = "";
      devices.forEach(function (one, at) {
        var option = new Option(one.label || select.labels[0].textContent + " " + (at + 1), one.deviceId);
        option.selected = one.deviceId === chosen.read(kind);
        select.add(option);
      });
      select.onchange = function () { chosen.keep(kind, select.value); start(); };
    };
    var listen = function (stream) {
      window.clearInterval(listening);
      if (!stream.getAudioTracks().length) { return; }
      var context = new AudioContext();
      var analyser = context.createAnalyser();
      var sound = new Float32Array(512);
      context.createMediaStreamSource(stream).connect(analyser);
      listening = window.setInterval(function () {
        analyser.getFloatTimeDomainData(sound);
        level.value = Math.min(1, Math.sqrt(sound.reduce(function (sum, x) { return sum + x * x; }, 0) / 512) * 6);
      }, 150);
    };
    var start = function () {
      if (running) { running.getTracks().forEach(function (track) { track.stop(); }); }
      return ownMedia().then(function (stream) {
        running = stream;
        view.srcObject = stream;
        document.getElementById("check-parts").hidden = false;
        told.textContent = "";
        listen(stream);
        return navigator.mediaDevices.enumerateDevices();
      }).then(function (devices) {
        fill(document.getElementById("camera"), devices.filter(function (d) { return d.kind === "videoinput"; }), "camera");
        fill(document.getElementById("microphone"), devices.filter(function (d) { return d.kind === "audioinput"; }), "microphone");
      }).catch(function () { told.textContent = check.dataset.nodevice; });
    };
    check.addEventListener("click", start);
    document.getElementById("beep").addEventListener("click", function () {
      var context = new AudioContext();
      var tone = context.createOscillator();
      var volume = context.createGain();
      volume.gain.value = 0.2;
      tone.connect(volume).connect(context.destination);
      tone.start();
      tone.stop(context.currentTime + 0.8);
    });
  }

  // ---- the call --------------------------------------------------------------------------------------------------
  var call = document.getElementById("call");
  if (!call) { return; }
  var words = call.dataset;
  var state = document.getElementById("call-state");
  var faces = document.getElementById("faces");
  var captions = document.getElementById("captions");
  var chat = document.getElementById("chat");
  var mine = null;
  var asked = null;
  var meeting = null;
  var me = "";
  var seen = 0;
  var peers = {};
  var failures = 0;
  var over = false;

  function say(text) { if (state.textContent !== text) { state.textContent = text; } }

  function face(id, name, own) {
    var item = document.createElement("li");
    var figure = document.createElement("figure");
    var video = document.createElement("video");
    var caption = document.createElement("figcaption");
    video.className = "call-face";
    video.autoplay = true;
    video.playsInline = true;
    video.muted = Boolean(own);
    video.setAttribute("aria-label", name);
    caption.textContent = name;
    caption.dir = "auto";
    figure.append(video, caption);
    item.append(figure);
    item.id = "face-" + id;
    faces.append(item);
    return video;
  }

  function line(list, who, text) {
    var item = document.createElement("p");
    var name = document.createElement("strong");
    name.textContent = who + ": ";
    item.dir = "auto";
    item.append(name, text);
    list.append(item);
    while (list === captions && list.children.length > 3) { list.firstChild.remove(); }
    item.scrollIntoView({ block: "nearest" });
  }

  function post(path, content) {
    return fetch(words.base + "/" + path, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": words.token },
      body: JSON.stringify(content)
    });
  }

  // Perfect negotiation (WebRTC 1.0, section 10.7): the one with the larger name gives way.
  function Peer(told) {
    var self = this;
    var making = false;
    var ignoring = false;
    var polite = me > told.id;
    var connection = new RTCPeerConnection(meeting);
    var video = face(told.id, told.name, false);
    var stream = new MediaStream();
    video.srcObject = stream;
    this.name = told.name;
    this.connection = connection;
    this.queue = Promise.resolve();
    this.text = connection.createDataChannel("words", { negotiated: true, id: 0 });
    this.text.onmessage = function (event) {
      var message;
      try { message = JSON.parse(event.data); } catch (e) { return; }
      line(message.kind === "caption" ? captions : chat, told.name, String(message.text).slice(0, 1000));
    };
    connection.ontrack = function (event) {
      stream.addTrack(event.track);
      video.play().catch(function () { /* the browser waits for a press */ });
    };
    connection.onicecandidate = function (event) {
      if (event.candidate) { post("senales", { to: told.id, kind: "candidate", payload: event.candidate }); }
    };
    connection.onnegotiationneeded = function () {
      making = true;
      connection.setLocalDescription().then(function () {
        return post("senales", { to: told.id, kind: "description", payload: connection.localDescription });
      }).finally(function () { making = false; });
    };
    connection.oniceconnectionstatechange = function () {
      if (connection.iceConnectionState === "failed") { connection.restartIce(); }
    };
    if (mine && mine.getTracks().length) {
      mine.getTracks().forEach(function (track) { connection.addTrack(track, mine); });
    }
    ["audio", "video"].forEach(function (kind) {
      var sends = mine && mine.getTracks().some(function (track) { return track.kind === kind; });
      if (!sends) { connection.addTransceiver(kind, { direction: "recvonly" }); }
    });
    this.take = function (signal) {
      self.queue = self.queue.then(function () {
        if (signal.kind === "candidate") {
          return connection.addIceCandidate(signal.payload).catch(function (error) { if (!ignoring) { throw error; } });
        }
        var collides = signal.payload.type === "offer" && (making || connection.signalingState !== "stable");
        ignoring = !polite && collides;
        if (ignoring) { return undefined; }
        return connection.setRemoteDescription(signal.payload).then(function () {
          if (signal.payload.type !== "offer") { return undefined; }
          return connection.setLocalDescription().then(function () {
            return post("senales", { to: told.id, kind: "description", payload: connection.localDescription });
          });
        });
      }).catch(function () { /* a signal of a connection that is gone */ });
    };
    this.end = function () {
      connection.close();
      var item = document.getElementById("face-" + told.id);
      if (item) { item.remove(); }
    };
  }

  function toggle(button, tracks, off, on) {
    button.addEventListener("click", function () {
      var enabled = button.dataset.off === "yes";
      tracks().forEach(function (track) { track.enabled = enabled; });
      button.dataset.off = enabled ? "" : "yes";
      button.textContent = enabled ? off : on;
    });
  }
  toggle(document.getElementById("mic"), function () { return mine ? mine.getAudioTracks() : []; }, words.micOff, words.micOn);
  toggle(document.getElementById("cam"), function () { return mine ? mine.getVideoTracks() : []; }, words.cameraOff, words.cameraOn);

  document.getElementById("chat-form").addEventListener("submit", function (event) {
    var input = document.getElementById("chat-text");
    var kind = event.submitter && event.submitter.value === "caption" ? "caption" : "chat";
    event.preventDefault();
    if (!input.value.trim()) { return; }
    Object.keys(peers).forEach(function (id) {
      if (peers[id].text.readyState === "open") { peers[id].text.send(JSON.stringify({ kind: kind, text: input.value })); }
    });
    line(kind === "caption" ? captions : chat, words.me, input.value);
    input.value = "";
    input.focus();
  });

  function begin(media) {
    meeting = media;
    if (!asked) {
      asked = ownMedia().then(function (stream) {
        mine = stream;
        face("me", words.me, true).srcObject = stream;
      }, function () { say(words.nodevice); });
    }
    return asked;
  }

  function meet(told) {
    var now = {};
    told.peers.forEach(function (peer) {
      now[peer.id] = true;
      if (!peers[peer.id]) {
        peers[peer.id] = new Peer(peer);
        say(words.came + " " + peer.name);
      }
    });
    Object.keys(peers).forEach(function (id) {
      if (!now[id]) {
        say(words.went + " " + peers[id].name);
        peers[id].end();
        delete peers[id];
      }
    });
    told.signals.forEach(function (signal) {
      seen = Math.max(seen, signal.id);
      if (peers[signal.from]) { peers[signal.from].take(signal); }
    });
  }

  function end(text) {
    over = true;
    Object.keys(peers).forEach(function (id) { peers[id].end(); });
    if (mine) { mine.getTracks().forEach(function (track) { track.stop(); }); }
    say(text);
    call.hidden = true;
  }

  function waiting(told) {
    var list = document.getElementById("waiting-told");
    if (!list) { return; }
    var text = (told.waiting || []).map(function (one) { return words.waits + " " + one.name; })
      .concat((told.phone || []).map(function (name) { return words.phone + " " + name; })).join(". ");
    if (list.textContent === text) { return; }
    list.textContent = text;
    fetch(words.base).then(renew);
  }

  // The desk's buttons act without leaving the page: a new page would end the call for a moment.
  function renew(answer) {
    return answer.text().then(function (html) {
      var page = new DOMParser().parseFromString(html, "text/html");
      document.querySelectorAll("[data-quiet]").forEach(function (part) {
        var fresh = page.getElementById(part.id);
        var focused = part.contains(document.activeElement);
        if (!fresh || fresh.innerHTML === part.innerHTML) { return; }
        part.replaceChildren.apply(part, Array.from(fresh.childNodes));
        if (focused) { part.tabIndex = -1; part.focus(); }
      });
    });
  }
  document.addEventListener("submit", function (event) {
    if (!event.target.closest("[data-quiet]")) { return; }
    event.preventDefault();
    fetch(event.target.action, { method: "POST", body: new FormData(event.target) }).then(renew);
  });

  function settled() {
    var ids = Object.keys(peers);
    return ids.length && ids.every(function (id) { return peers[id].connection.connectionState === "connected"; });
  }

  function pulse() {
    if (over) { return; }
    fetch(words.base + "/pulso?despues=" + seen, { headers: { Accept: "application/json" } }).then(function (answer) {
      if (answer.status === 404 || answer.redirected) { end(words.elsewhere); return null; }
      if (!answer.ok) { throw new Error(String(answer.status)); }
      return answer.json();
    }).then(function (told) {
      if (!told) { return undefined; }
      failures = 0;
      me = told.me;
      waiting(told);
      if (told.state === "over") { end(words.over); return undefined; }
      if (!told.media) {
        Object.keys(peers).forEach(function (id) { peers[id].end(); delete peers[id]; });
        if (words.role !== "professional") { say(words.waiting); }
        return undefined;
      }
      return begin(told.media).then(function () {
        meet(told);
        if (settled()) { say(words.joined); } else if (!told.peers.length) { say(words.alone); }
      });
    }).catch(function () {
      failures += 1;
      if (failures > 2) { say(words.lost); }
    }).finally(function () {
      window.setTimeout(pulse, !meeting ? 2000 : settled() ? 2000 : 500);
    });
  }
  pulse();
})();
