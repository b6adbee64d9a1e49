import { beforeAll, describe, expect, test } from 'vitest';
import type { AgentEffect, AgentRuntime } from '../agents/agent-runtime.ts';
import { createEngine } from '../agents/engine/engine.ts';
import { createLocalRuntime } from '../agents/engine/local-runtime.ts';
import { cpuNow } from '../agents/process/cpu-now.ts';
import { readQuickJs } from '../agents/process/read-quickjs.ts';
import { batchOf, imageOf, inputOf, runDone, runFailed } from './support/run-program.ts';

let runtime: AgentRuntime;
let agents = 0;
const nobody = (): string => `ada/a${(agents += 1)}`;

beforeAll(() => {
  runtime = createLocalRuntime(createEngine({ wasm: readQuickJs(), cpuNow }));
});

/** The effects of one input in a fresh instance. */
async function effectsOf(code: string, kind: 'start' | 'message' = 'start'): Promise<readonly AgentEffect[]> {
  const { outcomes } = await runDone(runtime, batchOf([kind], { agent: nobody() }), imageOf(code));
  return outcomes[0]?.effects ?? [];
}

describe('what a program does', () => {
  test('is collected in the order in which it asked for it', async () => {
    const effects = await effectsOf(
      `export function message({ from, body }) {
      send(from, { got: body });
      say('hello'); enter('n1:loc'); leave(); move('n2'); cancel('t9');
      log('a', 1, { b: [2] });
      console.error(new TypeError('odd').message);
    }`,
      'message',
    );
    expect(effects).toEqual([
      { kind: 'send', to: 'bob/friend', body: { got: '' } },
      { kind: 'say', text: 'hello' },
      { kind: 'enter', location: 'n1:loc' },
      { kind: 'leave' },
      { kind: 'move', to: 'n2' },
      { kind: 'cancel', timer: 't9' },
      { kind: 'log', level: 'info', text: 'a 1 {"b":[2]}' },
      { kind: 'log', level: 'error', text: 'odd' },
    ]);
  });

  test('is what it asked for at that moment, whatever it does to the body later', async () => {
    const effects = await effectsOf(`export function start() {
      const body = { n: 1 }; send('bob', body); body.n = 2;
    }`);
    expect(effects).toEqual([{ kind: 'send', to: 'bob', body: { n: 1 } }]);
  });

  test('names timers so that no two of an agent are the same', async () => {
    const effects = await effectsOf(`export function start() { log(after(10) === after(20, 'x')); }`);
    expect(effects).toMatchObject([
      { kind: 'after', ms: 10, payload: null },
      { kind: 'after', ms: 20, payload: 'x' },
      { kind: 'log', text: 'false' },
    ]);
  });

  test('waits for what is asynchronous', async () => {
    const effects = await effectsOf(`export async function start() {
      await null; for (let i = 0; i < 3; i++) await Promise.resolve(); say('late');
    }`);
    expect(effects).toEqual([{ kind: 'say', text: 'late' }]);
  });

  test('does not run into the next input', async () => {
    const code = `export function tick() { Promise.resolve().then(() => say('from a job')); }`;
    const { outcomes } = await runDone(
      runtime,
      batchOf(['tick', 'start'], { agent: nobody() }),
      imageOf(code),
    );
    expect(outcomes.map(({ effects }) => effects.length)).toEqual([1, 0]);
  });
});

describe('memory', () => {
  test('is given back only when it has changed', async () => {
    const batch = batchOf([inputOf('message', 'a')], { agent: nobody() });
    const load = imageOf(
      `export function message({ body }) { memory.last = body; } export function start() { memory = { fresh: true }; }`,
      { memory: '{"last":"a"}' },
    );
    expect((await runDone(runtime, batch, load)).memory).toBeUndefined();
    const changed = { ...batch, inputs: [inputOf('message', 'b')] };
    expect((await runDone(runtime, changed, load)).memory).toBe('{"last":"b"}');
    expect((await runDone(runtime, changed, load)).memory).toBeUndefined();
    expect((await runDone(runtime, { ...batch, inputs: [inputOf('start')] }, load)).memory).toBe(
      '{"fresh":true}',
    );
  });

  test.each([
    ['memory = 3', 'THREW', 'memory: expected an object, got number'],
    ['memory = [1]', 'THREW', 'memory: expected an object'],
    ['memory.self = memory', 'THREW', 'circular'],
    ['memory.n = 1n', 'THREW', 'TypeError'],
    [`memory.big = 'x'.repeat(1_048_577)`, 'MEMORY', 'at most 1048576 bytes'],
    [`for (let i = 0, at = memory; i < 70; i++) at = at.next = {}`, 'MEMORY', 'at most 64 levels'],
  ])('that cannot be kept fails: %s', async (statement, kind, text) => {
    const load = imageOf(`export function start() { ${statement} }`);
    const failure = await runFailed(runtime, batchOf(['start'], { agent: nobody() }), load);
    expect(failure.kind).toBe(kind);
    expect(failure.text).toContain(text);
  });
});

describe('what a program sees', () => {
  test('is itself, the place where it is, its bucket, and the message', async () => {
    const sight = { id: 'n1:owl', type: 'NPC', name: 'Owl', owner: 'grace', data: { wise: true } } as const;
    const batch = batchOf([inputOf('message', 'hi')], {
      agent: 'ada/seer',
      surroundings: { node: 'n1', location: 'n1:wood', sights: [sight], revision: 3 },
    });
    const code = `export function message(m) { send('x', { self, here, seen: look(), bucket: cpu.bucket, cpu: cpu.used() >= 0, m, secret: secrets.KEY }); }`;
    const { outcomes } = await runDone(runtime, batch, imageOf(code, { secrets: { KEY: 'opensesame' } }));
    expect(outcomes[0]?.effects).toEqual([
      {
        kind: 'send',
        to: 'x',
        body: {
          self: { id: 'ada/seer', owner: 'ada', name: 'seer', epoch: 1, node: 'n1' },
          here: 'n1:wood',
          seen: [sight],
          bucket: 10_000,
          cpu: true,
          secret: 'opensesame',
          m: {
            id: 'm1',
            from: 'bob/friend',
            sender: 'bob',
            body: 'hi',
            sentAt: '2026-01-02T03:04:05.000Z',
            sequence: 1,
          },
        },
      },
    ]);
  });

  test('is the clock and the randomness of its input, in UTC, and no other', async () => {
    const code = `export function start() { say([Date.now(), new Date().toString(), Math.random(), typeof Intl, typeof performance].join()); }`;
    const once = await effectsOf(code);
    expect(once).toEqual(await effectsOf(code));
    expect(once[0]).toMatchObject({
      text: expect.stringContaining('1767323045000,Fri Jan 02 2026 03:04:05 GMT+0000'),
    });
    expect(once[0]).toMatchObject({ text: expect.stringContaining('undefined,undefined') });
  });

  test('does not include other instances', async () => {
    await effectsOf(`export function start() { globalThis.mine = 1; Object.prototype.mine = 1; }`);
    expect(await effectsOf(`export function start() { say(typeof mine + typeof ({}).mine); }`)).toEqual([
      { kind: 'say', text: 'undefinedundefined' },
    ]);
  });
});

describe('a bad argument', () => {
  test.each([
    [`send()`, 'send(to, body): to: expected a string that is not empty, got undefined'],
    [`send('')`, 'send(to, body): to: expected a string that is not empty, got an empty one'],
    [`send('x', () => 1)`, 'send(to, body): body: expected something that JSON can say, got function'],
    [`send('x', 'y'.repeat(65536))`, 'send(to, body): body: expected at most 65536 bytes as JSON, got 65538'],
    [`send('x', 'ü'.repeat(32768))`, 'send(to, body): body: expected at most 65536 bytes as JSON, got 65538'],
    [`send('x'.repeat(301), 1)`, 'send(to, body): to: expected at most 300 characters, got 301'],
    [`say(3)`, 'say(text): text: expected a string that is not empty, got number'],
    [`say('x'.repeat(2001))`, 'say(text): text: expected at most 2000 characters, got 2001'],
    [`enter(null)`, 'enter(location): location: expected a string that is not empty, got null'],
    [`move({})`, 'move(node): node: expected a string that is not empty, got an object'],
    [`after('soon')`, 'after(ms, payload): expected ms to be a number from 0 to 31622400000, got a string'],
    [`after(-1)`, 'expected ms to be a number from 0 to 31622400000, got -1'],
    [`cancel(7)`, 'cancel(timer): timer: expected a string that is not empty, got number'],
  ])('is explained: %s', async (statement, message) => {
    const load = imageOf(`export function start() {\n  ${statement};\n}`);
    const failure = await runFailed(runtime, batchOf(['start'], { agent: nobody() }), load);
    expect(failure.kind).toBe('THREW');
    expect(failure.text).toContain(message);
    expect(failure.text).toContain('at start (agent.js:2:');
  });
});

describe('a command', () => {
  const load = imageOf(`export function start() { memory.n = 1; }`);
  test.each([
    ['1 + 1', '2'],
    ['memory.n = 5; memory', '{"n":5}'],
    ['Promise.resolve([1])', '[1]'],
    ['undefined', 'null'],
    ['send', '"[function]"'],
    ['10n', '"10"'],
  ])('gives what it comes to: %s', async (text, result) => {
    const { outcomes } = await runDone(
      runtime,
      batchOf([inputOf('command', text)], { agent: nobody() }),
      load,
    );
    expect(outcomes[0]?.result).toBe(result);
  });

  test('that is no program fails', async () => {
    const failure = await runFailed(runtime, batchOf([inputOf('command', '1 +')], { agent: nobody() }), load);
    expect(failure.text).toContain('SyntaxError');
  });
});

test('handlers are named, and an input without one does nothing', async () => {
  const load = imageOf(`export const start = 3; export function tick() {} export async function timer() {}`);
  const result = await runDone(runtime, batchOf(['start', 'message'], { agent: nobody() }), load);
  expect(result.handlers).toEqual(['tick', 'timer']);
  expect(result.outcomes).toEqual([{ effects: [] }, { effects: [] }]);
});

test('another version or epoch gets a fresh instance', async () => {
  const agent = nobody();
  const load = imageOf(`let n = 0; export function tick() { say(String(++n)); }`);
  const saidBy = async (rest: object): Promise<unknown> =>
    (await runDone(runtime, batchOf(['tick'], { agent, ...rest }), load)).outcomes[0]?.effects;
  expect(await saidBy({})).toEqual([{ kind: 'say', text: '1' }]);
  expect(await saidBy({})).toEqual([{ kind: 'say', text: '2' }]);
  expect(await saidBy({ version: 2 })).toEqual([{ kind: 'say', text: '1' }]);
  expect(await saidBy({ version: 2, epoch: 2 })).toEqual([{ kind: 'say', text: '1' }]);
  runtime.forget(agent);
  expect(await saidBy({ version: 2, epoch: 2 })).toEqual([{ kind: 'say', text: '1' }]);
});
