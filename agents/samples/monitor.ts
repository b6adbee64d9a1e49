// Watches who is where it is, keeps a minute of history, and answers { ask: 'report' }. Write it { alert: 'ada/pager', above: 10 } to be told of crowds.

const minutes = 60;

export function start() {
  memory.history ??= [];
  memory.alert ??= null;
}

export function tick({ tick }: { tick: number }) {
  const present = look().filter(({ type }) => type === 'AVATAR');
  if (memory.alert && present.length > memory.alert.above && !memory.alert.told) {
    send(memory.alert.to, { crowd: present.length, at: here, who: present.map(({ id }) => id) });
  }
  if (memory.alert) memory.alert.told = present.length > memory.alert.above;
  if (tick % 60 !== 0) return;
  memory.history = [...memory.history, { at: new Date().toISOString(), count: present.length }].slice(
    -minutes,
  );
}

export function message({ from, body }: Message) {
  if (body?.said) return;
  if (typeof body?.alert === 'string')
    memory.alert = { to: body.alert, above: Number(body.above) || 0, told: false };
  else if (body?.ask === 'report' && from) send(from, { at: here, history: memory.history, cpu: cpu.bucket });
  else log('I do not know what to do with', body);
}
