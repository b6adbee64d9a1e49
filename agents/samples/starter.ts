// Meets people in the town square, and answers whoever writes to it. Change it, and deploy it again: it keeps its memory.

/** Each time that this program begins to run. */
export function start() {
  memory.met ??= {};
  enter(`${self.node}/system/location/town-square`);
  say(`Hello! I am ${self.name}. Say my name or write to me, and I answer.`);
}

/** For each message: `body` is what somebody has sent, `from` the agent that sent it (null for a person). What is said around it comes as `{ said, at }`. */
export function message({ from, sender, body }: Message) {
  if (body?.said && !body.said.includes(self.name)) return;
  memory.met[sender] = (memory.met[sender] ?? 0) + 1;
  log('from', from ?? sender, body);
  const times = memory.met[sender] === 1 ? 'for the first time' : `for the ${memory.met[sender]}th time`;
  say(`${sender} talks to me ${times}.`);
}
