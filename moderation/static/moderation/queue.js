// The queue by keyboard, without reloading. Every action posts the form that stands in the
// page anyway; without this script the same buttons work.
"use strict";

(() => {
  const page = document.getElementById("queue");
  if (!page) return;
  const text = page.dataset;
  const list = document.getElementById("cards");
  const notices = document.getElementById("notices");
  const bulk = document.getElementById("bulk");
  const help = document.getElementById("help");
  const keysOn = document.getElementById("keys-on");
  const search = document.getElementById("q");
  const POLL_MS = 20000;
  const KEYS_OFF = "winnow-keys-off";

  // --- where we are

  const rows = () => (list ? [...list.querySelectorAll("article[data-comment]")] : []);
  const current = () => list && list.querySelector("article[data-current]");

  const mark = (row) => {
    const before = current();
    if (before) before.removeAttribute("data-current");
    if (row) row.setAttribute("data-current", "");
  };

  const goTo = (row) => {
    mark(row);
    if (!row) return;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };

  const move = (step) => {
    const all = rows();
    const here = current();
    // The first press shows where we are; the next ones move.
    if (!here || !here.contains(document.activeElement)) return goTo(here || all[0]);
    goTo(all[all.indexOf(here) + step] || here);
  };

  const isInView = (row) => {
    const box = row.getBoundingClientRect();
    return box.bottom > 0 && box.top < window.innerHeight;
  };

  // --- what the server says

  const notice = (message, { tone = "good", see = "" } = {}) => {
    const box = document.createElement("div");
    box.className = `notice notice-${tone}`;
    const words = document.createElement("span");
    words.textContent = message;
    box.append(words);
    if (see) {
      const link = document.createElement("a");
      link.className = "button button-quiet";
      link.href = see;
      link.textContent = text.textSee;
      box.append(link);
    }
    if (tone === "good" && decided.length) box.append(undoButton());
    notices.replaceChildren(box);
  };

  const undoButton = () => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-quiet";
    button.textContent = text.textUndo;
    button.addEventListener("click", undoLast);
    return button;
  };

  class Refused extends Error {
    constructor(status, answer) {
      super((answer.error && answer.error.message) || text.textOffline);
      this.status = status;
      this.answer = answer;
    }
  }

  const post = async (url, fields) => {
    const response = await fetch(url, {
      method: "POST",
      body: fields,
      headers: { Accept: "application/json" },
      credentials: "same-origin",
    });
    const answer = await response.json();
    if (!response.ok) throw new Refused(response.status, answer);
    return answer;
  };

  const complain = (error, see) => {
    const isAnswer = error instanceof Refused;
    notice(isAnswer ? error.message : text.textOffline, { tone: "bad", see: isAnswer ? see : "" });
  };

  // --- decide and take back

  // What can be taken back, the latest last: {done: Promise, row, place}. `place` keeps the
  // spot of a row that has left the list.
  const decided = [];

  const setVersion = (row, version) => {
    row.querySelector("[name=seen_version]").value = version;
    const box = row.querySelector("[name=chosen]");
    const whole = box.dataset.size ? ":all" : "";
    box.value = `${row.dataset.comment}:${version}${whole}`;
  };

  const count = (status, step) => {
    const shown = page.querySelector(`[data-count="${status}"]`);
    if (shown && /^\d+$/.test(shown.textContent)) {
      shown.textContent = Math.max(0, Number(shown.textContent) + step);
    }
  };

  // A campaign moves many comments with one card.
  const moveCount = (from, to, moved = 1) => {
    if (from === to) return;
    count(from, -moved);
    count(to, moved);
  };

  const beside = (row) => {
    const waiting = rows().filter((one) => one === row || one.ariaBusy !== "true");
    const here = waiting.indexOf(row);
    return waiting[here + 1] || waiting[here - 1] || null;
  };

  const leave = (row) => {
    const item = row.closest("li");
    const place = document.createComment("");
    item.replaceWith(place);
    return { item, place };
  };

  const showDrained = () => {
    const drained = document.getElementById("drained");
    if (!drained) return;
    drained.hidden = rows().length > 0;
    if (!drained.hidden) drained.focus();
  };

  const decide = (row, status) => {
    if (row.ariaBusy === "true") return;
    const form = row.querySelector("form[data-decide]");
    const fields = new FormData(form);
    fields.set("status", status);
    const next = beside(row);
    row.ariaBusy = "true";
    const entry = { row };
    decided.push(entry);
    // Onward at once: the next key belongs to the next comment.
    if (next) goTo(next);
    entry.done = post(form.action, fields)
      .then((answer) => accepted(entry, answer))
      .catch((error) => failed(entry, error));
    return entry.done;
  };

  const accepted = (entry, answer) => {
    const { row } = entry;
    row.ariaBusy = "false";
    row.querySelector("[name=chosen]").checked = false;
    showChosen();
    entry.undo = answer.undo;
    entry.status = answer.status;
    setVersion(row, answer.version);
    if (answer.status !== text.status) Object.assign(entry, leave(row));
    moveCount(text.status, answer.status, answer.moved);
    notice(answer.message);
    showDrained();
  };

  const failed = (entry, error) => {
    entry.row.ariaBusy = "false";
    decided.splice(decided.indexOf(entry), 1);
    complain(error, entry.row.querySelector(".why a").href);
    goTo(entry.row);
  };

  const undoLast = async () => {
    const entry = decided.at(-1);
    if (!entry) return undoByForm();
    await entry.done;
    if (decided.at(-1) !== entry) return;
    decided.pop();
    const fields = new FormData(bulk || entry.row.querySelector("form"));
    try {
      comeBack(entry, await post(entry.undo, fields));
    } catch (error) {
      complain(error, entry.row.querySelector(".why a").href);
    }
  };

  const comeBack = (entry, answer) => {
    if (entry.place) entry.place.replaceWith(entry.item);
    setVersion(entry.row, answer.version);
    moveCount(entry.status, answer.status, answer.moved);
    showDrained();
    goTo(entry.row);
    notice(answer.message);
  };

  // A decision of before this page was loaded is taken back by the button of its notice.
  const undoByForm = () => {
    const form = notices.querySelector("form[data-undo]");
    if (form) form.requestSubmit();
    else notice(text.textNothing, { tone: "hold" });
  };

  const decideCurrent = (status) => {
    const row = current() || rows()[0];
    if (!row) return;
    // Nobody decides what they do not see.
    if (!isInView(row)) {
      goTo(row);
      notice(text.textHere, { tone: "hold" });
      return;
    }
    decide(row, status);
  };

  // --- select

  const boxes = () => rows().map((row) => row.querySelector("[name=chosen]"));

  const showChosen = () => {
    if (!bulk) return;
    const chosen = boxes().filter((box) => box.checked);
    // A card of a campaign is chosen with all of its comments.
    const number = chosen.reduce((sum, box) => sum + Number(box.dataset.size || 1), 0);
    const more = chosen.some((box) => "more" in box.dataset) ? "+" : "";
    bulk.hidden = chosen.length === 0;
    document.getElementById("chosen").textContent = `${text.textSelected} ${number}${more}`;
  };

  const toggleCurrent = () => {
    const row = current() || rows()[0];
    if (!row) return;
    goTo(row);
    row.querySelector("[name=chosen]").click();
  };

  const tickAll = (event) => {
    event.preventDefault();
    const all = boxes();
    const on = !all.every((box) => box.checked);
    for (const box of all) box.checked = on;
    showChosen();
  };

  // --- explain, reveal, arrivals

  const explainCurrent = () => {
    const row = current() || rows()[0];
    if (!row) return;
    goTo(row);
    const why = row.querySelector("details.why");
    why.open = !why.open;
    why.scrollIntoView({ block: "nearest" });
  };

  const reveal = async (form) => {
    try {
      const answer = await post(form.action, new FormData(form));
      form.querySelector("[data-address]").textContent = answer.email;
      form.querySelector("button").remove();
    } catch (error) {
      complain(error, "");
    }
  };

  const lookForArrivals = async () => {
    if (document.hidden) return;
    try {
      const response = await fetch(text.arrivals, { headers: { Accept: "application/json" } });
      if (!response.ok) return;
      const answer = await response.json();
      const line = document.getElementById("arrivals");
      const words = line.querySelector("span");
      line.hidden = answer.count === 0;
      if (words.textContent !== answer.text) words.textContent = answer.text;
    } catch {
      // The network is away; the next look tells.
    }
  };

  // --- keys

  const KEYS = {
    j: () => move(1),
    k: () => move(-1),
    a: () => decideCurrent("approved"),
    r: () => decideCurrent("rejected"),
    s: () => decideCurrent("spam"),
    u: undoLast,
    x: toggleCurrent,
    e: explainCurrent,
    "/": () => search.focus(),
    "?": () => help.showModal(),
  };

  const isTyping = (target) =>
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches("textarea, select, input:not([type=checkbox], [type=radio])"));

  const areKeysOn = () => {
    try {
      return localStorage.getItem(KEYS_OFF) === null;
    } catch {
      return true;
    }
  };

  const onKey = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.isComposing || help.open || isTyping(event.target)) return;
    if (event.key !== "?" && !keysOn.checked) return;
    const act = Object.hasOwn(KEYS, event.key) && KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };

  // Holding j or k walks.
  const onHeldKey = (event) => {
    if (!event.repeat || isTyping(event.target) || help.open || !keysOn.checked) return;
    if (event.key === "j" || event.key === "k") KEYS[event.key]();
  };

  const onSubmit = (event) => {
    const form = event.target;
    if (form.matches("form[data-decide]") && event.submitter) {
      event.preventDefault();
      decide(form.closest("article"), event.submitter.value);
    } else if (form.matches("form[data-reveal]")) {
      event.preventDefault();
      reveal(form);
    }
  };

  const rememberKeys = () => {
    try {
      if (keysOn.checked) localStorage.removeItem(KEYS_OFF);
      else localStorage.setItem(KEYS_OFF, "1");
    } catch {
      // Without storage the choice lasts as long as the page.
    }
  };

  document.addEventListener("keydown", onKey);
  document.addEventListener("keydown", onHeldKey);
  page.addEventListener("submit", onSubmit);
  page.addEventListener("change", showChosen);
  page.addEventListener("focusin", (event) => {
    const row = event.target.closest("article[data-comment]");
    if (row) mark(row);
  });
  keysOn.addEventListener("change", rememberKeys);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !search.value) search.blur();
  });
  const tick = page.querySelector("[data-tick-all]");
  if (tick) tick.addEventListener("click", tickAll);
  const opener = document.querySelector("[data-open-help]");
  opener.hidden = false;
  opener.addEventListener("click", () => help.showModal());

  keysOn.checked = areKeysOn();
  const target = document.getElementById(location.hash.slice(1));
  mark((target && target.querySelector("article")) || rows()[0]);
  showChosen();
  setInterval(lookForArrivals, POLL_MS);
  document.addEventListener("visibilitychange", lookForArrivals);
  document.documentElement.dataset.ready = "";
})();
