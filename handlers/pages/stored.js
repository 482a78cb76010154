// What this browser keeps for us. One that blocks all cookies refuses that too: then it is kept while the page is open.
// A file of its own, because the page for no connection has none of live.js.

export function stored(kind) {
  try {
    return window[kind] ?? whileOpen();
  } catch {
    return whileOpen();
  }
}

function whileOpen() {
  const kept = new Map();
  return {
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, text) => void kept.set(name, text),
    removeItem: (name) => void kept.delete(name),
  };
}
