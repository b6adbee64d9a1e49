import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createEngine } from '../agents/engine/engine.ts';
import { createLocalRuntime } from '../agents/engine/local-runtime.ts';
import { readQuickJs } from '../agents/process/read-quickjs.ts';
import { openSandbox } from '../agents/sandbox/open-sandbox.ts';
import { replayRecording } from '../agents/sandbox/recording.ts';
import { Sandbox } from '../agents/sandbox/sandbox.ts';
import type { SandboxReport } from '../agents/sandbox/sandbox-state.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const walker = `
const places = ['sandbox/me/location/quay', 'sandbox/me/location/inn'];
export function start() { memory.steps = 0; memory.sum = 0; }
export function tick({ tick }) {
  memory.steps += 1;
  memory.sum = (memory.sum + Math.random() * 1000 + Date.now() % 7) % 1e6;
  if (tick % 10 === 0) enter(places[Math.floor(Math.random() * 2)]);
  if (tick % 25 === 0) send('me/counter', { seen: look().length, tick });
  if (tick % 40 === 0) after(3000 * Math.random(), tick);
}
export function timer({ payload }) { memory.last = payload; }
export function message({ body }) { memory.answer = body; }`;
const counter = `
export function message({ from, body }) {
  memory.total = (memory.total ?? 0) + body.seen;
  if (from) send(from, memory.total);
}`;

function openRuntime() {
  const runtime = createLocalRuntime(createEngine({ wasm: readQuickJs() }));
  onTestFinished(() => runtime.close());
  return runtime;
}

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [file, text] of Object.entries(files)) write(folder, file, text);
  return folder;
}

function write(folder: string, file: string, text: string): void {
  mkdirSync(join(folder, file, '..'), { recursive: true });
  writeFileSync(join(folder, file), text);
}

async function open(folder: string) {
  const reports: SandboxReport[] = [];
  const problems: string[] = [];
  const opened = await openSandbox({
    folder,
    owner: 'me',
    seed: 1,
    report: (report) => reports.push(report),
    onProblem: (problem) => problems.push(problem),
  });
  onTestFinished(() => opened.close());
  return { ...opened, reports, problems };
}

const memoryOf = (sandbox: Sandbox, id: string): unknown =>
  JSON.parse(sandbox.agents.find((agent) => agent.id === id)?.memory ?? 'null');

describe('a run', () => {
  test('is the same after 10,000 ticks for the same seed, and another one for another', async () => {
    const run = async (seed: number) => {
      const sandbox = new Sandbox({ runtime: openRuntime(), seed, startsAt: Date.UTC(2026, 0, 1) });
      await sandbox.apply({ kind: 'deploy', agent: 'me/walker', code: walker });
      await sandbox.apply({ kind: 'deploy', agent: 'me/counter', code: counter });
      await sandbox.apply({ kind: 'tick', count: 10_000 });
      return sandbox.state;
    };
    const [one, again, other] = [await run(7), await run(7), await run(8)];
    expect(again).toBe(one);
    expect(other).not.toBe(one);
    expect(JSON.parse(one)).toMatchObject({ tick: 10_000 });
  }, 120_000);

  test('that was recorded comes to the same again, and a recording that was changed does not', async () => {
    const folder = folderWith({ 'walker.js': walker, 'counter.js': counter });
    const { apply, recording, sandbox } = await open(folder);
    await apply({ kind: 'tick', count: 60 });
    await apply({ kind: 'command', agent: 'me/walker', text: 'memory.extra = Math.random()' });
    await expect(apply({ kind: 'send', to: 'me/nobody', from: 'me', body: 1 })).rejects.toMatchObject({
      extensions: { code: 'AGENT_UNKNOWN' },
    });
    const replayed = await replayRecording(recording, { runtime: openRuntime() });
    expect(replayed).toMatchObject({ differsAt: undefined });
    expect(replayed.sandbox.state).toBe(sandbox.state);
    write(folder, 'changed.jsonl', readFileSync(recording, 'utf8').replace('"count":60', '"count":61'));
    const changed = await replayRecording(join(folder, 'changed.jsonl'), { runtime: openRuntime() });
    expect(changed.differsAt).toBe(4);
  });
});

describe('a developer', () => {
  test('saves a file: the new program runs with the memory of the one before', async () => {
    const folder = folderWith({ 'hello/agent.ts': 'export function start() { memory.at ??= 1; }' });
    const { sandbox, reload } = await open(folder);
    expect(memoryOf(sandbox, 'me/hello')).toEqual({ at: 1 });
    write(folder, 'hello/agent.ts', 'export function start(): void { memory.at += 10; }');
    await reload();
    expect(memoryOf(sandbox, 'me/hello')).toEqual({ at: 11 });
  });

  test('is told of a program that is none, while the one before goes on', async () => {
    const folder = folderWith({ 'hello.ts': 'export function message() { memory.heard = true; }' });
    const { sandbox, reload, apply, problems } = await open(folder);
    write(folder, 'hello.ts', 'export function message( {');
    await reload();
    expect(problems.join()).toContain('hello.ts:1');
    await apply({ kind: 'send', to: 'me/hello', from: 'me', body: 1 });
    expect(memoryOf(sandbox, 'me/hello')).toEqual({ heard: true });
  });

  test('sees what the place shows: itself, what stands there, and who is there', async () => {
    const folder = folderWith({
      'hello.js': 'export function message() { memory.seen = look().map(({ id }) => id); }',
      'entities/location/quay.json': '{ "name": "Quay" }',
      'entities/npc/cat.json': '{ "location": "quay" }',
      'entities/npc/dog.json': '{ "location": "inn" }',
    });
    const { sandbox, apply } = await open(folder);
    await apply({ kind: 'enter', agent: 'me/hello', location: 'sandbox/me/location/quay' });
    await apply({ kind: 'send', to: 'me/hello', from: 'me', body: 1 });
    expect(memoryOf(sandbox, 'me/hello')).toEqual({
      seen: ['sandbox/me/location/quay', 'sandbox/me/npc/cat', 'me/hello'],
    });
  });

  test('sees an error with the line, and nothing of what the handler did', async () => {
    const folder = folderWith({
      'hello.ts': 'export function message() {\n  memory.x = 1;\n  throw new Error("no");\n}',
    });
    const { sandbox, apply, reports } = await open(folder);
    await apply({ kind: 'send', to: 'me/hello', from: 'me', body: 1 });
    expect(memoryOf(sandbox, 'me/hello')).toEqual({});
    expect(reports).toMatchObject([{ kind: 'failed', text: expect.stringContaining('hello.ts:3') }]);
  });

  test('moves an agent: it is told before and after, and its epoch rises', async () => {
    const folder = folderWith({
      'hello.js': `export function message() { move('harbour'); }
        export function beforeMove({ to }) { memory.to = to; }
        export function afterMove({ from }) { memory.from = from; memory.now = [self.node, self.epoch]; }`,
    });
    const { sandbox, apply } = await open(folder);
    await apply({ kind: 'send', to: 'me/hello', from: 'me', body: 1 });
    expect(memoryOf(sandbox, 'me/hello')).toEqual({ to: 'harbour', from: 'sandbox', now: ['harbour', 2] });
  });

  test('stops two agents that answer each other for ever', async () => {
    const echo = 'export function message({ from, body }) { send(from ?? "me/b", body + 1); }';
    const folder = folderWith({ 'a.js': echo, 'b.js': echo });
    const { apply } = await open(folder);
    await expect(apply({ kind: 'send', to: 'me/a', from: 'me', body: 1 })).rejects.toMatchObject({
      extensions: { code: 'LOOP_SUSPECTED' },
    });
  }, 60_000);
});

test('a folder without an agent is an error that says what was expected', async () => {
  await expect(open(temporaryFolder())).rejects.toThrow(/Expected an agent in .*agent\.ts/);
});
