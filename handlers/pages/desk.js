// The desk: the list and one open conversation, both live. Everything asked carries an id, so that asking twice does it once.

import { alongside } from "./bell.js";
import {
  ago, ask, author, element, fate, growing, keepHearing, media, newId, nowAndThen, passing, place, settleDays, words, written,
} from "./live.js";

const FILE_LIMIT = 10 * 1024 * 1024;
const TRIES = 2; // of a file, before what comes after it goes first
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
let was = ""; // how the open conversation stood when it was last drawn
let goesOn = false; // whoever took it goes on by writing, once it is theirs
let unseen = 0; // messages of the person that were new when this conversation was opened
let firstNew = null; // the line from which on they are
const drafts = new Map(); // conversation -> words not yet sent
const notes = new Map(); // conversation -> a private note not yet sent
let fileFor = {}; // what was open when a file began to be chosen: a place to send it to

const card = () => cards.find((one) => one.conversation === open);
const mine = (one) => ["yours", "settling", "lent"].includes(one?.standing);
const readable = (one) => mine(one) || one?.read_along;
const asked = (one) => one?.stand_in || one?.passed;
const waits = (one) => ["waiting", "offered", "noticed", "noted"].includes(one?.standing) || asked(one);

// --- the list ---

function drawList() {
  const list = $("list");
  const focused = document.activeElement?.dataset?.conversation;
  list.replaceChildren();
  const groups = [
    ["desk_waiting", cards.filter(waits)],
    ["desk_yours", cards.filter(mine)],
    ["desk_others", cards.filter((one) => one.standing === "theirs" && !asked(one))],
  ];
  for (const [name, members] of groups) {
    if (!members.length && name !== "desk_waiting") continue;
    list.append(element("h2", { textContent: words(name) }));
    if (!members.length) list.append(element("p", { textContent: words("desk_nobody") }));
    for (const one of members) list.append(drawCard(one));
  }
  if (focused) list.querySelector(`[data-conversation="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  // A number, and never a word of anybody: titles are read over shoulders.
  const news = cards.reduce((sum, one) => sum + Math.max(one.unread, waits(one) && one.standing !== "noted" ? 1 : 0), 0);
  document.title = news ? `(${news}) ${words("desk")}` : words("desk");
}

function drawCard(one) {
  const tags = element("p", { className: "tags" });
  if (one.alert) tags.append(element("b", { className: "alarm", textContent: one.alert.title }));
  else if (one.urgent) tags.append(element("b", { className: "alarm", textContent: words("desk_urgent") }));
  if (one.standing === "offered") tags.append(element("b", { textContent: words("desk_offered") }));
  if (one.unread) tags.append(element("b", { textContent: words("desk_unread", { count: one.unread }) }));
  if (one.led) tags.append(element("b", { textContent: words("desk_led", { exercise: one.led }) }));
  if (one.passed) tags.append(element("b", { textContent: words("desk_passed", { therapist: one.owner }) }));
  else if (one.standing === "theirs") tags.append(element("b", { textContent: one.owner }));
  for (const text of facts(one)) tags.append(element("span", { textContent: text }));
  const made = element("button", { type: "button", className: "card", onclick: () => show(one.conversation) }, tags);
  if (one.standing !== "theirs" || asked(one)) {
    const nothing = { noticed: "desk_still_open", noted: "desk_noted" }[one.standing] ?? "desk_no_words";
    const glimpse = one.shared || one.alert?.reason || words(nothing);
    made.append(element("p", { className: "glimpse", textContent: glimpse }));
  }
  made.classList.toggle("urgent-one", one.urgent || Boolean(one.alert));
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
  // What is asked in a dialog is asked of the conversation below it.
  if (conversation !== open) for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  if (box.value) drafts.set(open, box.value);
  else drafts.delete(open);
  if (location.hash.slice(1) !== conversation) location.hash = conversation;
  open = conversation;
  lines = new Map();
  [unseen, firstNew] = [card()?.unread ?? 0, null];
  [was, goesOn] = [card()?.standing ?? "", false];
  rows.clear();
  log.replaceChildren();
  log.setAttribute("aria-live", "off");
  replyTo(null);
  writes("");
  box.value = drafts.get(open) ?? "";
  grow();
  notice("");
  draw();
  hearing.open();
  if (open && card()) (waits(card()) ? $("take") : box).focus({ preventScroll: true });
}

// Whoever was in a conversation that is over is led back to the list.
function over() {
  const inside = document.activeElement?.closest("#open, dialog");
  show("");
  if (inside) ($("list").querySelector(".card") ?? $("list")).focus({ preventScroll: true });
}

// --- the conversation ---

const writes = passing($("person-writes"));

function draw() {
  const focused = document.activeElement; // what is hidden below loses it
  drawList();
  const one = card();
  document.body.classList.toggle("reading", Boolean(one));
  $("empty").hidden = Boolean(one);
  $("open").hidden = !one;
  // What is no longer ours to read does not stay on the page; what stands between colleagues does.
  if (!readable(one)) lines = new Map([...lines].filter(([, line]) => between(line)));
  drawLines();
  if (!one) return;
  $("title").textContent = facts(one).join(" · ");
  const standing = {
    settling: words("desk_settling"),
    lent: words("desk_led", { exercise: one.led }),
    yours: one.asked ? words("desk_asked", { colleague: one.asked }) : words("desk_is_yours"),
    theirs: words(one.passed ? "desk_passed" : "desk_with", { therapist: one.owner }),
  }[one.standing] ?? (one.standing === "offered" ? words("desk_offered") : "");
  if ($("standing").textContent !== standing) $("standing").textContent = standing;
  $("standing").classList.toggle("good", one.standing === "yours");
  $("take").hidden = !waits(one);
  $("decline").hidden = one.standing !== "offered" && !one.passed;
  const lent = one.standing === "lent";
  $("floor").hidden = !lent;
  $("release").hidden = one.standing !== "yours";
  for (const id of ["prescribe", "pass", "page", "close"]) $(id).hidden = one.standing !== "yours";
  for (const id of ["answers", "bookings"]) $(id).hidden = one.standing !== "yours" && !lent;
  $("planned").hidden = !one.planned;
  if (one.planned) $("planned").querySelector("p").textContent = words("desk_planned", one.planned);
  $("answers").href = `/desk/answers/${one.conversation}`;
  $("bookings").href = `/desk/bookings?conversation=${one.conversation}`;
  $("close-alert").hidden = !one.alert || ["theirs", "settling"].includes(one.standing);
  $("along").hidden = !one.read_along;
  drawAlert(one);
  $("person-writes").hidden = !mine(one);
  $("write").hidden = one.standing === "theirs" && !asked(one);
  $("hint").textContent = waits(one) ? words("desk_write_takes") : lent ? words("desk_led_back") : "";
  const nothing = !one.shared && !one.brief.length;
  const away = (one.standing === "theirs" && !asked(one)) || one.standing === "noted";
  $("shared").hidden = away || ((mine(one) || one.alert) && nothing);
  $("shared").querySelector("p").textContent = one.shared || words("desk_no_words");
  $("shared").querySelector("ul").replaceChildren(...one.brief.map((line) => element("li", { textContent: line })));
  // Whoever has just taken it goes on by writing; whoever does something else, or gets it back unasked, is left there.
  if (one.standing !== was) {
    goesOn = goesOn || (one.standing === "settling" && was !== "lent") || [$("take"), $("floor")].includes(focused);
    if (one.standing === "yours" && goesOn) box.focus({ preventScroll: true });
    if (one.standing !== "settling") goesOn = false;
    was = one.standing;
  }
}

// What was noticed is said once by a screen reader, when it changes; the mark is a word, not only a colour.
function drawAlert(one) {
  const alert = $("alert");
  const told = JSON.stringify(one.alert);
  if (alert.dataset.told === told) return;
  alert.dataset.told = told;
  alert.hidden = !one.alert;
  if (!one.alert) return;
  const { title, reason, signs } = one.alert;
  alert.querySelector("h3").textContent = title;
  alert.querySelector("p").textContent = reason ? words("desk_alert_words", { reason }) : words("desk_alert_no_words");
  alert.querySelector("ul").replaceChildren(...signs.map((sign) => element("li", { textContent: sign })));
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
  if (firstNew !== null) rows.get(`l${firstNew}`)?.classList.add("first-new");
  if (follow) log.scrollTop = log.scrollHeight;
}

function put(key, order, line, make) {
  const { delivered, failed, state, why, lost, ...said } = line;
  const [words, fares] = [JSON.stringify(said), JSON.stringify([delivered, failed, state, why, lost])];
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

const between = (line) => ["note", "passed", "declined", "unanswered"].includes(line.kind);
const happenings = {
  took_over: (values) => words("desk_took_over", values),
  passed: (values) => words("desk_line_passed", values),
  declined: (values) => words("desk_line_declined", values),
  unanswered: (values) => words("desk_line_unanswered", values),
  over: () => words("desk_line_over"),
  not_now: () => words("desk_line_not_now"),
  left: () => words("desk_line_left"),
};

function drawLine(line) {
  if (line.kind in happenings) {
    const textContent = happenings[line.kind]({ therapist: line.author, colleague: line.to });
    return element("div", { className: "message event" }, author("", line.at), element("span", { className: "words", textContent }), fate());
  }
  if (line.kind === "note") {
    const name = words("desk_line_note", { therapist: line.author, colleague: line.to });
    const side = line.author === me ? "ours" : "";
    return element("div", { className: `message between ${side}` }, author(name, line.at), element("div", { className: "words" }, written(line.text)), fate());
  }
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
  for (const id of line.text_id.split(" ").filter(Boolean)) {
    after.append(" ", element("code", { textContent: id, title: words("desk_text_id", { id }) }));
  }
  if (line.author === "person") {
    after.append(" ", element("button", { type: "button", textContent: words("reply"), onclick: () => replyTo(line) }));
  }
  const side = { person: "person", bot: "program" }[line.author] ?? "ours";
  const made = element("div", { className: `message ${side}` }, author(nameOf(line), line.at), body, after);
  made.dataset.new = words("desk_new");
  return made;
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

// Not found is the session: of a conversation that is no more the outcome says so.
async function tell(address, body) {
  const outcome = await ask(address, body);
  if (outcome.status === 404) signedOut();
  return outcome;
}

function signedOut() {
  bell.ended();
  location.replace("/desk");
}

async function act(what, more = {}) {
  const conversation = open;
  const id = newId();
  for (;;) {
    const outcome = await tell("/desk/act", { act: id, conversation, do: what, ...more });
    if (outcome.end === "later") {
      await new Promise((done) => setTimeout(done, outcome.seconds * 1000));
      continue;
    }
    if (outcome.status === 404) return false;
    if (outcome.end === "no") return told({ outcome: "gone", why: outcome.why });
    return told(outcome.told);
  }
}

function told({ outcome, by, why }) {
  if (outcome === "taken") notice(words("desk_with", { therapist: by }));
  if (outcome === "still_open") notice(words("desk_close_alert_first"));
  if (outcome === "gone") notice(words(why ?? "desk_gone"));
  return outcome === "done";
}

const here = () => ({ conversation: open, reply_to: answering?.id ?? null });

function send(extra) {
  const one = {
    act: newId(),
    ...here(),
    at: new Date().toISOString(),
    state: "sending",
    lost: 0, // requests in a row without an answer
    text: "",
    ...extra,
  };
  if (one.conversation === open) replyTo(null);
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
    const outcome = await tell(...request(one));
    one.lost = outcome.lost && navigator.onLine ? one.lost + 1 : 0;
    // A photo that this connection does not carry must not hold up the words after it for ever.
    if (outcome.end === "later" && !(one.file && one.lost >= TRIES)) {
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
  if (!one.lost) one.act = newId(); // the server knows the old one, as refused
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
$("floor").addEventListener("click", () => act("take_over"));
$("decline").addEventListener("click", () => act("decline"));
// What is not easily undone is asked once more.
let meant = "";
function sure(what, question, answer) {
  meant = what;
  $("sure-text").textContent = words(question);
  $("yes").textContent = words(answer);
  $("sure").showModal();
}
$("release").addEventListener("click", () => sure("release", "desk_release_sure", "desk_release_yes"));
$("close").addEventListener("click", () => sure("close", "desk_close_sure", "desk_close_yes"));
$("close-alert").addEventListener("click", () => sure("close_alert", "desk_close_alert_sure", "desk_close_alert_yes"));
$("no").addEventListener("click", () => $("sure").close());
$("yes").addEventListener("click", () => {
  $("sure").close();
  act(meant);
});
$("back").addEventListener("click", () => show(""));

// --- what the program is let lead, now or at an hour of the clinic's clock ---

$("prescribe").addEventListener("click", async () => {
  const known = await fetched("/desk/led");
  if (!known) return;
  const group = (name, questionnaire) => element("optgroup", { label: words(name) },
    ...known.led.filter((one) => one.questionnaire === questionnaire)
      .map(({ flow, label }) => element("option", { value: flow, textContent: label })));
  $("led").replaceChildren(group("desk_prescribe_exercises", false), group("desk_prescribe_questionnaires", true));
  $("hour-label").textContent = words("desk_prescribe_hour", { now: known.now.slice(-5) });
  $("hour").min = known.now;
  $("hour").value = nextHour(known.now);
  $("now").checked = true;
  drawWhen();
  $("prescribing").showModal();
});

// "2026-11-26T14:10" -> "2026-11-26T15:00", by that clock and not by this browser's.
function nextHour(now) {
  const hour = new Date(`${now}:00Z`);
  hour.setUTCMinutes(60);
  return hour.toISOString().slice(0, 16);
}

function drawWhen() {
  $("at").hidden = !$("later").checked;
  $("hour").disabled = !$("later").checked;
  $("hour").required = $("later").checked;
}
for (const id of ["now", "later"]) $(id).addEventListener("change", drawWhen);
$("prescribe-no").addEventListener("click", () => $("prescribing").close());
$("prescription").addEventListener("submit", (event) => {
  event.preventDefault();
  $("prescribing").close();
  act("prescribe", { flow: $("led").value, hour: $("later").checked ? $("hour").value : "" });
});
$("call-off").addEventListener("click", () => act("call_off"));

// --- colleagues, pages, sentences of one's own ---

// null when it could not be had, or when another conversation has been opened meanwhile.
async function fetched(address) {
  const conversation = open;
  try {
    const answer = await fetch(address);
    if (answer.status === 404) return signedOut();
    const told = answer.ok && await answer.json();
    if (conversation !== open) return null;
    if (told) return told;
  } catch {
    // told below
  }
  notice(words("reconnecting"));
  return null;
}

function choose(select, options) {
  select.replaceChildren(...options.map(([value, textContent]) => element("option", { value, textContent })));
}

async function address(dialog, select) {
  const known = await fetched("/desk/colleagues");
  if (!known) return;
  if (!known.peers.length) return notice(words("desk_no_colleague"));
  choose($(select), known.peers.map((one) => [one.id, one.on_duty ? words("desk_on_duty", { colleague: one.name }) : one.name]));
  $(dialog).showModal();
}

$("pass").addEventListener("click", () => address("passing", "pass-to"));
$("pass-yes").addEventListener("click", () => {
  $("passing").close();
  act("pass", { to: $("pass-to").value });
});
$("note").addEventListener("click", () => {
  $("note-text").value = notes.get(open) ?? "";
  address("noting", "note-to");
});
$("note-text").addEventListener("input", () => notes.set(open, $("note-text").value));
$("note-yes").addEventListener("click", async () => {
  const [conversation, written] = [open, $("note-text").value];
  const text = written.trim();
  if (!text) return $("note-text").focus();
  $("noting").close();
  // Kept until it has arrived: closing the dialog is not sending. What was written since stays.
  if (!(await act("note", { to: $("note-to").value, text })) || notes.get(conversation) !== written) return;
  notes.delete(conversation);
  if (conversation === open) $("note-text").value = "";
});
$("page").addEventListener("click", async () => {
  const known = await fetched("/desk/colleagues");
  if (!known) return;
  if (!known.pages.length) return notice(words("desk_no_page"));
  choose($("page-of"), known.pages.map((one) => [one.of, one.name || words("desk_page_clinic")]));
  $("giving").showModal();
});
$("page-yes").addEventListener("click", () => {
  $("giving").close();
  act("page", { of: $("page-of").value });
});

async function drawPhrases() {
  const kept = await fetched("/desk/canned");
  if (!kept) return false;
  $("phrase-list").replaceChildren(...kept.map(({ id, text }) => element("li", {},
    element("button", { type: "button", className: "plain", textContent: text, onclick: () => insert(text) }),
    element("button", { type: "button", className: "quiet", textContent: words("desk_canned_drop"), ariaLabel: `${words("desk_canned_drop")}\u00a0: ${text}`, onclick: () => phrase({ do: "drop", id }) }),
  )));
  return true;
}

async function phrase(change) {
  const outcome = await tell("/desk/canned", change);
  if (outcome.end !== "done") return notice(words(outcome.why ?? "not_sent"));
  if (change.do === "keep") $("phrase").value = "";
  drawPhrases();
}

function insert(text) {
  $("phrases").close();
  box.setRangeText(text, box.selectionStart, box.selectionEnd, "end");
  grow();
  box.focus();
}

$("canned").addEventListener("click", async () => {
  if (await drawPhrases()) $("phrases").showModal();
});
$("phrase-keep").addEventListener("click", () => {
  const text = $("phrase").value.trim();
  if (text) phrase({ do: "keep", text });
  else $("phrase").focus();
});

// A menu closes when something in it is chosen, when one looks elsewhere, and by Escape.
for (const menu of document.querySelectorAll(".menu")) {
  const away = (event) => menu.open && !menu.contains(event.target) && (menu.open = false);
  document.addEventListener("pointerdown", away);
  document.addEventListener("focusin", away);
  const chosen = (event) => {
    if (event.target.hasAttribute("aria-pressed")) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  };
  // Before what was pressed does its work: a dialog that it opens leads back to where the focus was.
  menu.querySelector(".panel").addEventListener("click", chosen, true);
}
addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  const menu = document.querySelector(".menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (open) {
    const conversation = open;
    show("");
    $("list").querySelector(`[data-conversation="${CSS.escape(conversation)}"]`)?.focus();
  }
});
$("list").addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const all = [...$("list").querySelectorAll(".card")];
  const here = all.indexOf(document.activeElement);
  if (!step || here < 0) return;
  event.preventDefault();
  all[here + step]?.focus();
});
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
$("attach").addEventListener("click", () => {
  fileFor = here();
  $("chosen").click();
});
$("chosen").addEventListener("change", () => {
  const file = $("chosen").files[0];
  $("chosen").value = "";
  if (!file) return;
  if (file.size > FILE_LIMIT) return notice(words("file_too_big"));
  send({ ...fileFor, file, kind: file.type.startsWith("image/") ? "photo" : file.type.startsWith("audio/") ? "voice" : "document" });
});
const writing = nowAndThen(() => open && box.value && tell("/desk/typing", { conversation: open }));
box.addEventListener("input", writing);
const grow = growing(box, write);

// The address after # names the open conversation: to skip to the box must not close it.
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  (open ? box : $("list")).focus();
});
addEventListener("hashchange", () => location.hash.slice(1) !== open && show(location.hash.slice(1)));
addEventListener("beforeunload", (event) => pending.some((one) => one.state !== "desk_on_its_way") && event.preventDefault());
// What is not looked at is not read: a hidden page leaves the messages unread.
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && !unseen) unseen = card()?.unread ?? 0;
  hearing.open();
});
setInterval(drawList, 30_000);
// A session ends when nobody has done anything in it for hours. Looking is doing, once in a while.
let lastHere = Date.now();
for (const sign of ["pointerdown", "keydown", "focus"]) {
  addEventListener(sign, () => {
    if (Date.now() - lastHere < 300_000) return;
    lastHere = Date.now();
    tell("/desk/here", {});
  });
}

// --- what the server says ---

const bell = alongside({
  sound: $("sound"),
  notices: $("notices"),
  name: words("desk"),
  words: {
    alert: words("desk_bell_alert"),
    waiting: words("desk_bell_waiting"),
    message: words("desk_bell_message"),
    note: words("desk_bell_note"),
    ended: words("desk_bell_ended"),
  },
  refused: () => notice(words("desk_notices_refused")),
  show,
});

const hearing = keepHearing({
  address: () => `/desk/stream?conversation=${document.hidden ? "" : encodeURIComponent(open)}`,
  hear: {
    cards: (list) => {
      bell.hear(cards, list, open);
      cards = list;
      // What is over is closed: should it begin again, it waits in the list like any other.
      if (open && !card()) over();
      else draw();
    },
    lines: ({ conversation, lines: changed }) => {
      if (conversation !== open) return;
      for (const line of changed) {
        if (!readable(card()) && !between(line)) continue; // it was read just before it no longer could be
        const fresh = !lines.has(line.id);
        lines.set(line.id, line);
        if (!fresh) continue;
        if (line.author === "person") writes("");
        if (line.act) pending = pending.filter((one) => one.act !== line.act);
      }
      if (unseen) {
        firstNew = [...lines.values()].filter((line) => line.author === "person").at(-unseen)?.id ?? null;
        unseen = 0;
      }
      drawLines();
      setTimeout(() => log.setAttribute("aria-live", "polite"), 500);
    },
    writing: ({ conversation }) => {
      if (conversation === open && mine(card())) writes(words("desk_person_writes"));
    },
    signed_out: signedOut,
  },
  lost: () => ($("notice").textContent = words("reconnecting")),
  back: () => notice(words("reconnected")),
});
