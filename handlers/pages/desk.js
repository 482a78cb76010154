// The desk: the list and one open conversation, both live. Everything asked carries an id, so that asking twice does it once.

import {
  ago, ask, author, element, fate, growing, keepHearing, media, newId, place, settleDays, words, written,
} from "./live.js";

const FILE_LIMIT = 10 * 1024 * 1024;
const me = document.body.dataset.name;
const limit = Number(document.body.dataset.limit);
const $ = (id) => document.getElementById(id);
const log = $("log");
const box = $("box");

let cards = [];
let lines = new Map(); // of the open conversation: id -> line
const rows = new Map(); // key of a line, or id of what is pending -> its element
let pending = []; // what was written here and has not come back as a line yet
let open = location.hash.slice(1);
let answering = null;
let wasSettling = false;
const drafts = new Map(); // conversation -> words not yet sent

const card = () => cards.find((one) => one.conversation === open);
const mine = (one) => one?.standing === "yours" || one?.standing === "settling";
const waits = (one) => one?.standing === "waiting" || one?.standing === "offered";

// --- the list ---

function drawList() {
  const list = $("list");
  const focused = document.activeElement?.dataset?.conversation;
  list.replaceChildren();
  const groups = [
    ["desk_waiting", cards.filter(waits)],
    ["desk_yours", cards.filter(mine)],
    ["desk_others", cards.filter((one) => one.standing === "theirs")],
  ];
  for (const [name, members] of groups) {
    if (!members.length && name !== "desk_waiting") continue;
    list.append(element("h2", { textContent: words(name) }));
    if (!members.length) list.append(element("p", { textContent: words("desk_nobody") }));
    for (const one of members) list.append(drawCard(one));
  }
  if (focused) list.querySelector(`[data-conversation="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  // A number, and never a word of anybody: titles are read over shoulders.
  const news = cards.reduce((sum, one) => sum + (waits(one) ? 1 : one.unread), 0);
  document.title = news ? `(${news}) ${words("desk")}` : words("desk");
}

function drawCard(one) {
  const tags = element("p", { className: "tags" });
  if (one.urgent) tags.append(element("b", { className: "alarm", textContent: words("desk_urgent") }));
  if (one.standing === "offered") tags.append(element("b", { textContent: words("desk_offered") }));
  if (one.unread) tags.append(element("b", { textContent: words("desk_unread", { count: one.unread }) }));
  if (one.standing === "theirs") tags.append(element("b", { textContent: one.owner }));
  for (const text of facts(one)) tags.append(element("span", { textContent: text }));
  const made = element("button", { type: "button", className: "card", onclick: () => show(one.conversation) }, tags);
  if (one.standing !== "theirs") {
    made.append(element("p", { className: "glimpse", textContent: one.shared || words("desk_no_words") }));
  }
  made.classList.toggle("urgent-one", one.urgent);
  made.dataset.standing = one.standing;
  made.dataset.conversation = one.conversation;
  if (one.conversation === open) made.setAttribute("aria-current", "true");
  return made;
}

function facts(one) {
  const platform = { web: "desk_platform_web", telegram: "desk_platform_telegram" }[one.platform];
  return [ago(one.since), words(`language_${one.locale}`), platform ? words(platform) : one.platform];
}

function show(conversation) {
  if (box.value) drafts.set(open, box.value);
  else drafts.delete(open);
  if (location.hash.slice(1) !== conversation) location.hash = conversation;
  open = conversation;
  lines = new Map();
  wasSettling = false;
  rows.clear();
  log.replaceChildren();
  log.setAttribute("aria-live", "off");
  replyTo(null);
  box.value = drafts.get(open) ?? "";
  grow();
  notice("");
  draw();
  hearing.open();
  if (open && card()) (waits(card()) ? $("take") : box).focus({ preventScroll: true });
}

// --- the conversation ---

function draw() {
  drawList();
  const one = card();
  document.body.classList.toggle("reading", Boolean(one));
  $("empty").hidden = Boolean(one);
  $("open").hidden = !one;
  if (!mine(one)) lines.clear(); // what is no longer ours to read does not stay on the page
  drawLines();
  if (!one) return;
  $("title").textContent = facts(one).join(" · ");
  const standing = {
    settling: words("desk_settling"),
    yours: words("desk_is_yours"),
    theirs: words("desk_with", { therapist: one.owner }),
  }[one.standing] ?? (one.standing === "offered" ? words("desk_offered") : "");
  if ($("standing").textContent !== standing) $("standing").textContent = standing;
  $("standing").classList.toggle("good", one.standing === "yours");
  $("take").hidden = !waits(one);
  $("decline").hidden = one.standing !== "offered";
  $("release").hidden = one.standing !== "yours";
  $("write").hidden = one.standing === "theirs";
  $("hint").textContent = waits(one) ? words("desk_write_takes") : "";
  $("shared").hidden = one.standing === "theirs" || (mine(one) && !one.shared);
  $("shared").querySelector("p").textContent = one.shared || words("desk_no_words");
  if (wasSettling && one.standing === "yours") box.focus({ preventScroll: true });
  wasSettling = one.standing === "settling";
}

function drawLines() {
  const follow = log.scrollHeight - log.scrollTop - log.clientHeight < 120;
  const gone = new Set(rows.keys());
  for (const line of lines.values()) {
    put(`l${line.id}`, String(line.id).padStart(15, "0"), line, drawLine);
    gone.delete(`l${line.id}`);
  }
  for (const [nth, one] of pending.entries()) {
    if (one.conversation !== open) continue;
    put(one.act, `z${String(nth).padStart(6, "0")}`, one, drawPending);
    gone.delete(one.act);
  }
  for (const key of gone) {
    rows.get(key).remove();
    rows.delete(key);
  }
  settleDays(log);
  if (follow) log.scrollTop = log.scrollHeight;
}

function put(key, order, line, make) {
  const { delivered, failed, state, why, ...said } = line;
  const [words, fares] = [JSON.stringify(said), JSON.stringify([delivered, failed, state, why])];
  const old = rows.get(key);
  if (old?.dataset.words === words && old.dataset.fares === fares) return;
  const made = make(line);
  if (old?.dataset.words === words) {
    old.querySelector(".after").replaceWith(made.querySelector(".after"));
    old.dataset.fares = fares;
    return;
  }
  Object.assign(made.dataset, { words, fares, order });
  rows.set(key, made);
  if (old) old.replaceWith(made);
  else place(log, made, order);
}

function nameOf(line) {
  return { person: words("desk_person"), bot: words("author_program") }[line.author] ?? line.author;
}

function drawLine(line) {
  const body = element("div", { className: "words" });
  if (line.reply_to !== null) body.append(quote(line.reply_to));
  if (line.media) {
    const { kind, name, mime } = line.media;
    body.append(media(kind, name, mime, `/desk/file/${open}/${line.id}`, nameOf(line)));
  }
  if (line.text) body.append(written(line.text));
  const after = fate();
  const says = [];
  if (line.edited) says.push(words("edited"));
  if (line.author !== "person") {
    if (line.failed) after.append(element("span", { className: "bad", textContent: words("desk_not_delivered") }));
    else says.push(words(line.delivered ? "desk_delivered" : "desk_on_its_way"));
  }
  after.append(says.join(" · "));
  if (!line.automated && line.author === "person") {
    after.append(" ", element("button", { type: "button", textContent: words("reply"), onclick: () => replyTo(line) }));
  }
  const side = { person: "person", bot: "program" }[line.author] ?? "ours";
  return element("div", { className: `message ${side}` }, author(nameOf(line), line.at), body, after);
}

function drawPending(one) {
  const body = element("div", { className: "words" });
  if (one.file) body.append(media(one.kind, one.file.name, one.file.type.split(";")[0], null, me));
  if (one.text) body.append(element("span", { className: "said", textContent: one.text }));
  const after = fate();
  if (one.state === "no") {
    after.append(element("span", { className: "bad", textContent: one.why ?? words("not_sent") }), " ");
    after.append(element("button", { type: "button", textContent: words("try_again"), onclick: () => again(one) }));
    after.append(" ", element("button", { type: "button", textContent: words("cancel"), onclick: () => drop(one) }));
  } else {
    after.append(words(one.state));
  }
  return element("div", { className: "message ours" }, author(me, one.at), body, after);
}

function quote(id) {
  const line = lines.get(id);
  return element("span", { className: "quote", textContent: line ? line.text || line.media?.name || "…" : "…" });
}

// --- what the therapist does ---

async function act(what) {
  const conversation = open;
  const id = newId();
  for (;;) {
    const outcome = await ask("/desk/act", { act: id, conversation, do: what });
    if (outcome.end === "later") {
      await new Promise((done) => setTimeout(done, outcome.seconds * 1000));
      continue;
    }
    if (outcome.end === "no") return notice(words("desk_gone"));
    return told(outcome.told);
  }
}

function told({ outcome, by }) {
  if (outcome === "taken") notice(words("desk_with", { therapist: by }));
  if (outcome === "gone") notice(words("desk_gone"));
}

function send(extra) {
  const one = {
    act: newId(),
    conversation: open,
    at: new Date().toISOString(),
    reply_to: answering?.id ?? null,
    state: "sending",
    text: "",
    ...extra,
  };
  replyTo(null);
  pending.push(one);
  drawLines();
  log.scrollTop = log.scrollHeight;
  drain();
}

let busy = false;
async function drain() {
  if (busy) return;
  busy = true;
  for (;;) {
    const one = pending.find((each) => each.state === "sending" || each.state === "waiting" || each.state === "slowly");
    if (!one) break;
    const outcome = await ask(...request(one));
    if (outcome.end === "later") {
      one.state = outcome.why ?? "waiting";
      drawLines();
      await new Promise((done) => setTimeout(done, outcome.seconds * 1000));
      continue;
    }
    const said = outcome.told;
    if (outcome.end === "done" && said.outcome === "done") {
      one.state = "desk_on_its_way";
      // Its line comes by the stream and takes its place; should the stream be away, it is not shown for ever.
      setTimeout(() => drop(one), 15_000);
    } else {
      one.state = "no";
      const whys = { taken: () => words("desk_with", { therapist: said.by }), gone: () => words("desk_gone") };
      one.why = whys[said?.outcome]?.() ?? (outcome.why ? words(outcome.why) : undefined);
    }
    drawLines();
  }
  busy = false;
}

function request(one) {
  if (!one.file) {
    const { act, conversation, text, reply_to } = one;
    return ["/desk/say", { act, conversation, text, reply_to }];
  }
  const form = new FormData();
  form.append("act", one.act);
  form.append("conversation", one.conversation);
  if (one.reply_to !== null) form.append("reply_to", one.reply_to);
  form.append("file", one.file, one.file.name);
  return ["/desk/send", form];
}

function again(one) {
  one.state = "sending";
  one.why = undefined;
  drawLines();
  drain();
}

function drop(one) {
  pending = pending.filter((each) => each !== one);
  drawLines();
}

function replyTo(line) {
  answering = line;
  $("answering").hidden = !line;
  if (!line) return;
  $("answering").querySelector("p").textContent = `${words("replying")}\u00a0: ${line.text || line.media?.name || ""}`;
  box.focus();
}

function write() {
  const text = box.value.trim();
  if (!text) return;
  if ([...text].length > limit) return notice(words("too_long"));
  send({ text });
  box.value = "";
  grow();
}

function notice(text) {
  $("notice").textContent = text;
  clearTimeout(notice.gone);
  if (text) notice.gone = setTimeout(() => { $("notice").textContent = ""; }, 8000);
}

$("take").addEventListener("click", () => act("take_over"));
$("decline").addEventListener("click", () => act("decline"));
$("release").addEventListener("click", () => $("sure").showModal());
$("no").addEventListener("click", () => $("sure").close());
$("yes").addEventListener("click", () => {
  $("sure").close();
  act("release");
});
$("back").addEventListener("click", () => show(""));
$("answering").querySelector("button").addEventListener("click", () => replyTo(null));
$("write").addEventListener("submit", (event) => {
  event.preventDefault();
  write();
});
log.addEventListener(
  "load",
  () => {
    if (log.scrollHeight - log.scrollTop - log.clientHeight < 480) log.scrollTop = log.scrollHeight;
  },
  true, // a photo has found its height
);
$("attach").addEventListener("click", () => $("chosen").click());
$("chosen").addEventListener("change", () => {
  const file = $("chosen").files[0];
  $("chosen").value = "";
  if (!file) return;
  if (file.size > FILE_LIMIT) return notice(words("file_too_big"));
  send({ file, kind: file.type.startsWith("image/") ? "photo" : file.type.startsWith("audio/") ? "voice" : "document" });
});
const grow = growing(box, write);

addEventListener("hashchange", () => location.hash.slice(1) !== open && show(location.hash.slice(1)));
addEventListener("beforeunload", (event) => pending.some((one) => one.state !== "desk_on_its_way") && event.preventDefault());
// What is not looked at is not read: a hidden page leaves the messages unread.
document.addEventListener("visibilitychange", () => hearing.open());
setInterval(drawList, 30_000);

// --- what the server says ---

const hearing = keepHearing({
  address: () => `/desk/stream?conversation=${document.hidden ? "" : encodeURIComponent(open)}`,
  hear: {
    cards: (list) => {
      cards = list;
      // What is over is closed: should it begin again, it waits in the list like any other.
      if (open && !card()) show("");
      else draw();
    },
    lines: ({ conversation, lines: changed }) => {
      if (conversation !== open) return;
      for (const line of changed) {
        const fresh = !lines.has(line.id);
        lines.set(line.id, line);
        if (!fresh) continue;
        const its = pending.find((one) => one.state !== "no" && line.author === me && one.text === line.text);
        if (its) pending = pending.filter((one) => one !== its);
      }
      drawLines();
      setTimeout(() => log.setAttribute("aria-live", "polite"), 500);
    },
    signed_out: () => location.replace("/desk"),
  },
  lost: () => ($("notice").textContent = words("reconnecting")),
  back: () => notice(words("reconnected")),
});
