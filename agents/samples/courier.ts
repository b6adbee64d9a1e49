// Travels from node to node with what it is given: send it { route: ['harbour', 'forest'] } once, then { to: 'grace/greeter', parcel: 'a letter' }.
// A parcel is handed over where its recipient is told of it, which needs no travelling; the courier does it at its next stop, for the sake of the trip.

const restMs = 5_000;

export function start() {
  memory.route ??= [];
  memory.bag ??= [];
  memory.delivered ??= 0;
  travel();
}

export function message({ from, sender, body }: Message) {
  if (Array.isArray(body?.route)) {
    memory.route = body.route.filter((node: unknown) => typeof node === 'string').slice(0, 20);
    log('My route is', memory.route);
    return travel();
  }
  if (typeof body?.to !== 'string') return log('I do not know what to do with', body);
  if (memory.bag.length >= 100) return log(`My bag is full: I leave what ${sender} sends`);
  memory.bag.push({ from: from ?? sender, to: body.to, parcel: body.parcel ?? null });
  log(`I carry a parcel of ${from ?? sender} for ${body.to}`);
}

export function timer() {
  const stop = memory.route.indexOf(self.node);
  const next = memory.route[(stop + 1) % memory.route.length];
  if (next && next !== self.node) move(next);
  travel();
}

export function beforeMove({ to }: { to: string }) {
  log(`Off to ${to} with ${memory.bag.length} parcels`);
}

export function afterMove({ from }: { from: string }) {
  log(`Arrived at ${self.node} from ${from}`);
  for (const { from: sender, to, parcel } of memory.bag) send(to, { from: sender, parcel, by: self.id });
  memory.delivered += memory.bag.length;
  memory.bag = [];
}

/** One timer at a time, however often it is asked for. */
function travel() {
  if (memory.timer) cancel(memory.timer);
  memory.timer = memory.route.length > 1 ? after(restMs) : null;
}
