/* The bench: one box, always ready; every scan has a key and is sent, in order, until it was answered.
   Scans typed faster than answers wait in a queue that survives a dropped link and a reload of the page.
   What a scan means is decided by the server; here is only sending, showing, and the sounds. */
"use strict";

(() => {
  const bench = document.querySelector("[data-bench]");
  if (!bench) return;
  const box = bench.querySelector("[data-barcode]");
  const board = bench.querySelector("[data-board]");
  const waiting = bench.querySelector("[data-queue]");
  const offline = bench.querySelector("[data-offline]");
  const offlineWords = bench.querySelector("[data-offline-words]");
  const form = bench.querySelector("[data-form]");
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const store = `loadbay:scans:${bench.dataset.station}`;
  const ANSWER_WITHIN_MS = 10000;
  const PAUSES_MS = [300, 1000, 2000, 4000];

  /* The cancelled field call that was shown last. Each scan says which one its packer had seen when it was made:
     a scan made before is stopped, one made after is taken. */
  let seen = board.querySelector("[data-answer]")?.dataset.cancelled || "";

  /* The queue: [{key, code, seen}], kept in the browser's own storage until answered. */
  let queue = [];
  try {
    queue = JSON.parse(localStorage.getItem(store) || "[]");
  } catch {
    queue = [];
  }
  let sending = false;

  const keep = () => {
    try {
      localStorage.setItem(store, JSON.stringify(queue));
    } catch {
      /* Storage is full or switched off: the queue still lives in this page. */
    }
    waiting.textContent = queue.length > 1 ? `${queue.length} scans waiting` : queue.length ? "Sending" : "";
  };

  const newKey = () => {
    if (crypto.randomUUID) return crypto.randomUUID();
    /* Outside a secure context (a handheld on plain http) randomUUID is missing; its bytes are not. */
    const b = crypto.getRandomValues(new Uint8Array(16));
    b[6] = (b[6] & 0x0f) | 0x40;
    b[8] = (b[8] & 0x3f) | 0x80;
    const hex = [...b].map((x) => x.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  };

  const take = (code) => {
    queue.push({ key: newKey(), code, seen });
    keep();
    send();
  };

  const pause = (ms) => new Promise((go) => setTimeout(go, ms));

  const send = async () => {
    if (sending) return;
    sending = true;
    let tries = 0;
    while (queue.length) {
      const answered = await ask(queue[0]);
      if (answered) {
        queue.shift();
        tries = 0;
      } else {
        await pause(PAUSES_MS[Math.min(tries, PAUSES_MS.length - 1)]);
        tries += 1;
      }
      keep();
    }
    sending = false;
  };

  /* True once the server has judged the scan; the same key asked again gets the same answer. */
  const ask = async (scan) => {
    const body = new URLSearchParams({ key: scan.key, code: scan.code, seen: scan.seen || "" });
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), ANSWER_WITHIN_MS);
    try {
      const answer = await fetch(bench.dataset.scan, {
        method: "POST",
        body,
        headers: { "X-CSRFToken": token, "X-Bench": "1" },
        redirect: "manual",
        signal: stop.signal,
      });
      if (answer.ok) {
        show(await answer.text());
        reach("");
        return true;
      }
      return refused(answer);
    } catch {
      reach("No link to Loadbay. Go on scanning: nothing is lost, it is sent when the link is back.");
      return false;
    } finally {
      clearTimeout(timer);
    }
  };

  const refused = async (answer) => {
    if (answer.type === "opaqueredirect") {
      reach("You are signed out. Load this page again and sign in; the waiting scans are kept.");
    } else if (answer.status === 400) {
      show(await answer.text());
      return true;
    } else if (answer.status === 403) {
      reach("This page is too old or not for you. Load it again; the waiting scans are kept.");
    } else {
      reach("Loadbay is in trouble. The scans wait and are sent again by themselves.");
    }
    return false;
  };

  const reach = (words) => {
    const was = !offline.hidden;
    offline.hidden = !words;
    offlineWords.textContent = words;
    if (words && !was) sound("stop");
  };

  const show = (html) => {
    board.innerHTML = html;
    const answer = board.querySelector("[data-answer]");
    seen = answer?.dataset.cancelled || seen;
    if (answer?.dataset.tone) sound(answer.dataset.tone);
    printNext();
  };

  /* What changes by itself: labels coming out, a call that Amazon cancelled. Only while nothing is sent. */
  const look = async () => {
    try {
      const answer = await fetch(`${bench.dataset.rest}?seen=${encodeURIComponent(seen)}`, {
        headers: { "X-Bench": "1" },
        redirect: "manual",
      });
      if (!answer.ok || sending || queue.length) return;
      const page = document.createElement("div");
      page.innerHTML = await answer.text();
      if (sending || queue.length) return;
      merge(page);
    } catch {
      /* The next scan, or the next look, says that the link is down. */
    }
  };

  const merge = (page) => {
    const fresh = page.querySelector("[data-answer]");
    if (fresh.dataset.tone) {
      show(page.innerHTML);
      return;
    }
    for (const part of [".bench-work", ".bench-side"]) {
      const now = page.querySelector(part);
      const old = board.querySelector(part);
      if (now && old && now.innerHTML !== old.innerHTML) old.innerHTML = now.innerHTML;
    }
    printNext();
  };

  const isBusy = () =>
    [...board.querySelectorAll("[data-label-state]")].some((label) =>
      ["awaited", "waiting", "sending"].includes(label.dataset.labelState),
    );

  const watch = async () => {
    for (;;) {
      await pause(isBusy() ? 700 : 4000);
      if (!document.hidden && !sending && !queue.length) await look();
    }
  };

  /* A label that is to be printed by this browser: shown alone on paper, then said to be printed. */
  let printing = false;
  const printNext = () => {
    const label = board.querySelector("[data-print]");
    if (!label || printing) return;
    printing = true;
    if (label.dataset.format === "pdf") {
      window.open(label.dataset.print, "_blank", "noopener");
      printed(label);
      return;
    }
    const paper = new Image();
    paper.className = "bench-printed";
    paper.alt = "";
    paper.onload = () => {
      document.body.append(paper);
      document.body.classList.add("bench-printing");
      window.print();
      document.body.classList.remove("bench-printing");
      paper.remove();
      printed(label);
    };
    paper.onerror = () => {
      printing = false;
    };
    paper.src = label.dataset.print;
  };

  const printed = async (label) => {
    try {
      await fetch(label.dataset.printed, { method: "POST", headers: { "X-CSRFToken": token } });
    } catch {
      /* It stays on the list: better a label twice than none. */
    }
    printing = false;
    box.focus();
    look();
  };

  /* Sounds: a short high beep, two middle ones, a long low buzz. Colour and words say the same. */
  let audio = null;
  let silent = false;
  const TUNES = {
    ok: [[1320, 0, 0.09, "sine"]],
    note: [[660, 0, 0.12, "triangle"], [660, 0.18, 0.12, "triangle"]],
    stop: [[196, 0, 0.28, "sawtooth"], [147, 0.3, 0.45, "sawtooth"]],
  };
  const sound = (tone) => {
    if (silent || !TUNES[tone]) return;
    try {
      audio = audio || new AudioContext();
      if (audio.state === "suspended") audio.resume();
      for (const [pitch, start, length, shape] of TUNES[tone]) {
        const wave = audio.createOscillator();
        const volume = audio.createGain();
        const from = audio.currentTime + start;
        wave.type = shape;
        wave.frequency.value = pitch;
        volume.gain.setValueAtTime(0.0001, from);
        volume.gain.exponentialRampToValueAtTime(0.4, from + 0.01);
        volume.gain.exponentialRampToValueAtTime(0.0001, from + length);
        wave.connect(volume).connect(audio.destination);
        wave.start(from);
        wave.stop(from + length);
      }
    } catch {
      /* No sound on this device: the colour and the words are there. */
    }
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const code = box.value;
    box.value = "";
    if (code.trim()) take(code);
  });

  bench.addEventListener("click", (event) => {
    const command = event.target.closest("[data-command]");
    if (command) take(command.dataset.command);
    const mute = event.target.closest("[data-sound]");
    if (mute) {
      silent = !silent;
      mute.setAttribute("aria-pressed", String(!silent));
    }
    if (command || mute || !event.target.closest("a, button, input, summary")) box.focus();
  });

  /* Whatever has the focus, a scan types into the box. Tab, arrows and shortcuts stay what they are. */
  document.addEventListener("keydown", (event) => {
    if (event.target === box || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.length !== 1 || (event.key === " " && event.target.closest("a, button"))) return;
    box.focus();
  });
  window.addEventListener("focus", () => box.focus());
  window.addEventListener("online", () => send());

  keep();
  box.focus();
  if (queue.length) send();
  watch();
  printNext();
})();
