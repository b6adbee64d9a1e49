import { availableParallelism } from 'node:os';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { AgentRuntime } from '../agent-runtime.ts';
import { buildChild } from './build-child.ts';
import type { Wall } from './find-wall.ts';
import { OwnerLane } from './owner-lane.ts';
import { OwnerProcess, type OwnerProcessOptions } from './owner-process.ts';
import { quickJsFile } from './read-quickjs.ts';
import { Turns } from './turns.ts';

export interface ProcessRuntimeOptions {
  /** From `findWall`. Without one programs have the rights of this node: fit for those of its owner only. */
  readonly wall: Wall;
  /** How many processes may work at once; by default one core is left for the node itself. */
  readonly maxAtOnce?: number;
  readonly maxProcesses?: number;
  readonly onDispute?: OwnerProcessOptions['onDispute'];
}

/**
 * Runs each owner's agents in a process of their own, which is started when it is needed. How often an agent that had to be killed is tried
 * again is up to whoever asks. Whoever starts it closes it: then all processes end at once, as they do when this process dies.
 */
export async function startProcessRuntime(options: ProcessRuntimeOptions): Promise<AgentRuntime> {
  const built = await buildChild();
  const turns = new Turns(options.maxAtOnce ?? Math.max(1, availableParallelism() - 1));
  const lanes = new Map<string, OwnerLane>();
  let isClosed = false;

  const open = (owner: string): OwnerProcess => {
    if (isClosed) throw shuttingDown();
    makeRoom(lanes, options.maxProcesses ?? limits.maxAgentProcesses);
    const { wall, onDispute } = options;
    return new OwnerProcess(owner, { wall, onDispute, file: built.file, quickJs: quickJsFile() });
  };
  const laneOf = (owner: string): OwnerLane => {
    const known = lanes.get(owner);
    if (known !== undefined) return known;
    const lane = new OwnerLane({ open: () => open(owner), turns });
    lanes.set(owner, lane);
    return lane;
  };

  return {
    run: async (batch, load) => {
      if (isClosed) throw shuttingDown();
      return laneOf(batch.owner).run(batch, load);
    },
    forget: (agent) => {
      for (const lane of lanes.values()) lane.forget(agent);
    },
    processes: () => [...lanes.values()].flatMap((lane) => lane.process ?? []),
    close: async () => {
      isClosed = true;
      await Promise.all([...lanes.values()].map((lane) => lane.close(shuttingDown())));
      await built.close();
    },
  };
}

/** Ends the idle process that has been unused for longest when there are as many as there may be. */
function makeRoom(lanes: Map<string, OwnerLane>, max: number): void {
  const running = [...lanes.values()].filter((lane) => lane.process !== undefined);
  if (running.length < max) return;
  const idle = running.filter((lane) => lane.isIdle).toSorted((a, b) => a.usedAtMs - b.usedAtMs);
  const [oldest] = idle;
  if (oldest === undefined)
    throw codedError('AGENT_TOO_MANY', `Expected at most ${max} processes of agents to be busy at once`);
  void oldest.close();
}

function shuttingDown(): Error {
  return codedError('SHUTTING_DOWN', 'Expected a runtime that runs, got one that is closed');
}
