/**
 * The program of every agent here. It prints a line for each input that it has handled, numbered from 1, with its epoch and its node, and keeps in
 * `memory` what those lines come to: whoever has all lines can tell what it must remember.
 */
export const travellerProgram = `
function note(what) {
  memory.inputs = (memory.inputs ?? 0) + 1;
  log(['#' + memory.inputs, self.epoch, self.node, ...what].join(' '));
}

export function start() {
  Object.assign(memory, { heard: {}, told: {}, sequence: 0, timers: 0 });
  note(['start']);
  after(1000, 1);
}

export function message({ sequence, body }) {
  const { series, number, tell, go } = body;
  note(['message', sequence, series, number]);
  memory.sequence = sequence;
  memory.heard[series] = number;
  if (tell) {
    memory.told[tell] = (memory.told[tell] ?? 0) + 1;
    send(tell, { series: self.id + '+', number: memory.told[tell] });
  }
  if (go) move(go);
}

export function timer({ payload }) {
  note(['timer', payload]);
  memory.timers = payload;
  after(1000, payload + 1);
}

export function beforeMove() {
  note(['leaves']);
}

export function afterMove() {
  note(['arrived']);
}
`;

/** The series of what an agent's program itself sends, of which its driver knows nothing. */
export function ownSeries(agent: string): string {
  return `${agent}+`;
}
