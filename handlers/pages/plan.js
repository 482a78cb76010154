// The safety plan on this device: in this tab while it is open, and in the browser only if the person asked for that.

const TAB = "passerelle.plan";
const HERE = "passerelle.plan.kept";

export const plan = () => localStorage.getItem(HERE) ?? sessionStorage.getItem(TAB) ?? "";
export const isKept = () => localStorage.getItem(HERE) !== null;

export function seen(text) {
  sessionStorage.setItem(TAB, text);
  if (isKept()) localStorage.setItem(HERE, text); // what is kept is the plan as it now stands
}

export async function keep() {
  localStorage.setItem(HERE, plan());
  // Without a connection the browser then still has a page to show it on.
  await navigator.serviceWorker?.register("/worker.js");
}

export async function drop() {
  localStorage.removeItem(HERE);
  for (const worker of (await navigator.serviceWorker?.getRegistrations()) ?? []) await worker.unregister();
  await window.caches?.delete("passerelle");
}

export function forget() {
  sessionStorage.removeItem(TAB);
  return isKept() ? drop() : undefined;
}
