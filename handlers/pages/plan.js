// The safety plan on this device: in this tab while it is open, and in the browser only if the person asked for that.

import { stored } from "./stored.js";

const tab = stored("sessionStorage");
const device = stored("localStorage");
const TAB = "passerelle.plan";
const HERE = "passerelle.plan.kept";

export const canKeep = device instanceof Storage;
export const plan = () => device.getItem(HERE) ?? tab.getItem(TAB) ?? "";
export const isKept = () => device.getItem(HERE) !== null;

export function seen(text) {
  tab.setItem(TAB, text);
  if (isKept()) device.setItem(HERE, text); // what is kept is the plan as it now stands
}

export function keep() {
  device.setItem(HERE, plan());
  return haveItsPage();
}

// Without a connection the browser then still has a page to show it on. On a bad line this may come to nothing, and the
// next opening asks again.
export async function haveItsPage() {
  await navigator.serviceWorker?.register("/worker.js").catch(() => {});
}

export async function drop() {
  device.removeItem(HERE);
  for (const worker of (await navigator.serviceWorker?.getRegistrations()) ?? []) await worker.unregister();
  await window.caches?.delete("passerelle");
}

export function forget() {
  tab.removeItem(TAB);
  return isKept() ? drop() : undefined;
}
