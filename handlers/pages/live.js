// What the person's page and the desk share: words, ids, asking the server, hearing from it.

const all = JSON.parse(document.body.dataset.words);

export const locale = document.documentElement.lang;

export function words(name, values = {}) {
  return Object.entries(values).reduce((text, [key, value]) => text.replaceAll(`{${key}}`, value), all[name]);
}

export function newId() {
  // crypto.randomUUID is missing on a page served over plain http from another machine.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

// Gives up a request after so long. AbortSignal.timeout came to iPhones with iOS 16.
export function within(seconds) {
  const patience = new AbortController();
  setTimeout(() => patience.abort(), seconds * 1000);
  return patience.signal;
}

// What became of a request: "done", "later" (ask again, same id), or "no" with the server's reason.
export async function ask(address, body) {
  const form = body instanceof FormData;
  let answer;
  try {
    answer = await fetch(address, {
      method: "POST",
      body: form ? body : JSON.stringify(body),
      headers: form ? {} : { "content-type": "application/json" },
      signal: within(form ? 120 : 20),
    });
  } catch {
    return { end: "later", seconds: 3, lost: true };
  }
  if (answer.status === 429 || answer.status >= 500) {
    const seconds = Number(answer.headers.get("retry-after")) || 3;
    return { end: "later", seconds, lost: answer.status >= 500, why: answer.status === 429 ? "slowly" : undefined };
  }
  const told = await answer.json().catch(() => ({}));
  return answer.ok ? { end: "done", told } : { end: "no", status: answer.status, why: told.why };
}

// Done at once, and then not again for some seconds.
export function nowAndThen(tell, seconds = 4) {
  let told = -Infinity;
  return () => {
    if (performance.now() - told < seconds * 1000) return;
    told = performance.now();
    tell();
  };
}

// Words that stand in a place for some seconds, unless they are said again.
export function passing(place, seconds = 6) {
  let gone;
  return (text) => {
    clearTimeout(gone);
    place.textContent = text;
    if (text) gone = setTimeout(() => { place.textContent = ""; }, seconds * 1000);
  };
}

// Keeps one stream open. A line that says nothing for longer than two beats is a dead one.
export function keepHearing({ address, hear, lost, back, between }) {
  const SILENCE = 40_000;
  let source = null;
  let wait = 1000;
  let heard = true;
  let watch;
  let next;
  let telling;

  function open() {
    clearTimeout(next);
    source?.close();
    source = new EventSource(address());
    for (const [name, take] of Object.entries(hear)) {
      source.addEventListener(name, (event) => {
        alive();
        take(JSON.parse(event.data));
      });
    }
    source.addEventListener("beat", alive);
    source.addEventListener("error", again);
    watched();
  }

  function alive() {
    wait = 1000;
    clearTimeout(telling);
    telling = undefined;
    if (!heard) back();
    heard = true;
    watched();
  }

  function watched() {
    clearTimeout(watch);
    watch = setTimeout(again, SILENCE);
  }

  function again() {
    source.close();
    clearTimeout(watch);
    clearTimeout(next);
    // A restart of the server lasts a second or two; nobody needs to hear of it.
    telling ??= setTimeout(() => {
      heard = false;
      lost();
    }, 2500);
    next = setTimeout(open, wait + Math.random() * 500);
    wait = Math.min(wait * 2, 15_000);
    between?.();
  }

  function now() {
    wait = 1000;
    open();
  }

  addEventListener("online", now);
  addEventListener("offline", again);
  addEventListener("pageshow", (event) => event.persisted && now());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && source?.readyState === EventSource.CLOSED) now();
  });
  open();
  return { open: now, close: () => { source.close(); clearTimeout(watch); clearTimeout(next); clearTimeout(telling); } };
}

// As it is usual where the reader lives: 17:05 in London, 5:05 PM in Boston.
const usual = navigator.languages.find((one) => one.startsWith(locale)) ?? locale;
const clock = new Intl.DateTimeFormat(usual, { hour: "2-digit", minute: "2-digit" });
const calendar = new Intl.DateTimeFormat(usual, { weekday: "long", day: "numeric", month: "long" });
const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });

export function hour(at) {
  return clock.format(new Date(at));
}

export function day(at) {
  const midnight = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate());
  const days = Math.round((midnight(new Date(at)) - midnight(new Date())) / 86_400_000);
  return days === 0 || days === -1 ? relative.format(days, "day") : calendar.format(new Date(at));
}

export function ago(at) {
  const minutes = Math.round((new Date(at) - Date.now()) / 60_000);
  if (minutes >= 0) return relative.format(0, "second");
  if (minutes > -60) return relative.format(minutes, "minute");
  if (minutes > -48 * 60) return relative.format(Math.round(minutes / 60), "hour");
  return relative.format(Math.round(minutes / 1440), "day");
}

// Days and repeated names, by the neighbours. What is right already is left alone: a log read aloud repeats what is put in.
export function settleDays(log) {
  let lastDay = "";
  let lastName = "";
  for (const row of log.querySelectorAll(".message")) {
    const name = row.querySelector(".by").firstChild.data;
    const thisDay = day(row.querySelector("time").dateTime);
    const above = row.previousElementSibling?.classList.contains("day") ? row.previousElementSibling : null;
    if (thisDay === lastDay) above?.remove();
    else if (!above) log.insertBefore(element("p", { className: "day", textContent: thisDay }), row);
    else if (above.textContent !== thisDay) above.textContent = thisDay;
    row.classList.toggle("follows", name === lastName && thisDay === lastDay);
    [lastDay, lastName] = [thisDay, name];
  }
}

// Puts a row where its order wants it. Orders are texts that sort.
export function place(log, row, order) {
  row.dataset.order = order;
  const later = [...log.querySelectorAll(".message")].find((other) => other.dataset.order > order);
  const above = later?.previousElementSibling;
  log.insertBefore(row, above?.classList.contains("day") ? above : (later ?? null));
}

export function author(name, at) {
  return element("p", { className: "by" }, name, element("time", { dateTime: at, textContent: hour(at) }));
}

// How a message fares, under it. Not read aloud by itself: "sent" after each line would be noise.
export function fate(...children) {
  const made = element("p", { className: "after" }, ...children);
  made.setAttribute("aria-live", "off");
  return made;
}

// Text as it was written, with its addresses made into links, and the numbers among those that the program says so
// ({"call 112": "tel:112"}). links.py does the same.
export function written(text, numbers = {}) {
  const said = element("span", { className: "said" });
  const sayings = Object.keys(numbers).sort((one, other) => other.length - one.length);
  const escaped = sayings.map((words) => words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|") || "(?!)";
  // The character before is matched too, as an iPhone before iOS 16.4 cannot look behind.
  const pressable = new RegExp(`(https?://[^\\s<>«»"]+[^\\s<>«»".,;:!?)])|(?:^|\\D)(${escaped})(?!\\d)`, "g");
  let at = 0;
  for (const found of text.matchAll(pressable)) {
    const [whole, address, saying] = found;
    const words = address ?? /\+?\d(?:[\d \u00a0\u202f.-]*\d)?/.exec(saying)[0];
    const start = found.index + whole.indexOf(words);
    const link = element("a", { textContent: words, href: address ?? numbers[saying], className: address ? "" : "dial" });
    if (address) Object.assign(link, { target: "_blank", rel: "noopener noreferrer" });
    said.append(text.slice(at, start), link);
    at = start + words.length;
  }
  said.append(text.slice(at));
  return said;
}

export function media(kind, name, mime, address, author) {
  const label = words(kind === "photo" || kind === "voice" ? kind : "document");
  const holder = element("span", { className: "media" });
  const showable = ["image/jpeg", "image/png", "image/webp", "image/gif"].includes(mime);
  if (address && showable) {
    holder.append(element("img", { src: address, alt: `${label}, ${author}`, loading: "lazy" }));
  } else if (address && mime.startsWith("audio/")) {
    const sound = element("audio", { src: address, controls: true, preload: "none" });
    sound.setAttribute("aria-label", `${label}, ${author}`);
    holder.append(sound);
  } else if (address) {
    holder.append(element("a", { href: address, textContent: name || label, download: name || "" }));
  } else {
    holder.append(name && kind !== "voice" ? `${label}\u00a0: ${name}` : label);
  }
  return holder;
}

// A box that grows with what is written in it. Enter sends where there is a real keyboard.
export function growing(box, send) {
  const grow = () => {
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight + 2}px`;
  };
  box.addEventListener("input", grow);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    if (matchMedia("(pointer: coarse)").matches && !event.ctrlKey) return;
    event.preventDefault();
    send();
  });
  return grow;
}
