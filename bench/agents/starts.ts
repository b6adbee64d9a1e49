import type { AgentRuntime } from '../../agents/agent-runtime.ts';

const program = `export function start() { memory.started = Date.now(); }`;

/** How long agents take from the first input to what it has come to, in ms, sorted: each in an instance of its own, of one owner or of one each. */
export async function measureStarts(
  runtime: AgentRuntime,
  count: number,
  ownerOf: (agent: number) => string,
): Promise<readonly number[]> {
  const times: number[] = [];
  for (let at = 0; at < count; at += 1) {
    const owner = ownerOf(at);
    const start = performance.now();
    const result = await runtime.run(
      {
        agent: `${owner}/start-${at}`,
        owner,
        version: 1,
        epoch: 1,
        cpuBucketMs: 0,
        surroundings: { node: 'n1', location: null, sights: [], revision: 0 },
        inputs: [{ kind: 'start', at: 0, seed: 1 }],
      },
      async () => ({ code: program, memory: '{}', secrets: {} }),
    );
    times.push(performance.now() - start);
    if (result.kind === 'FAILED') throw new Error(result.failure.text);
  }
  return times.toSorted((a, b) => a - b);
}
