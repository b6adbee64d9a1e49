// Greets whoever writes, and remembers how often.
export function message({ from }) {
  memory.met ??= {};
  memory.met[from] = (memory.met[from] ?? 0) + 1;
  send(from, { text: memory.met[from] === 1 ? 'Welcome!' : 'Welcome back.' });
}
