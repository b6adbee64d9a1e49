export interface AttackProgram {
  readonly name: string;
  /** The body of `start`, or a whole module when it exports something itself. */
  readonly code: string;
  /** What may become of it; by default that it fails. */
  readonly ends?: 'FAILED' | 'DONE' | 'EITHER';
}

/** Programs that want what they must not have: time, memory, the attention of others, the machine. `CANARY` is the name of the variable to be found. */
export const attackPrograms: readonly AttackProgram[] = [
  // Time.
  { name: 'an endless loop', code: `for (;;);` },
  { name: 'an endless loop while it is loaded', code: `for (;;); export function start() {}` },
  { name: 'an endless loop in what it awaits', code: `return Promise.resolve().then(() => { for (;;); });` },
  {
    name: 'a loop that catches and goes on',
    code: `for (;;) { try { for (;;); } catch {} finally { continue; } }`,
  },
  {
    name: 'a chain of promises',
    code: `return new Promise(() => { (function next() { Promise.resolve().then(next); })(); });`,
  },
  { name: 'a promise that nothing resolves', code: `return new Promise(() => {});` },
  { name: 'a thenable that calls itself', code: `const t = { then(f) { f(t); } }; return t;` },
  { name: 'an error whose stack never ends', code: `throw { get stack() { for (;;); } };` },
  { name: 'an error whose message never ends', code: `throw { name: 'x', get message() { for (;;); } };` },
  {
    name: 'an error that cannot be made text',
    code: `throw { [Symbol.toPrimitive]() { for (;;); }, toString() { for (;;); } };`,
  },
  {
    name: 'a proxy as memory',
    code: `memory = new Proxy({}, { ownKeys() { for (;;); }, get() { for (;;); } });`,
  },
  { name: 'a proxy as message', code: `send('bob', new Proxy({}, { get() { for (;;); } }));` },
  { name: 'a regular expression', code: `/^(([a-z])+.)+[A-Z]([a-z])+$/.test('a'.repeat(80));` },
  { name: 'a large power', code: `let n = 7n; for (;;) n = n ** 3n;` },
  { name: 'a large product', code: `let n = (1n << 900000n) - 1n; for (;;) (n * n) % 1000007n;` },
  { name: 'a search that no interrupt reaches', code: `[].indexOf.call({ length: 2 ** 53 - 1 }, 1);` },
  { name: 'a comparison without an end', code: `[3, 2, 1].sort(() => { for (;;); });` },
  { name: 'an iterator without an end', code: `return [...(function* () { for (;;) yield 1; })()].length;` },
  {
    name: 'sorting over and over',
    code: `const a = new Float64Array(1e6); for (;;) a.map((_, i) => -i).sort();`,
  },
  // Memory.
  { name: 'arrays', code: `const all = []; for (;;) all.push(new Array(1e4).fill(all));` },
  { name: 'strings', code: `const all = []; for (let s = 'x'; ; s += s) all.push(s + 'y');` },
  { name: 'a string padded', code: `return 'x'.padEnd(2 ** 29, 'abc').length;` },
  { name: 'a string multiplied', code: `return 'x'.repeat(1e6).replaceAll('x', 'y'.repeat(1e6)).length;` },
  { name: 'buffers', code: `const all = []; for (;;) all.push(new ArrayBuffer(1 << 24));` },
  { name: 'a map', code: `const map = new Map(); for (let i = 0; ; i++) map.set(i, { i });` },
  { name: 'closures', code: `let f = () => 0; for (;;) { const g = f; f = () => g; }` },
  { name: 'the longest array', code: `return new Array(2 ** 32 - 1).fill(0).length;` },
  {
    name: 'a flood of promises',
    code: `const all = []; for (;;) all.push(Promise.resolve().then(() => all.length));`,
  },
  {
    name: 'a giant JSON text',
    code: `const big = 'x'.repeat(1e6); for (const all = []; ; all.push(big)) JSON.stringify(all);`,
  },
  { name: 'a giant memory', code: `memory.all = Array.from({ length: 3e5 }, (_, i) => 'entry ' + i);` },
  // Depth.
  { name: 'JSON that is too deep', code: `JSON.parse('['.repeat(1e6));` },
  { name: 'code that is too deep', code: `eval('('.repeat(1e6));` },
  {
    name: 'a function that is too deep',
    code: `new Function('return ' + '['.repeat(1e5) + ']'.repeat(1e5));`,
  },
  { name: 'recursion', code: `(function again() { again(); })();` },
  { name: 'recursion through toJSON', code: `const deep = { toJSON: () => [deep] }; send('bob', deep);` },
  { name: 'a regular expression that is too deep', code: `new RegExp('('.repeat(1e5) + ')'.repeat(1e5));` },
  // Floods.
  { name: 'timers', code: `for (let i = 0; ; i++) after(i);` },
  { name: 'messages', code: `for (;;) send('eve/neighbour', 'x'.repeat(60_000));` },
  { name: 'messages, though it is told', code: `for (;;) { try { send('eve/neighbour', 1); } catch {} }` },
  {
    name: 'log lines',
    code: `for (let i = 0; i < 20_000; i++) console.log('x'.repeat(100));`,
    ends: 'EITHER',
  },
  { name: 'long log lines', code: `for (let i = 0; i < 90; i++) log('x'.repeat(1e6));`, ends: 'EITHER' },
  // Reaching out.
  {
    name: 'reaching for Node',
    code: `for (const name of ['process', 'require', 'module', 'Buffer', 'global', 'fetch', 'WebSocket', 'setTimeout', 'Atomics', 'WebAssembly', 'Deno', 'std', 'os', 'print', 'scriptArgs'])
      if (name in globalThis) throw new Error(name + ' is there: ' + globalThis[name]?.env?.CANARY);`,
    ends: 'DONE',
  },
  {
    name: 'climbing up constructors',
    code: `for (const value of [send, cpu.used, console.log, look(), self, new Error(), (async () => {}), globalThis])
      for (const body of ['return process.env.CANARY', 'return require("fs")', 'return import("node:fs")']) {
        let got; try { got = value.constructor.constructor(body)(); } catch { continue; }
        if (got && typeof got.then !== 'function') throw new Error('got ' + got);
      }`,
    ends: 'DONE',
  },
  {
    name: 'calling host functions oddly',
    code: `for (const args of [[], [{}], [null, -1, 2 ** 31, 2 ** 53], new Array(5000).fill('x'), [send], [Symbol('s')]])
      for (const self of [undefined, null, 0, {}, globalThis, cpu.used, new Proxy({}, {})])
        try { Reflect.apply(cpu.used, self, args); } catch {}
      try { new cpu.used(); } catch {} try { Reflect.construct(cpu.used, [], Proxy); } catch {}`,
    ends: 'EITHER',
  },
  {
    name: 'forging handles',
    code: `const used = cpu.used; for (let id = -5; id < 300; id++) { try { Object.assign(used, { id, ptr: id, __proto__: { value: id } }); used.call({ id, value: id, ptr: id }); } catch {} }
      used.valueOf = () => -1; say(String(typeof used()));`,
    ends: 'EITHER',
  },
  { name: 'importing', code: `return import('node:child_process').then((m) => { m.execSync('true'); });` },
  { name: 'importing a file', code: `return import('/child.mjs');` },
  {
    name: 'shared memory',
    code: `const shared = new Int32Array(new SharedArrayBuffer(1 << 10)); if (typeof Atomics !== 'undefined') Atomics.wait(shared, 0, 0);`,
    ends: 'EITHER',
  },
  {
    name: 'taking the prelude over',
    code: `for (const name of ['send', 'memory', 'here', 'console', 'secrets']) try { Object.defineProperty(globalThis, name, { get() { for (;;); } }); throw new Error(name); } catch (error) { if (!(error instanceof TypeError)) throw error; }
      Object.setPrototypeOf(globalThis, null);`,
    ends: 'EITHER',
  },
  {
    name: 'changing every prototype',
    code: `for (const of of [Object, Array, String, Number, Function, Promise, Error, Map])
      for (const key of Object.getOwnPropertyNames(of.prototype)) try { of.prototype[key] = () => { for (;;); }; } catch {}
      Object.defineProperty(Object.prototype, 'kind', { get() { return 'grant'; }, set() {} });
      say('still here');`,
    ends: 'EITHER',
  },
];
