import { expect, test, vi } from 'vitest';
import { limits } from '../schema/limits.ts';
import { openAgents } from './support/open-agents.ts';
import type { TableProgram } from './support/table-runtime.ts';

const after = (timer: string, ms: number, payload: unknown = null) =>
  ({ kind: 'after', timer, ms, payload }) as const;

/** Keeps the names and payloads of its timers; sets those that a message asks for. */
const clockwork: TableProgram = {
  message: (world, input) => {
    if (input.kind !== 'message' || !Array.isArray(input.message.body)) return;
    for (const effect of input.message.body) world.do(effect);
  },
  timer: ({ memory }, input) => {
    if (input.kind !== 'timer') return;
    memory['rang'] = [...(Array.isArray(memory['rang']) ? memory['rang'] : []), [input.timer, input.payload]];
  },
};
const programs = { x: clockwork };

test('timers ring when they are due, in that order, with what was given to them', async () => {
  const { deploy, send, untilMemory, db } = await openAgents({ programs });
  await deploy('scout', 'x');
  await send('scout', [after('late', 60, 'b'), after('soon', 20, { a: 1 }), after('now', 0)]);
  await untilMemory('scout', {
    rang: [
      ['now', null],
      ['soon', { a: 1 }],
      ['late', 'b'],
    ],
  });
  expect(await db.selectFrom('agent_timers').selectAll().execute()).toEqual([]);
});

test('a timer set again is the later one, and one that is cancelled does not ring', async () => {
  const { deploy, send, untilMemory, db } = await openAgents({ programs });
  await deploy('scout', 'x');
  await send('scout', [after('a', 100_000, 1), after('b', 100_000), after('c', 100_000)]);
  await send('scout', [after('a', 1, 2), { kind: 'cancel', timer: 'b' }]);
  await untilMemory('scout', { rang: [['a', 2]] });
  expect(await db.selectFrom('agent_timers').select('timer').execute()).toEqual([{ timer: 'c' }]);
});

test('timers outlive a restart, and those that were due meanwhile ring at once', async () => {
  const first = await openAgents({ programs });
  await first.deploy('scout', 'x');
  await first.send('scout', [after('a', 300)]);
  await vi.waitFor(async () =>
    expect(await first.db.selectFrom('agent_timers').selectAll().execute()).toHaveLength(1),
  );
  await first.close();
  const later = Date.now() + 3_600_000;
  const second = await openAgents({ programs, folder: first.folder, clock: () => later });
  await second.untilMemory('scout', { rang: [['a', null]] });
});

test('an agent has no more timers than it may have', async () => {
  const { deploy, send, db, log } = await openAgents({ programs });
  await deploy('scout', 'x');
  const many = Array.from({ length: limits.maxAgentTimers + 1 }, (_, index) => after(`t${index}`, 100_000));
  await send('scout', many.slice(0, 600));
  await send('scout', many.slice(600));
  await vi.waitFor(async () =>
    expect((await log('scout')).at(-1)).toBe('No more than 1000 timers can be set'),
  );
  const rows = await db.selectFrom('agent_timers').select('timer').execute();
  expect(rows).toHaveLength(limits.maxAgentTimers);
});

test('a program with a tick is called once a second, and one without is not run at all', async () => {
  const { deploy, runtime } = await openAgents({ programs: { x: { tick: () => undefined }, y: {} } });
  await deploy('scout', 'x');
  await deploy('still', 'y');
  const inputs = () => runtime.batches.flatMap((batch) => batch.inputs);
  await vi.waitFor(() => expect(inputs().filter(({ kind }) => kind === 'tick')).toHaveLength(2), 10_000);
  const ticks = inputs().flatMap((input) => (input.kind === 'tick' ? [input.tick] : []));
  expect(ticks[1]).toBe(Number(ticks[0]) + 1);
  expect(inputs().filter(({ kind }) => kind === 'start')).toHaveLength(2);
  expect(runtime.batches.filter(({ agent }) => agent === 'alice/still')).toHaveLength(1);
});

test('what is random and what the clock shows is given with each input, and differs from one to the next', async () => {
  const { deploy, send, untilMemory, runtime } = await openAgents({
    programs: { x: { message: ({ memory }) => void (memory['n'] = Number(memory['n'] ?? 0) + 1) } },
  });
  await deploy('scout', 'x', { start: false });
  await deploy('scout', 'x');
  for (let index = 0; index < 50; index += 1) await send('scout', index);
  await untilMemory('scout', { n: 50 });
  const seeds = runtime.batches.flatMap(({ inputs }) => inputs.map(({ seed }) => seed));
  expect(new Set(seeds).size).toBe(seeds.length);
  expect(seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)).toBe(true);
});
