// Plays "guess my number" with all who write to it, and tells those around who has won.

export function start() {
  memory.secret ??= pick();
  memory.wins ??= {};
  if (!here) enter(`${self.node}/system/location/town-square`);
}

export function message({ from, sender, body }: Message) {
  const guess = Number(typeof body === 'object' ? (body?.guess ?? body?.said) : body);
  if (body?.said && !Number.isInteger(guess)) return;
  const answer = judge(sender, guess);
  log(`${sender} says ${guess}: ${answer}`);
  if (body?.said) say(`${sender}: ${answer}`);
  else if (from) send(from, { answer });
}

/** Once a minute, for who is new. */
export function tick({ tick }: { tick: number }) {
  if (tick % 60 === 1) say('I think of a number from 1 to 100. Send me your guess.');
}

function judge(player: string, guess: number) {
  if (!Number.isInteger(guess) || guess < 1 || guess > 100) return 'a whole number from 1 to 100, please';
  if (guess !== memory.secret) return guess < memory.secret ? 'more' : 'less';
  memory.wins[player] = (memory.wins[player] ?? 0) + 1;
  memory.secret = pick();
  say(`${player} has it: ${guess}! That makes ${memory.wins[player]}. I think of another one.`);
  return 'yes';
}

function pick() {
  return 1 + Math.floor(Math.random() * 100);
}
