import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { findWall, type Wall } from '../agents/process/find-wall.ts';
import { OwnerProcess, type OwnerProcessOptions } from '../agents/process/owner-process.ts';
import { quickJsFile } from '../agents/process/read-quickjs.ts';
import { startProcessRuntime } from '../agents/process/start-process-runtime.ts';
import { parseReply } from '../agents/process/parse-reply.ts';
import { limits } from '../schema/limits.ts';
import { readProc } from '../wire/read-proc.ts';
import { batchOf, imageOf, inputOf } from './support/run-program.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

let wall: Wall;

beforeAll(async () => {
  wall = await findWall();
});

/** A process whose program has been taken over: `code` is what it does with `order`, a line that it has been sent. */
async function takenOver(code: string, onDispute?: OwnerProcessOptions['onDispute']): Promise<OwnerProcess> {
  const file = join(temporaryFolder(), 'child.mjs');
  writeFileSync(
    file,
    `import { createInterface } from 'node:readline';
     let [heard, said] = [0, 0];
     process.stdin.on('data', (chunk) => (heard += chunk.length));
     const say = (message) => {
       const line = JSON.stringify(message) + '\\n';
       said += Buffer.byteLength(line);
       process.stdout.write(line);
     };
     const effects = [];
     const result = { kind: 'DONE', outcomes: [{ effects }], handlers: [], cpuMs: 1 };
     say({ kind: 'ready' });
     const burn = (ms) => {
       const before = process.cpuUsage();
       for (;;) { const { user, system } = process.cpuUsage(before); if (user + system >= ms * 1000) return; }
     };
     let order;
     for await (const line of createInterface(process.stdin)) {
       const message = JSON.parse(line);
       // The inputs of a batch come in a line of their own, after the order to run them.
       if (!Array.isArray(message)) order = message;
       if (!Array.isArray(message) && order.kind === 'run') continue;
       const { id } = order;
       ${code}
     }`,
  );
  const process = new OwnerProcess('mallory', { wall, file, quickJs: quickJsFile(), onDispute });
  onTestFinished(() => process.close());
  await process.ready;
  return process;
}

const effect = (text: string): string => `effects.push(${text}); say({ kind: 'result', id, result });`;

test.each([
  ['ends', 'process.exit(1)'],
  ['writes what is no JSON', `process.stdout.write('}{\\n')`],
  ['writes JSON of nothing known', 'say(null)'],
  ['answers for another batch', `say({ kind: 'result', id: id + 1, result })`],
  ['answers with too few outcomes', `say({ kind: 'result', id, result: { ...result, outcomes: [] } })`],
  ['forges an effect', effect(`{ kind: 'grant', to: 'mallory' }`)],
  ['forges a target', effect(`{ kind: 'send', to: { toString: 1 }, body: 1 }`)],
  ['forges a timer', effect(`{ kind: 'after', timer: 'a', ms: -1 }`)],
  ['forges a level', effect(`{ kind: 'log', level: 'fatal', text: 'x' }`)],
  ['says more than it may', effect(`{ kind: 'say', text: 'x'.repeat(2001) }`)],
  [
    'nests too deep',
    effect(`{ kind: 'send', to: 'a', body: JSON.parse('['.repeat(100) + ']'.repeat(100)) }`),
  ],
  [
    'has too many effects',
    `for (let i = 0; i < 300; i++) effects.push({ kind: 'leave' }); say({ kind: 'result', id, result });`,
  ],
  [
    'has too much memory',
    `say({ kind: 'result', id, result: { ...result, memory: JSON.stringify({ x: 'x'.repeat(2 ** 20) }) } })`,
  ],
  ['has memory that is no object', `say({ kind: 'result', id, result: { ...result, memory: '[]' } })`],
  ['has memory that is no JSON', `say({ kind: 'result', id, result: { ...result, memory: '{' } })`],
  ['says that it has used no time', `say({ kind: 'result', id, result: { ...result, cpuMs: -1 } })`],
  ['asks for images', `for (;;) say({ kind: 'load', id })`],
  [
    'writes a line without an end',
    `for (;;) if (!process.stdout.write('x'.repeat(1e6))) await new Promise((r) => process.stdout.once('drain', r))`,
  ],
  ['never answers', ''],
  ['sleeps', 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)'],
])('a process that %s is killed, and its batch has failed', async (_, code) => {
  const process = await takenOver(code);
  const result = await process.run(batchOf(['start']), imageOf(''));
  expect(result).toMatchObject({ kind: 'FAILED', failure: { logs: [] } });
  expect(process.isOver).toBe(true);
  await process.ended;
  expect(await process.run(batchOf(['start']), imageOf(''))).toBeUndefined();
});

test('a process that takes all memory is killed', async () => {
  const process = await takenOver(
    'const all = []; for (;;) { all.push(Buffer.alloc(1 << 24, 1)); await new Promise(setImmediate); }',
  );
  const result = await process.run(batchOf(['start']), imageOf(''));
  expect(result).toMatchObject({
    kind: 'FAILED',
    failure: { kind: expect.stringMatching(/MEMORY|TIMEOUT/) },
  });
});

test('behind the wall there are no files, environment, other processes or network', async () => {
  const server = createServer((socket) => socket.end('reached'));
  let reached = 0;
  server.on('connection', () => (reached += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const canary = join(temporaryFolder(), 'canary');
  writeFileSync(canary, 'secret');
  process.env['CANARY'] = 'secret';
  onTestFinished(() => void delete process.env['CANARY']);
  const child = await takenOver(`
    const fs = await import('node:fs'), net = await import('node:net'), cp = await import('node:child_process');
    const attempt = (act) => { try { return act(); } catch (error) { return error.code ?? String(error); } };
    const seen = {
      canary: attempt(() => fs.readFileSync(${JSON.stringify(canary)}, 'utf8')),
      passwd: attempt(() => fs.readFileSync('/etc/passwd', 'utf8')),
      proc: attempt(() => fs.readdirSync('/proc')),
      write: attempt(() => fs.writeFileSync('/x', 'x')),
      overwrite: attempt(() => fs.writeFileSync('/child.mjs', 'x')),
      root: attempt(() => fs.readdirSync('/').filter((name) => !/^lib|^usr$/.test(name)).sort()),
      env: Object.keys(process.env).sort(),
      kill: attempt(() => process.kill(${process.pid}, 0)),
      shell: cp.spawnSync('/bin/sh', ['-c', 'id']).error?.code,
      uid: process.getuid(),
      network: await new Promise((resolve) => net.connect(${port}, '127.0.0.1', () => resolve('reached')).on('error', (error) => resolve(error.code))),
    };
    effects.push({ kind: 'send', to: 'test', body: seen });
    say({ kind: 'result', id, result });`);
  const result = await child.run(batchOf(['start']), imageOf(''));
  const seen = {
    kind: 'send',
    to: 'test',
    body: {
      canary: 'ENOENT',
      passwd: 'ENOENT',
      proc: 'ENOENT',
      write: 'EROFS',
      overwrite: 'EROFS',
      root: ['child.mjs', 'node', 'quickjs.wasm'],
      env: ['PWD', 'TZ'],
      kill: 'ESRCH',
      shell: 'ENOENT',
      uid: 65_534,
      network: expect.stringMatching(/ENETUNREACH|ECONNREFUSED/),
    },
  };
  expect(result).toEqual({
    kind: 'DONE',
    outcomes: [{ effects: [seen] }],
    handlers: [],
    cpuMs: expect.any(Number),
  });
  expect(reached).toBe(0);
});

test('what passes between a process and its node is counted to the byte', async () => {
  const process = await takenOver(effect(`{ kind: 'send', to: 'ünïcödé', body: { heard, said } }`));
  const run = async () => {
    const result = await process.run(batchOf([inputOf('message', 'x'.repeat(70_000) + '漢字')]), imageOf(''));
    return result?.kind === 'DONE' ? result.outcomes[0]?.effects.at(-1) : result;
  };
  await run();
  const { receivedBytes: said } = process.account;
  const second = await run();
  expect(second).toEqual({
    kind: 'send',
    to: 'ünïcödé',
    body: { heard: process.account.sentBytes, said },
  });
});

describe('the CPU time that a process says its batches have cost', () => {
  /** What its batches are charged: of each it says `claim`, and burns 100 ms; as many are under way at once as a lane sends. */
  async function charge(claim: string, batches: number) {
    const disputes: unknown[] = [];
    const onDispute = (...dispute: unknown[]) => void disputes.push(dispute);
    const process = await takenOver(
      `burn(100); const cpuMs = ${claim}; say({ kind: 'result', id, result: { ...result, cpuMs } })`,
      onDispute,
    );
    const before = readProc(process.account.pid)?.cpuMs ?? 0;
    const results = [];
    for (let index = 0; index < batches; index += 1)
      results.push(await process.run(batchOf(['start']), imageOf('')));
    const used = (readProc(process.account.pid)?.cpuMs ?? 0) - before;
    const charged = results.map((one) => one?.cpuMs ?? 0);
    return { charged, used, disputes, sum: charged.reduce((all, one) => all + one) };
  }
  const nearlyAll = (used: number) => used - limits.cpuAuditMarginMs;

  test.each([
    ['nothing', '0'],
    ['a tenth', '10'],
    ['a hundred times as much', '10_000'],
    ['ten times as much', '1_000'],
  ])('is not believed when it is %s of what the kernel has counted', async (_, claim) => {
    const { sum, used, disputes } = await charge(claim, 4);
    expect(sum).toBeGreaterThan(nearlyAll(used));
    expect(sum).toBeLessThan(used + limits.cpuAuditMarginMs);
    expect(disputes).toMatchObject([['mallory', { extensions: { code: 'AGENT_CPU_DISPUTED' } }]]);
  });

  test('is taken when it is that, up to what the kernel can tell', async () => {
    const { charged, disputes } = await charge('101', 4);
    expect(charged).toEqual([101, 101, 101, 101]);
    expect(disputes).toEqual([]);
  });

  test.each([['NaN'], ['-1'], ['"1"'], ['{ valueOf: 1 }']])(
    'costs a process its life when it is %s, and the batch what it has used',
    async (claim) => {
      const { charged, disputes } = await charge(claim, 1);
      expect(charged[0]).toBeGreaterThan(nearlyAll(100));
      expect(charged[0]).toBeLessThan(200);
      expect(disputes).toEqual([]);
    },
  );

  test('is never endless', () => {
    const line =
      '{"kind":"result","id":1,"result":{"kind":"DONE","outcomes":[],"handlers":[],"cpuMs":1e999}}';
    expect(() => parseReply(line, 0)).toThrow('Expected milliseconds of CPU');
  });

  test('is in a process that nobody has taken over all that the kernel counts', async () => {
    const disputes: unknown[] = [];
    const onDispute = (...dispute: unknown[]) => void disputes.push(dispute);
    const runtime = await startProcessRuntime({ wall, onDispute });
    onTestFinished(() => runtime.close());
    const image = imageOf(
      'export function start() {} export function message({ body }) { for (let i = 0; i < body; i += 1); memory.last = body; }',
    );
    const run = async (agent: string, loops: number) =>
      runtime.run(batchOf([inputOf('message', String(loops))], { agent: `test/${agent}` }), image);
    const runs = [run('first', 1)];
    await Promise.all(runs);
    const used = () => readProc(runtime.processes()[0]?.pid ?? 0)?.cpuMs ?? 0;
    const before = used();
    for (let index = 0; index < 100; index += 1) runs.push(run(`a${index % 7}`, index % 10 ? 10 : 100_000));
    await Promise.all(runs);
    const between = used() - before;
    runs.push(run('last', 1));
    const charged = (await Promise.all(runs)).reduce((sum, { cpuMs }) => sum + cpuMs, 0);
    // What is compiled in the background after a result is in the next one.
    expect(charged).toBeGreaterThan(between - limits.cpuAuditMarginMs);
    expect(charged).toBeLessThan(used() + limits.cpuAuditMarginMs);
    expect(disputes).toEqual([]);
  });
});
