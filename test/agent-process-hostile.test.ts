import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { findWall, type Wall } from '../agents/process/find-wall.ts';
import { OwnerProcess } from '../agents/process/owner-process.ts';
import { quickJsFile } from '../agents/process/read-quickjs.ts';
import { batchOf, imageOf } from './support/run-program.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

let wall: Wall;

beforeAll(async () => {
  wall = await findWall();
});

/** A process whose program has been taken over: `code` is what it does with `order`, a line that it has been sent. */
async function takenOver(code: string): Promise<OwnerProcess> {
  const file = join(temporaryFolder(), 'child.mjs');
  writeFileSync(
    file,
    `import { createInterface } from 'node:readline';
     const say = (message) => process.stdout.write(JSON.stringify(message) + '\\n');
     const effects = [];
     const result = { kind: 'DONE', outcomes: [{ effects }], handlers: [], cpuMs: 1 };
     say({ kind: 'ready' });
     for await (const line of createInterface(process.stdin)) { const order = JSON.parse(line); const { id } = order; ${code} }`,
  );
  const process = new OwnerProcess('mallory', { wall, file, quickJs: quickJsFile() });
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
    cpuMs: 1,
  });
  expect(reached).toBe(0);
});
