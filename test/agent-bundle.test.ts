import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { AgentRuntime } from '../agents/agent-runtime.ts';
import { bundleAgent } from '../agents/bundle/bundle-agent.ts';
import { checkAgent } from '../agents/bundle/check-agent.ts';
import { createEngine } from '../agents/engine/engine.ts';
import { createLocalRuntime } from '../agents/engine/local-runtime.ts';
import { cpuNow } from '../agents/process/cpu-now.ts';
import { readQuickJs } from '../agents/process/read-quickjs.ts';
import { batchOf, runDone, runFailed } from './support/run-program.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

let runtime: AgentRuntime;

beforeAll(() => {
  runtime = createLocalRuntime(createEngine({ wasm: readQuickJs(), cpuNow }));
});

function write(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

let programs = 0;
const run = async (code: string) => {
  const batch = batchOf(['start'], { agent: `ada/p${(programs += 1)}` });
  const load = async () => ({ code, memory: '{}', secrets: {} });
  return { batch, load };
};
const said = async (code: string): Promise<unknown> => {
  const { batch, load } = await run(code);
  return (await runDone(runtime, batch, load)).outcomes[0]?.effects;
};
const failureOf = async (code: string): Promise<string> => {
  const { batch, load } = await run(code);
  return (await runFailed(runtime, batch, load)).text;
};

test('a file of TypeScript keeps its lines, with blanks for its types', async () => {
  const source = `interface Greeting { readonly text: string }\n\nexport function start(): void {\n  const greeting: Greeting = { text: 'hi' };\n  say(greeting.text);\n}\n`;
  const folder = write({ 'greeter.ts': source });
  const code = await bundleAgent(join(folder, 'greeter.ts'));
  expect(code.split('\n')[4]).toBe('  say(greeting.text);');
  expect(code.trimEnd().endsWith('//# sourceURL=greeter.ts')).toBe(true);
  expect(await said(code)).toEqual([{ kind: 'say', text: 'hi' }]);
});

test('errors show the file and line of one file as its author wrote it', async () => {
  const folder = write({
    'agent.ts': `type N = number;\nexport function start(): void {\n  throw new Error('x' as string);\n}\n`,
  });
  expect(await failureOf(await bundleAgent(folder))).toBe('Error: x\n    at start (agent.ts:3:18)');
});

test('several files become one module, whose errors show the files', async () => {
  const folder = write({
    'agent.ts': `import { shout } from './lib/shout.ts';\nimport data from './data.json';\nimport type { X } from './lib/shout.ts';\nexport function start(): void {\n  say(shout(data.word));\n  fail();\n}\nfunction fail(): X {\n  throw new Error(shout('no'));\n}\n`,
    'lib/shout.ts': `export type X = never;\nexport const shout = (text: string): string => {\n  if (text === 'bad') throw new Error('bad');\n  return text.toUpperCase();\n};\n`,
    'data.json': `{ "word": "bad" }`,
  });
  const failure = await failureOf(await bundleAgent(folder));
  expect(failure).toMatch(
    /^Error: bad\n {4}at shout \(lib\/shout\.ts:3:\d+\)\n {4}at start \(agent\.ts:5:\d+\)$/,
  );
});

test('enums are compiled, and errors show their file all the same', async () => {
  const folder = write({
    'agent.ts': `enum Mood { Bad = 'bad' }\n\nexport function start(): void {\n  throw new Error(Mood.Bad);\n}\n`,
  });
  expect(await failureOf(await bundleAgent(folder))).toMatch(
    /^Error: bad\n {4}at start \(agent\.ts:4:\d+\)$/,
  );
});

test.each([
  [
    'a package',
    { 'agent.js': `\nimport x from 'lodash';\n` },
    'agent.js:2:15: Expected an import of a file of its own (./…), got "lodash"',
  ],
  [
    'a module of Node',
    { 'agent.js': `import 'node:fs';` },
    'agent.js:1:8: Expected an import of a file of its own',
  ],
  ['an absolute path', { 'agent.js': `import '/etc/passwd';` }, 'got "/etc/passwd"'],
  [
    'a package in another file',
    { 'agent.js': `import './b.js';`, 'b.js': `\n\nexport * from 'b';` },
    'b.js:3:15: Expected',
  ],
  ['a file that is missing', { 'agent.js': `import './b.js';` }, 'agent.js:1:8: Could not resolve'],
  ['syntax', { 'agent.ts': `export function start() {\n  let = ;\n}` }, 'agent.ts:2:'],
  ['size', { 'agent.js': `export const x = '${'x'.repeat(262_144)}';` }, 'at most 262144 bytes'],
  ['no entry', { 'other.js': '' }, 'Expected one of agent.ts, agent.js, index.ts, index.js'],
])('what cannot be used is AGENT_BAD_CODE: %s', async (_, files, message) => {
  const failing = bundleAgent(write(files));
  await expect(failing).rejects.toMatchObject({ extensions: { code: 'AGENT_BAD_CODE' } });
  await expect(failing).rejects.toThrow(message);
});

test('a program is checked without a handler being called', async () => {
  const code = `export function start() { for (;;); } export function tick() {}\n//# sourceURL=a.ts`;
  expect(await checkAgent(runtime, { owner: 'ada', code })).toEqual(['start', 'tick']);
});

test.each([
  ['let = ;', 'a.ts:1'],
  ['for (;;);', 'Timeout: the module'],
  ['import "fs"', `could not load module 'fs'`],
  ['\nthrow new Error("no")', 'a.ts:2'],
  ['x'.repeat(262_145), 'at most 262144 bytes'],
])('a program that cannot be evaluated is AGENT_BAD_CODE: %s', async (source, message) => {
  const failing = checkAgent(runtime, { owner: 'ada', code: `${source}\n//# sourceURL=a.ts` });
  await expect(failing).rejects.toMatchObject({ extensions: { code: 'AGENT_BAD_CODE' } });
  await expect(failing).rejects.toThrow(message);
});

test('the typed API says what programs see', () => {
  const folder = write({
    'good.ts': `export const message: MessageHandler = async ({ from, body }) => { memory.n = here ?? self.node; if (from) send(from, { text: body.text }); cancel(after(10)); console.warn(look(), cpu.bucket, secrets.KEY); };`,
  });
  const check = (file: string): string =>
    execFileSync(
      'node_modules/.bin/tsc',
      [
        '--ignoreConfig',
        '--noEmit',
        '--strict',
        '--target',
        'es2023',
        '--lib',
        'es2023',
        '--types',
        '',
        join(folder, file),
        'agents/api/agent.d.ts',
      ],
      { encoding: 'utf8' },
    );
  expect(check('good.ts')).toBe('');
  writeFileSync(join(folder, 'bad.ts'), `send(3); say(); fetch('x');`);
  expect(() => check('bad.ts')).toThrow('Command failed');
});
