import type { AgentBatch, AgentInput, AgentRuntime } from '../../agents/agent-runtime.ts';
import { readProc } from '../../wire/read-proc.ts';
import { limits } from '../../schema/limits.ts';

export interface DriveRun {
  readonly perSecond: number;
  /** CPU of this process for one call, and of those of the agents, in µs. */
  readonly ownUs: number;
  readonly agentsUs: number;
}

/** Counts, and remembers what it was told last. */
export const program = `export function message({ body }) {
  memory.calls = (memory.calls ?? 0) + 1;
  memory.last = body.text;
}`;

const owner = 'ada';

/** Agents with a memory of so many bytes, and messages for them in full batches. */
export function createDrive(runtime: AgentRuntime, agents: number, memoryBytes: number) {
  const memory = JSON.stringify({ pad: 'x'.repeat(memoryBytes - 40) });
  const image = async () => ({ code: program, memory, secrets: {} });
  const batchOf = (agent: number): AgentBatch => ({
    agent: `${owner}/${memoryBytes}-${agent}`,
    owner,
    version: 1,
    epoch: 1,
    cpuBucketMs: 10_000,
    surroundings: { node: 'n1', location: null, sights: [], revision: 0 },
    inputs: Array.from({ length: limits.maxBatchInputs }, (_, at) => messageOf(at)),
  });
  const round = async (agent: number): Promise<void> => {
    const result = await runtime.run(batchOf(agent), image);
    if (result.kind === 'FAILED') throw new Error(result.failure.text);
  };
  const all = (): Promise<void[]> => Promise.all(Array.from({ length: agents }, (_, agent) => round(agent)));
  return {
    /** Every agent once, so that all have their instance. */
    warm: all,
    run: async (rounds: number): Promise<DriveRun> => {
      const before = agentsCpuMs(runtime);
      const own = process.cpuUsage();
      const start = performance.now();
      for (let at = 0; at < rounds; at += 1) await all();
      const seconds = (performance.now() - start) / 1_000;
      const { user, system } = process.cpuUsage(own);
      const calls = rounds * agents * limits.maxBatchInputs;
      return {
        perSecond: calls / seconds,
        ownUs: (user + system) / calls,
        agentsUs: ((agentsCpuMs(runtime) - before) * 1_000) / calls,
      };
    },
  };
}

function messageOf(sequence: number): AgentInput {
  return {
    kind: 'message',
    // One moment for a batch, as on a node.
    at: Date.UTC(2026, 0, 1),
    seed: sequence,
    message: {
      id: `0197a1f2-7c00-7000-8000-${String(sequence).padStart(12, '0')}`,
      from: 'bob/friend',
      sender: 'bob',
      body: { text: 'how are you?' },
      sentAt: '2026-01-01T00:00:00.000Z',
      sequence,
    },
  };
}

function agentsCpuMs(runtime: AgentRuntime): number {
  return runtime.processes().reduce((sum, { pid }) => sum + (readProc(pid)?.cpuMs ?? 0), 0);
}
