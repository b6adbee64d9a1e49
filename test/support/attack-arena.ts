import { writeFileSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import type { AgentRuntime, BatchResult } from '../../agents/agent-runtime.ts';
import { cpuNow } from '../../agents/process/cpu-now.ts';
import { createHealthRoutes } from '../../gateway/edge/http-health.ts';
import { startHttpServer } from '../../gateway/edge/http-server.ts';
import { findWall } from '../../agents/process/find-wall.ts';
import { startProcessRuntime } from '../../agents/process/start-process-runtime.ts';
import type { AttackProgram } from './attack-programs.ts';
import { batchOf, imageOf, inputOf } from './run-program.ts';
import { type HealthWatch, watchHealth } from './watch-health.ts';

export interface Attack {
  readonly result: BatchResult;
  readonly wallMs: number;
  /** How long each answer of the node's health took, for somebody who asked all the while. */
  readonly healthMs: readonly number[];
  /** The longest that the node's own work has kept it from answering: time on the wall that it spent with the CPU. */
  readonly stallMs: number;
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
  await new Promise<void>((done) => trap.listen(0, '127.0.0.1', done));
  // In this process, as in a node, are what watches the programs and what answers people.
  const edge = await startHttpServer({
    port: 0,
    host: '127.0.0.1',
    routes: createHealthRoutes(() => true),
    onFault: (error) => {
      throw error;
    },
  });
  const health = await watchHealth(edge.url);
  const neighbours = watchNeighbour(runtime);
  await neighbours.ask();
  const arena: AttackArena = {
    canary,
    attack: async (program) => {
      const name = program.name.replaceAll(' ', '-');
      await runtime.run(batchOf(['tick'], mallory('warm-up')), imageOf(''));
      const probe = startProbe(health, neighbours);
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
      await edge.close();
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

/** Has the node's health asked for and writes to the neighbour, again and again until it is stopped. */
function startProbe(health: HealthWatch, neighbours: ReturnType<typeof watchNeighbour>) {
  const stall = watchStalls();
  let [isOver, sent, answered] = [false, 0, 0];
  const writeOnAndOn = async (): Promise<void> => {
    do {
      sent += 1;
      if (await neighbours.ask()) answered += 1;
    } while (!isOver);
  };
  health.begin();
  const written = writeOnAndOn();
  return {
    stop: async () => {
      isOver = true;
      const healthMs = await health.end();
      await written;
      return {
        healthMs,
        stallMs: stall(),
        sent,
        answered,
      };
    },
  };
}

/**
 * Turns of this process that took long because of what it did in them. A machine that is busy with other things makes turns long as well, and that says
 * nothing.
 */
function watchStalls(): () => number {
  let [stallMs, wall, cpu] = [0, performance.now(), cpuNow()];
  const look = (): void => {
    const [wallNow, now] = [performance.now(), cpuNow()];
    stallMs = Math.max(stallMs, Math.min(wallNow - wall, now - cpu));
    [wall, cpu] = [wallNow, now];
  };
  const timer = setInterval(look, 5);
  return () => {
    clearInterval(timer);
    look();
    return stallMs;
  };
}
