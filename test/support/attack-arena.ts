import { writeFileSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { request } from 'undici';
import type { AgentRuntime, BatchResult } from '../../agents/agent-runtime.ts';
import { findWall } from '../../agents/process/find-wall.ts';
import { startProcessRuntime } from '../../agents/process/start-process-runtime.ts';
import type { AttackProgram } from './attack-programs.ts';
import { batchOf, imageOf, inputOf } from './run-program.ts';

export interface Attack {
  readonly result: BatchResult;
  readonly wallMs: number;
  /** The longest that an answer of the node's health took, and what a thread beside it that does nothing was late meanwhile. */
  readonly healthMs: number;
  readonly machineLateMs: number;
  /** Messages to an agent of somebody else during the attack, and the answers. */
  readonly sent: number;
  readonly answered: number;
}

export interface AttackArena {
  readonly canary: string;
  attack(program: AttackProgram): Promise<Attack>;
  /** Whether the file, the variable and the port are as they were, and how often the neighbour's instance has been replaced. */
  inspect(): { readonly file: string; readonly visits: number; readonly replaced: number };
  close(): Promise<void>;
}

const neighbour = imageOf(
  `let calls = 0; export function message({ body }) { send('test', { body, calls: ++calls }); }`,
);

/** A node with an attacker and a neighbour, things that nobody may touch, and clocks that watch. Whoever opens it closes it. */
export async function openAttackArena(folder: string): Promise<AttackArena> {
  const canary = 'canary-8d1f3a';
  const file = join(folder, 'canary');
  writeFileSync(file, canary);
  process.env['CANARY'] = canary;
  const runtime = await startProcessRuntime({ wall: await findWall() });
  let visits = 0;
  const trap = createServer((_, response) => response.end(String((visits += 1))));
  const health = createServer((_, response) => response.end('ok'));
  await Promise.all(
    [trap, health].map((server) => new Promise<void>((done) => server.listen(0, '127.0.0.1', done))),
  );
  const { port } = health.address() as AddressInfo;
  const neighbours = watchNeighbour(runtime);
  await neighbours.ask();
  const arena: AttackArena = {
    canary,
    attack: async (program) => {
      const name = program.name.replaceAll(' ', '-');
      await runtime.run(batchOf(['tick'], mallory('warm-up')), imageOf(''));
      const probe = startProbe(port, neighbours);
      const start = performance.now();
      const result = await runtime.run(batchOf(['start'], mallory(name)), imageOf(moduleOf(program)));
      const wallMs = performance.now() - start;
      return { result, wallMs, ...(await probe.stop()) };
    },
    inspect: () => ({ file: readFileSync(file, 'utf8'), visits, replaced: neighbours.replaced() }),
    close: async () => {
      delete process.env['CANARY'];
      trap.close();
      health.close();
      await runtime.close();
    },
  };
  // The first request of all costs several times what the others do.
  await arena.attack({ name: 'none', code: '' });
  return arena;
}

const mallory = (name: string) => ({ owner: 'mallory', agent: `mallory/${name}` });

function moduleOf({ code }: AttackProgram): string {
  return code.includes('export function') ? code : `export function start() { ${code} }`;
}

function watchNeighbour(runtime: AgentRuntime) {
  let [asked, replaced] = [0, 0];
  const eve = { owner: 'eve', agent: 'eve/neighbour' };
  return {
    replaced: () => replaced,
    /** Whether the answer is the one to this message, from the instance that has given all the others. */
    ask: async (): Promise<boolean> => {
      const body = (asked += 1);
      const result = await runtime.run(batchOf([inputOf('message', String(body))], eve), neighbour);
      const effect = result.kind === 'DONE' ? result.outcomes[0]?.effects[0] : undefined;
      const answer = JSON.stringify(effect?.kind === 'send' ? effect.body : null);
      const isAnswer = answer.startsWith(`{"body":"${body}"`);
      if (isAnswer && answer !== `{"body":"${body}","calls":${asked}}`) replaced += 1;
      return isAnswer;
    },
  };
}

/** Asks for the node's health and writes to the neighbour, again and again until it is stopped. */
function startProbe(port: number, neighbours: ReturnType<typeof watchNeighbour>) {
  const late = startIdleThread();
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  let [isOver, healthMs, sent, answered] = [false, 0, 0, 0];
  const untilOver = async (act: () => Promise<void>): Promise<void> => {
    do await act();
    while (!isOver);
  };
  const probes = [
    untilOver(async () => {
      const start = performance.now();
      await (await request(`http://127.0.0.1:${port}/health`)).body.text();
      healthMs = Math.max(healthMs, performance.now() - start);
      await new Promise((done) => setTimeout(done, 5));
    }),
    untilOver(async () => {
      sent += 1;
      if (await neighbours.ask()) answered += 1;
    }),
  ];
  return {
    stop: async () => {
      isOver = true;
      await Promise.all(probes);
      delay.disable();
      return {
        healthMs: Math.max(healthMs, delay.max / 1e6),
        machineLateMs: await late(),
        sent,
        answered,
      };
    },
  };
}

/** How late a timer of a thread that does nothing else has been: what this machine, busy with other things, makes everybody wait. */
function startIdleThread(): () => Promise<number> {
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads');
     let late = 0, last = performance.now();
     setInterval(() => { const now = performance.now(); late = Math.max(late, now - last - 5); last = now; }, 5);
     parentPort.once('message', () => parentPort.postMessage(late));`,
    { eval: true },
  );
  return async () => {
    const said = new Promise<number>((resolve) => worker.once('message', resolve));
    worker.postMessage('stop');
    const late = await said;
    await worker.terminate();
    return late;
  };
}
