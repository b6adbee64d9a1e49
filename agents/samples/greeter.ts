// Greets whoever comes to where it is, each of them once a day, and whoever writes to it.

const day = 24 * 3_600_000;

export function start() {
  memory.greeted ??= {};
  if (!here) enter(`${self.node}/system/location/town-square`);
}

export function tick() {
  for (const { id, type, name } of look()) {
    if (type !== 'AVATAR' || id === self.id || Date.now() - (memory.greeted[id] ?? 0) < day) continue;
    memory.greeted[id] = Date.now();
    say(`Welcome, ${name}!`);
  }
  forget();
}

export function message({ from, sender, body }: Message) {
  if (body?.said) return;
  log(`${from ?? sender} has written`);
  if (from) send(from, { text: `Welcome, ${sender}!` });
}

/** So that memory does not grow with all who ever came. */
function forget() {
  for (const [id, at] of Object.entries(memory.greeted)) {
    if (Date.now() - Number(at) > day) delete memory.greeted[id];
  }
}
