// What calls a therapist who looks elsewhere: a sound, and a notification of the system. Neither has a word of anybody in it.

const SAME = { alert: [880, 660, 880], waiting: [660, 880], message: [740], note: [740] }; // hertz
const WEIGHT = ["alert", "waiting", "message", "note"]; // one sound at a time: the first of these

// What is new in the list since it was last seen, as [kind, conversation]. Nothing at first: what waits then is in sight.
function news(before, now, away, open) {
  const old = new Map(before.map((one) => [one.conversation, one]));
  return now.flatMap((one) => {
    const was = old.get(one.conversation);
    const calls = (each) => ["waiting", "offered"].includes(each?.standing) || each?.stand_in || each?.passed;
    if (one.alert && !was?.alert) return [["alert", one.conversation]];
    if (calls(one) && (!calls(was) || (one.standing === "offered" && was.standing !== "offered"))) return [["waiting", one.conversation]];
    // What is written in the conversation one reads is in sight.
    if (one.unread > (was?.unread ?? 0) && (away || one.conversation !== open)) {
      return [[["yours", "settling"].includes(one.standing) ? "message" : "note", one.conversation]];
    }
    return [];
  });
}

export function alongside({ sound, notices, name, words, refused, show }) {
  let first = true;
  let context = null;
  // Of several tabs one calls: the others would say the same again.
  let leads = !navigator.locks;
  navigator.locks?.request("desk-bell", () => {
    leads = true;
    return new Promise(() => {});
  });

  const wants = (button) => button.getAttribute("aria-pressed") === "true";
  const press = (button, on) => {
    button.setAttribute("aria-pressed", on);
    localStorage.setItem(`desk-${button.id}`, on ? "on" : "");
  };

  function play(kind) {
    if (!wants(sound)) return;
    context ??= new AudioContext();
    context.resume();
    SAME[kind].forEach((hertz, nth) => {
      const [tone, volume, at] = [context.createOscillator(), context.createGain(), context.currentTime + nth * 0.22];
      tone.frequency.value = hertz;
      volume.gain.setValueAtTime(0, at);
      volume.gain.linearRampToValueAtTime(0.2, at + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.001, at + 0.2);
      tone.connect(volume).connect(context.destination);
      tone.start(at);
      tone.stop(at + 0.21);
    });
  }

  function notify(kind, conversation) {
    if (!wants(notices) || Notification.permission !== "granted") return;
    try {
      const made = new Notification(name, { body: words[kind], tag: `desk-${kind}`, icon: document.querySelector("link[rel=icon]").href });
      made.onclick = () => {
        focus();
        show(conversation);
        made.close();
      };
    } catch {
      // Chrome on Android knows notifications of service workers only; the sound is there.
    }
  }

  sound.addEventListener("click", () => {
    press(sound, !wants(sound));
    play("message");
  });
  notices.addEventListener("click", async () => {
    if (wants(notices)) return press(notices, false);
    const allowed = "Notification" in window && (await Notification.requestPermission()) === "granted";
    press(notices, allowed);
    if (!allowed) refused();
  });
  const settle = () => {
    press(sound, localStorage.getItem("desk-sound") === "on");
    press(notices, localStorage.getItem("desk-notices") === "on" && "Notification" in window && Notification.permission === "granted");
  };
  settle();
  // The tab that calls is not always the one in which the bell was turned on or off.
  addEventListener("storage", settle);
  // A page may make a sound only once somebody has touched it.
  for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, () => wants(sound) && (context ??= new AudioContext()).resume(), { once: true });

  return {
    // Whoever believes that the desk still calls has to hear that it no longer does.
    ended() {
      if (!document.hidden && document.hasFocus()) return;
      play("message");
      notify("ended", "");
    },
    hear(before, now, open) {
      const away = document.hidden || !document.hasFocus();
      const all = first ? [] : news(before, now, away, open);
      first = false;
      const one = all.sort((a, b) => WEIGHT.indexOf(a[0]) - WEIGHT.indexOf(b[0]))[0];
      if (!one || !leads) return;
      play(one[0]);
      if (away) notify(...one);
    },
  };
}
