// The person's page. Messages come from the server and are kept by their id; the person's own are kept here, in this tab.

import {
  ask, author, element, fate, growing, keepHearing, locale, media, newId, nowAndThen, passing, place, settleDays, within,
  words, written,
} from "./live.js";

import * as kept from "./plan.js";
import { stored } from "./stored.js";

const FILE_LIMIT = 10 * 1024 * 1024;
const FILE_TRIES = 2;
const OWN = "passerelle.own";
const DRAFT = "passerelle.draft";
const TALK = "passerelle.talk";
const tab = stored("sessionStorage");
const limit = Number(document.body.dataset.limit);
const numbers = JSON.parse(document.body.dataset.numbers);
const $ = (id) => document.getElementById(id);
const log = $("log");
const box = $("box");

let human = document.body.dataset.human;
let spoken = document.body.dataset.spoken;
let known = Boolean(spoken);
const returning = known;
let own = JSON.parse(tab.getItem(OWN) ?? "[]");
let answering = null;
const country = document.body.dataset.country;
let talk = tab.getItem(TALK) ?? ""; // which conversation is on this page
let busy = false;
let refused = false; // the browser keeps no cookie, so nobody can be known by one
let erased = false;
let seen = 0; // the last id of the server's messages
let over = 0; // what was asked up to here is no question any more: a human has come since
const shown = new Map(); // id of a message of the server -> the message
const replaced = new Map(); // id of an edit -> id of the message it stands in
const rows = new Map(); // key -> its element, in the order of the log
const files = new Map(); // id of an own message -> its file, as long as this page lives

// --- what is on the page ---

const keep = () => tab.setItem(OWN, JSON.stringify(own));
const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 120;

// Following: what comes is brought into view, until the person scrolls back to read.
let following = true;
let placedAt = 0;
let anchor = null; // the first row of what has just come: its beginning stays in sight
let lastCame = 0;

function scrollTo(top) {
  log.scrollTop = top;
  placedAt = log.scrollTop;
}

function toEnd() {
  following = true;
  anchor = null;
  offerNewer(false);
  scrollTo(log.scrollHeight);
}

function offerNewer(offered) {
  $("newer").hidden = !offered;
  $("newer").classList.remove("reached");
}

function follow() {
  scrollTo(anchor?.isConnected ? Math.min(log.scrollHeight, anchor.offsetTop - log.offsetTop - 12) : log.scrollHeight);
  offerNewer(!atEnd());
}

function put(key, order, made) {
  const old = rows.get(key);
  rows.set(key, made);
  made.dataset.order = order;
  if (old) old.replaceWith(made);
  else place(log, made, order);
}

// Own messages stand after the last message of the server seen when they were written.
const order = (after, nth) => `${String(after).padStart(15, "0")}.${String(nth).padStart(6, "0")}`;

function drawShown(message) {
  const name = message.author || words("author_program");
  const body = element("div", { className: "words" });
  if (message.reply_to) body.append(quote(message.reply_to));
  if (message.media) {
    const { kind, name: file, mime } = message.media;
    body.append(media(kind, file, mime, `/chat/file/${message.id}`, name));
  }
  if (message.text) body.append(written(message.text, message.author ? {} : numbers));
  const row = element(
    "div",
    { className: `message ${message.author ? "human" : "program"}`, id: `m${message.id}` },
    author(name, message.at),
    body,
    element("div", { className: "under" }),
  );
  if (message.changed) row.append(element("p", { className: "after", textContent: words("edited") }));
  put(`s${message.id}`, order(message.id, 0), row);
}

function drawOwn(one) {
  const body = element("div", { className: "words" });
  if (one.reply_to) body.append(quote(one.reply_to));
  if (one.kind === "send") {
    const file = files.get(one.id);
    body.append(media(one.media, one.name, one.mime, file && URL.createObjectURL(file), words("you")));
  }
  if (one.text) body.append(element("span", { className: "said", textContent: one.text }));
  const row = element("div", { className: "message own", tabIndex: -1 }, author(words("you"), one.at), body, fateOf(one));
  put(one.id, order(one.after, one.nth), row);
}

function fateOf(one) {
  const after = fate();
  if (one.state === "no") {
    after.append(one.why ? words(one.why) : words("not_sent"), " ");
    if (one.kind !== "send" || files.has(one.id)) {
      after.append(element("button", { type: "button", textContent: words("try_again"), onclick: () => retry(one) }));
    }
  } else {
    after.textContent = words({ sending: "sending", waiting: "waiting", slowly: "slowly", sent: "sent" }[one.state]);
  }
  return after;
}

function quote(id) {
  const mine = own.find((one) => one.id === id);
  const theirs = shown.get(Number(id));
  const text = mine?.text || mine?.name || theirs?.text || "";
  return element("span", { className: "quote" }, text ? `${text.slice(0, 120)}${text.length > 120 ? "…" : ""}` : "…");
}

// What depends on the neighbours: days, repeated names, which buttons are still a question.
function settle() {
  settleDays(log);
  // "Sent" is said once, under the last one.
  const sent = own.filter((one) => one.state === "sent");
  for (const one of sent) rows.get(one.id)?.querySelector(".after").toggleAttribute("hidden", one !== sent.at(-1));
  const asking = [...shown.values()].filter((message) => message.buttons.some((button) => button.press));
  for (const message of shown.values()) drawButtons(message, asking);
}

function drawButtons(message, asking) {
  const under = rows.get(`s${message.id}`).querySelector(".under");
  const tapped = own.find((one) => one.kind === "tap" && one.question === message.id);
  const acted = own.some((one) => one.after >= message.id);
  const since = asking.length - 1 - asking.indexOf(message);
  const open = !human && !tapped && message.id > over && (since === 0 || (since === 1 && !acted));
  const state = JSON.stringify([open, tapped?.text, human]);
  if (under.dataset.state === state) return;
  under.dataset.state = state;
  under.replaceChildren();
  const choices = element("div", { className: "choices" });
  const past = element("p", { className: "past" });
  for (const button of message.buttons) {
    if (button.url) {
      choices.append(
        element("a", { className: "plain", href: button.url, target: "_blank", rel: "noopener", textContent: button.label }),
      );
    } else if (open) {
      choices.append(
        element("button", { type: "button", className: "plain", textContent: button.label, onclick: (e) => tap(message, button, e) }),
      );
    } else {
      if (past.childNodes.length) past.append(" · ");
      const its = tapped?.press === button.press;
      past.append(element(its ? "b" : "span", {}, button.label));
      if (its) past.append(element("span", { className: "unseen", textContent: ` (${words("chosen")})` }));
    }
  }
  if (choices.childNodes.length) under.append(choices);
  if (past.childNodes.length) under.append(past);
  if (human && message.author) {
    const answer = element("button", { type: "button", textContent: words("reply"), onclick: () => replyTo(message) });
    under.append(element("p", { className: "after" }, answer));
  }
}

// --- what the server says ---

function takeMessages(messages) {
  const opening = seen === 0;
  let fresh = null;
  let plan = null; // the last word on it: one that was erased before must not take away the one that is kept now
  for (const message of messages) {
    if (message.id <= seen) continue;
    seen = message.id;
    if (message.author) {
      over = message.id;
      writes("");
    }
    if (message.plan !== null) plan = message.plan ? message.text : "";
    const before = shown.get(replaced.get(message.edits) ?? message.edits);
    if (before) {
      replaced.set(message.id, before.id);
      Object.assign(before, { text: message.text, buttons: message.buttons, changed: true });
      drawShown(before);
    } else {
      shown.set(message.id, message);
      drawShown(message);
      fresh ??= rows.get(`s${message.id}`);
      // After a reload one's own answers stand there before what they answer.
      for (const one of own) if (Number(one.reply_to) === message.id) drawOwn(one);
    }
  }
  if (plan !== null) planned(plan);
  settle();
  if (!fresh) return;
  if (Date.now() - lastCame > 4000 || !anchor?.isConnected) anchor = opening && returning ? null : fresh;
  lastCame = Date.now();
  if (following) follow();
  else offerNewer(true);
}

const writes = passing($("writing"));

function takeState(state) {
  // From here on, what comes is read aloud. What was there when the page opened is not.
  setTimeout(() => log.setAttribute("aria-live", "polite"), 500);
  if (known && !state.known) {
    known = false;
    erased = true;
    return forget();
  }
  known = state.known;
  if (talk && state.talk && talk !== state.talk) {
    // Erased: what follows, the goodbye first, is another conversation.
    forget();
    hearing.open();
  }
  talk = state.talk;
  tab.setItem(TALK, talk);
  if (state.known && state.country !== country) {
    // The numbers in the panel are those of where the person is.
    location.replace("/");
    return;
  }
  if (spoken && state.locale && state.locale !== spoken) {
    // The conversation has changed language: the page, and the voice that reads it, follow.
    location.replace("/");
    return;
  }
  spoken = state.locale || spoken;
  if (spoken) log.lang = spoken;
  if (state.human !== human) {
    human = state.human;
    if (human) over = seen;
    owned();
    settle();
  }
}

function owned() {
  const owner = $("owner");
  const text = human ? words("with_human", { therapist: human }) : words("program");
  if (owner.textContent !== text) owner.textContent = text;
  owner.classList.toggle("person", Boolean(human));
  writes("");
  for (const button of document.querySelectorAll(".of-program")) button.hidden = Boolean(human);
  for (const part of document.querySelectorAll(".of-human")) part.hidden = !human;
  $("tell").hidden = !human;
  $("tell").textContent = words("urgent_tell", { therapist: human });
  if (!human) replyTo(null);
}

function forget() {
  own = [];
  talk = "";
  keep();
  tab.removeItem(DRAFT);
  tab.removeItem(TALK);
  planned("");
  shown.clear();
  replaced.clear();
  seen = 0;
  over = 0;
  rows.clear();
  files.clear();
  log.replaceChildren(element("p", { className: "aside", textContent: words("erased") }));
  spoken = "";
  human = "";
  owned();
}

// --- what the person does ---

function add(one) {
  if (erased) {
    // After an erasure, the first word is a new beginning.
    erased = false;
    log.replaceChildren();
    beThere();
  }
  const mine = { id: newId(), at: new Date().toISOString(), after: seen, nth: own.length + 1, state: "sending", ...one };
  own.push(mine);
  keep();
  drawOwn(mine);
  rows.get(mine.id).classList.add("rising");
  settle();
  toEnd();
  drain();
  return mine;
}

function say(text, extra = {}) {
  return add({ kind: "say", text, ...extra });
}

function tap(message, button, event) {
  const mine = add({ kind: "tap", text: button.label, press: button.press, question: message.id });
  // The button is gone: who came by keyboard or screen reader goes on from the answer.
  if (event.detail === 0) rows.get(mine.id).focus({ preventScroll: true });
}

function sendFile(file) {
  if (file.size > FILE_LIMIT) return notice(words("file_too_big"));
  const mime = file.type.split(";")[0];
  const kind = mime.startsWith("image/") ? "photo" : mime.startsWith("audio/") ? "voice" : "document";
  const id = newId();
  files.set(id, file);
  add({ id, kind: "send", media: kind, name: file.name ?? "", mime, text: "", reply_to: takeReply() });
}

function retry(one) {
  Object.assign(one, { state: "sending", why: undefined, lost: 0 });
  change(one);
  drain();
}

function change(one) {
  keep();
  rows.get(one.id).querySelector(".after").replaceWith(fateOf(one));
  settle();
}

// One at a time and in order, each with its id, so that a second try is no second message.
let later;
async function drain() {
  if (refused) return beThere();
  if (busy || !known) return;
  busy = true;
  clearTimeout(later);
  for (;;) {
    const one = own.find((mine) => mine.state !== "sent" && mine.state !== "no");
    if (!one) break;
    const outcome = await deliver(one);
    if (!own.includes(one)) continue;
    if (outcome.end === "later" && !tooOften(one, outcome)) {
      if (one.state === "sending" || outcome.why) one.state = outcome.why ?? "waiting";
      change(one);
      later = setTimeout(drain, outcome.seconds * 1000);
      break;
    }
    if (outcome.status === 401) {
      known = false;
      beThere();
      break;
    }
    one.state = outcome.end === "done" ? "sent" : "no";
    one.why = ["too_long", "file_too_big", "file_not_now"].includes(outcome.why) ? outcome.why : undefined;
    change(one);
  }
  busy = false;
}

// A file that this line cannot carry must not hold back the words behind it. No try counts while there is no line at all.
function tooOften(one, outcome) {
  if (one.kind === "send" && outcome.lost && navigator.onLine) one.lost = (one.lost ?? 0) + 1;
  return one.lost >= FILE_TRIES;
}

function deliver(one) {
  if (one.kind === "say") return ask("/chat/say", { id: one.id, text: one.text, reply_to: one.reply_to ?? null });
  if (one.kind === "tap") return ask("/chat/tap", { id: one.id, press: one.press });
  if (!files.has(one.id)) return { end: "no" }; // the page was reloaded before it left
  const form = new FormData();
  form.append("id", one.id);
  if (one.reply_to) form.append("reply_to", one.reply_to);
  form.append("file", files.get(one.id), one.name || one.media);
  return ask("/chat/send", form);
}

async function beThere() {
  if (refused) notice("");
  refused = false;
  let unknown = 0;
  for (;;) {
    const outcome = await ask("/chat/arrive", { lang: locale });
    if (outcome.end === "done") {
      known = outcome.told.known;
      if (known) break;
      // A cookie came with the page, and another with this answer.
      unknown += 1;
      if (unknown === 2) return refuse();
      continue;
    }
    await new Promise((done) => setTimeout(done, 2500));
    if (!known && !$("notice").textContent) $("notice").textContent = words("reconnecting");
  }
  if ($("notice").textContent === words("reconnecting")) notice(words("reconnected"));
  listen();
  drain();
}

function refuse() {
  refused = true;
  for (const one of own.filter((mine) => mine.state !== "sent" && mine.state !== "no")) {
    Object.assign(one, { state: "no", why: "cookies" });
    change(one);
  }
  notice("");
  $("notice").textContent = words("cookies");
}

function notice(text) {
  $("notice").textContent = text;
  clearTimeout(notice.gone);
  if (text) notice.gone = setTimeout(() => { $("notice").textContent = ""; }, 5000);
}

function write() {
  const text = box.value.trim();
  if (!text) return;
  if ([...text].length > limit) return notice(words("too_long"));
  say(text, { reply_to: takeReply() });
  box.value = "";
  tab.removeItem(DRAFT);
  grow();
  box.focus();
}

function replyTo(message) {
  answering = message;
  $("answering").hidden = !message;
  if (!message) return;
  $("answering").querySelector("p").textContent = `${words("replying")}\u00a0: ${message.text || words("document")}`;
  box.focus();
}

function takeReply() {
  const id = answering ? String(answering.id) : undefined;
  replyTo(null);
  return id;
}

// --- urgent help: opens from the page itself, with or without a connection ---

let lastUrgent = 0;
$("urgent").addEventListener("click", () => {
  $("lines").showModal();
  if (human || Date.now() - lastUrgent < 30_000) return;
  lastUrgent = Date.now();
  say(words("urgent"));
});
$("close").addEventListener("click", () => $("lines").close());
$("lines").addEventListener("click", (event) => event.target === $("lines") && $("lines").close());
$("tell").addEventListener("click", () => {
  $("lines").close();
  say(words("urgent"));
});

// --- the safety plan: readable here whatever becomes of the connection ---

function planned(text) {
  if (text) kept.seen(text);
  else kept.forget();
  drawPlan();
}

function drawPlan() {
  $("plan").hidden = !kept.plan();
  $("plan").querySelector("p").textContent = kept.plan();
  $("keep-plan").hidden = kept.isKept() || !kept.canKeep;
  $("plan").querySelector(".small").hidden = !kept.canKeep;
  $("drop-plan").hidden = !kept.isKept();
}
$("keep-plan").addEventListener("click", () => {
  kept.keep();
  drawPlan();
});
$("drop-plan").addEventListener("click", () => {
  kept.drop();
  drawPlan();
});
drawPlan();
if (kept.isKept()) kept.haveItsPage();

// --- leaving at once, for whoever is not alone in front of the screen ---

$("leave").addEventListener("click", () => {
  document.documentElement.hidden = true;
  for (const name of [OWN, DRAFT, TALK]) tab.removeItem(name);
  // A page like any other, in the place of this one: the way back does not lead here.
  location.replace("https://www.wikipedia.org/");
});

// --- the bar, the box ---

for (const button of document.querySelectorAll("[data-say]")) {
  button.addEventListener("click", () => say(button.textContent));
}
$("language").addEventListener("click", () => {
  // To a therapist it would be a stray word; then only the page changes.
  if (human || !known) location.href = `/?lang=${$("language").dataset.other}`;
  else say(words("other_language"));
});
const grow = growing(box, write);
$("write").addEventListener("submit", (event) => {
  event.preventDefault();
  write();
});
const writing = nowAndThen(() => human && box.value && navigator.sendBeacon("/chat/typing"));
box.addEventListener("input", () => {
  tab.setItem(DRAFT, box.value);
  writing();
});
$("answering").querySelector("button").addEventListener("click", () => replyTo(null));
$("newer").addEventListener("click", toEnd);
log.addEventListener(
  "scroll",
  () => {
    if (Math.abs(log.scrollTop - placedAt) < 4) return;
    following = atEnd();
    if (!following) return;
    // They have scrolled here themselves: nothing may move now, what they came for is under their finger.
    anchor = null;
    $("newer").classList.add("reached");
  },
  { passive: true },
);
log.addEventListener("load", () => following && follow(), true); // a photo has found its height
new ResizeObserver(() => following && follow()).observe(log);

// --- files and voice, to a therapist only ---

$("attach").addEventListener("click", () => $("chosen").click());
$("chosen").addEventListener("change", () => {
  if ($("chosen").files[0]) sendFile($("chosen").files[0]);
  $("chosen").value = "";
});

let recorder = null;
$("record").addEventListener("click", async () => {
  let sound;
  try {
    sound = await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch {
    notice(words("record_refused"));
    $("chosen").accept = "audio/*";
    $("chosen").click();
    $("chosen").accept = "";
    return;
  }
  const type = ["audio/ogg;codecs=opus", "audio/mp4", "audio/webm;codecs=opus"].find((one) => MediaRecorder.isTypeSupported(one));
  const parts = [];
  const started = Date.now();
  const tick = () => ($("seconds").textContent = `${Math.floor((Date.now() - started) / 1000)}\u00a0s`);
  const ticking = setInterval(tick, 1000);
  tick();
  recorder = new MediaRecorder(sound, type ? { mimeType: type, audioBitsPerSecond: 32_000 } : {});
  recorder.ondataavailable = (event) => parts.push(event.data);
  recorder.onstop = () => {
    clearInterval(ticking);
    for (const track of sound.getTracks()) track.stop();
    $("voice").hidden = true;
    $("record").disabled = false;
    if (recorder.wanted) sendFile(new Blob(parts, { type: recorder.mimeType }));
    recorder = null;
    box.focus();
  };
  recorder.start();
  $("voice").hidden = false;
  $("record").disabled = true;
  $("keep").focus();
});
$("keep").addEventListener("click", () => {
  recorder.wanted = true;
  recorder.stop();
});
$("throw").addEventListener("click", () => recorder.stop());

// --- begin ---

for (const one of own) {
  if (one.state === "waiting" || one.state === "slowly") one.state = "sending";
  drawOwn(one);
}
box.value = tab.getItem(DRAFT) ?? "";
grow();
owned();
settle();
toEnd();
if (!known) log.setAttribute("aria-live", "polite");

let hearing = null;

async function catchUp() {
  try {
    const answer = await fetch(`/chat/messages?after=${seen}`, { signal: within(10) });
    if (!answer.ok) return;
    const { messages, state } = await answer.json();
    takeState(state);
    takeMessages(messages);
  } catch {
    // Still away; the stream says so and tries again.
  }
}

function listen() {
  if (hearing) return hearing.open();
  hearing = keepHearing({
    address: () => `/chat/stream?after=${seen}`,
    hear: { messages: takeMessages, state: takeState, writing: () => writes(human && words("writing", { therapist: human })) },
    lost: () => ($("notice").textContent = words("reconnecting")),
    back: () => {
      notice(words("reconnected"));
      drain();
    },
    between: catchUp,
  });
}

beThere();
