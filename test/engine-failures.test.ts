import { beforeAll, expect, test } from 'vitest';
import type { AgentRuntime } from '../agents/agent-runtime.ts';
import { createEngine } from '../agents/engine/engine.ts';
import { createLocalRuntime } from '../agents/engine/local-runtime.ts';
import { cpuNow } from '../agents/process/cpu-now.ts';
import { readQuickJs } from '../agents/process/read-quickjs.ts';
import { batchOf, imageOf, runDone, runFailed } from './support/run-program.ts';

let runtime: AgentRuntime;

beforeAll(() => {
  runtime = createLocalRuntime(createEngine({ wasm: readQuickJs(), cpuNow }));
});

test('an error shows the lines of its author only', async () => {
  const code = `export function start() {\n  [1].forEach(() => {\n    throw new RangeError('too far');\n  });\n}\n//# sourceURL=greeter.ts`;
  const failure = await runFailed(runtime, batchOf(['start']), imageOf(code));
  expect(failure).toMatchObject({ kind: 'THREW' });
  expect(failure.text).toBe('RangeError: too far\n    at greeter.ts:3:25\n    at start (greeter.ts:2:14)');
});

test.each([
  ['export function start() {\n  let = ;\n}', 'SyntaxError', 'agent.js:2'],
  ['import { x } from "./other.js";', 'ReferenceError', ''],
  ['throw new Error("at once");', 'Error: at once', 'agent.js:1'],
  ['await new Promise(() => {});', 'the module has not come to its end', ''],
  ['await Promise.reject(new Error("slowly"));', 'Error: slowly', 'agent.js:1'],
  ['send("bob", 1);', 'can only be used while a handler runs', 'agent.js:1'],
  ['export async function start() { await new Promise(() => {}); }', 'start has not come to its end', ''],
  ['export async function start() { await null; throw new Error("later"); }', 'Error: later', 'agent.js:1'],
  ['export function start() { throw "words"; }', 'Thrown: words', ''],
  ['export function start() { throw null; }', 'Thrown: null', ''],
  ['export function start() { throw Object.create(null); }', 'Error', ''],
  ['export function start() { start(); }', 'stack overflow', 'agent.js:1'],
])('a program that cannot go on says why: %s', async (code, text, line) => {
  const failure = await runFailed(runtime, batchOf(['start']), imageOf(code));
  expect(failure.kind).toBe('THREW');
  expect(failure.text).toContain(text);
  expect(failure.text).toContain(line);
  expect(failure.text).not.toContain('prelude.js');
});

test.each([
  ['a loop', 'export function start() { log("before");\n for (;;); }'],
  [
    'a chain of promises',
    'export function start() { log("before"); (function f() { Promise.resolve().then(f); })(); }',
  ],
  [
    'an error that cannot be read',
    'export function start() { log("before"); throw { get message() { for (;;); } }; }',
  ],
  [
    'a regular expression',
    'export function start() { log("before"); /^(a+)+$/.test("a".repeat(40) + "b"); }',
  ],
  ['its memory', 'export function start() { log("before"); memory = { toJSON() { for (;;); } }; }'],
])('%s without an end is cut off, and what was logged is kept', async (_, code) => {
  const failure = await runFailed(runtime, batchOf(['start']), imageOf(code));
  expect(failure.kind).toBe('TIMEOUT');
  expect(failure.logs).toEqual([{ kind: 'log', level: 'info', text: 'before' }]);
});

test.each([
  ['arrays', 'const all = []; let a = [1]; for (;;) all.push((a = a.concat(a)));'],
  ['strings', 'let s = "x"; for (;;) s += s + "y";'],
  ['buffers', 'const all = []; for (;;) all.push(new Uint8Array(1 << 20));'],
])('memory that is full ends the batch: %s', async (_, statements) => {
  const failure = await runFailed(
    runtime,
    batchOf(['start']),
    imageOf(`export function start() { ${statements} }`),
  );
  expect(['MEMORY', 'THREW']).toContain(failure.kind);
  expect(failure.text).toMatch(/out of memory|string too long/);
});

test.each([
  ['export function start() { for (let i = 0; i < 101; i++) send("bob", i); }', 'Expected at most 100 calls'],
  ['export function start() { for (let i = 0; i < 101; i++) after(i); }', 'Expected at most 100 calls'],
  [
    'const text = "x".repeat(60000); export function start() { for (let i = 0; i < 100; i++) send("bob", text); }',
    'Expected at most 4194304 characters',
  ],
])('effects over a limit end the batch: %s', async (code, text) => {
  const failure = await runFailed(runtime, batchOf(['start']), imageOf(code));
  expect(failure.kind).toBe('EFFECTS');
  expect(failure.text).toContain(text);
});

test('log lines over the limit are left out, and a last one says so', async () => {
  const code = 'export function start() { for (let i = 0; i < 1000; i++) log("x".repeat(5000)); }';
  const { outcomes } = await runDone(runtime, batchOf(['start'], { agent: 'ada/chatty' }), imageOf(code));
  const lines = outcomes[0]?.effects ?? [];
  expect(lines).toHaveLength(101);
  expect(lines[0]).toMatchObject({ text: 'x'.repeat(4096) });
  expect(lines[100]).toMatchObject({ level: 'warn', text: expect.stringContaining('More than 100 lines') });
});

test.each(['JSON.parse("[".repeat(1e6))', 'eval("(".repeat(1e6))', 'new RegExp("(".repeat(1e5))'])(
  'what brings the engine down is a failure of the program, and the next instance runs: %s',
  async (expression) => {
    const load = imageOf(
      `export function start() { ${expression}; } export function tick() { say("fine"); }`,
    );
    await runFailed(runtime, batchOf(['start']), load);
    const { outcomes } = await runDone(runtime, batchOf(['tick']), load);
    expect(outcomes[0]?.effects).toEqual([{ kind: 'say', text: 'fine' }]);
  },
);

test('a failed batch does not count, and the next starts with a fresh instance', async () => {
  const load = imageOf(
    `let n = 0; export function tick() { memory.n = ++n; if (n === 2) throw new Error('two'); }`,
  );
  const agent = 'ada/second';
  const three = batchOf(['tick', 'tick', 'tick'], { agent });
  expect((await runFailed(runtime, three, load)).text).toContain('two');
  expect((await runDone(runtime, batchOf(['tick'], { agent }), load)).memory).toBe('{"n":1}');
});

test('secrets do not show in logs, words, errors, results and memory, and do in what is sent', async () => {
  const value = 'p"ss\\word';
  const load = imageOf(
    `export function start() { log(secrets.KEY); say(secrets.KEY); memory.key = secrets.KEY; send('bob', secrets.KEY); }
     export function tick() { log('x', secrets.KEY); throw new Error(secrets.KEY); }`,
    { secrets: { KEY: value, SHORT: 'x' } },
  );
  const agent = 'ada/keeper';
  const done = await runDone(
    runtime,
    batchOf(['start', { kind: 'command', text: 'secrets.KEY', at: 0, seed: 0 }], { agent }),
    load,
  );
  expect(done.outcomes).toEqual([
    {
      effects: [
        { kind: 'log', level: 'info', text: '[secret KEY]' },
        { kind: 'say', text: '[secret KEY]' },
        { kind: 'send', to: 'bob', body: value },
      ],
    },
    { effects: [], result: '"[secret KEY]"' },
  ]);
  expect(done.memory).toBe('{"key":"[secret KEY]"}');
  const failure = await runFailed(runtime, batchOf(['tick'], { agent }), load);
  expect(failure.text).toContain('Error: [secret KEY]');
  expect(failure.logs).toEqual([{ kind: 'log', level: 'info', text: 'x [secret KEY]' }]);
});

test('a program that changes every prototype changes nothing of what is collected', async () => {
  const code = `
    Object.defineProperty(Array.prototype, 0, { set() {}, get() { return 'forged'; } });
    for (const of of [Object, Array, String, Promise, Function, Number])
      for (const key of Object.getOwnPropertyNames(of.prototype))
        try { of.prototype[key] = () => { throw new Error('polluted'); }; } catch {}
    JSON.stringify = JSON.parse = () => 'forged';
    export async function start() { send('bob', 'mine'); say('mine'); after(1); await null; }`;
  const { outcomes } = await runDone(runtime, batchOf(['start'], { agent: 'ada/polluter' }), imageOf(code));
  expect(outcomes[0]?.effects.map(({ kind }) => kind)).toEqual(['send', 'say', 'after']);
});
