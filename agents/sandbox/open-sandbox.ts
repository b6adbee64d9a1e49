import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { bundleAgent } from '../bundle/bundle-agent.ts';
import { createEngine } from '../engine/engine.ts';
import { createLocalRuntime } from '../engine/local-runtime.ts';
import { readQuickJs } from '../process/read-quickjs.ts';
import { findAgents } from './find-agents.ts';
import { readPlaces } from './read-places.ts';
import { Recording } from './recording.ts';
import { Sandbox } from './sandbox.ts';
import type { SandboxEvent, SandboxReport } from './sandbox-state.ts';

export interface OpenSandboxOptions {
  /** Of one agent, or of several. */
  readonly folder: string;
  readonly owner: string;
  readonly seed?: number | undefined;
  readonly report: (report: SandboxReport) => void;
  /** What goes wrong with a file. */
  readonly onProblem: (problem: string) => void;
  readonly now?: () => number;
}

export interface OpenSandbox {
  readonly sandbox: Sandbox;
  /** Where all that happens is written down. */
  readonly recording: string;
  /** As `Sandbox.apply`; one after the other, whoever asks. */
  readonly apply: (event: SandboxEvent) => Promise<void>;
  /** Reads what has changed in the folder: programs keep their memory. Never rejects. */
  readonly reload: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Where the recording of the latest run is, below a folder. */
export function recordingIn(folder: string): string {
  return join(folder, '.sandbox', 'last.jsonl');
}

/** Opens a sandbox with the agents and places of a folder. Rejects when there are none. Whoever opens it closes it. */
export async function openSandbox(options: OpenSandboxOptions): Promise<OpenSandbox> {
  const { folder, owner, report, onProblem, now = Date.now } = options;
  findAgents(folder);
  const runtime = createLocalRuntime(createEngine({ wasm: readQuickJs() }));
  const beginning = { seed: options.seed ?? randomInt(2 ** 31), startsAt: now() };
  const sandbox = new Sandbox({ runtime, report, ...beginning });
  const file = recordingIn(folder);
  const recording = new Recording(file, beginning);
  const deployed = new Map<string, string>();
  let places = '';
  let turn: Promise<unknown> = Promise.resolve();

  const apply = (event: SandboxEvent): Promise<void> => {
    const applied = turn.then(async () => {
      try {
        await sandbox.apply(event);
      } finally {
        recording.add(event, sandbox);
      }
    });
    turn = applied.catch(() => undefined);
    return applied;
  };
  const reload = async (): Promise<void> => {
    try {
      const sights = readPlaces(folder, owner);
      if (JSON.stringify(sights) !== places) await apply({ kind: 'places', sights });
      places = JSON.stringify(sights);
      const sources = findAgents(folder);
      for (const { name, entry } of sources) {
        const agent = `${owner}/${name}`;
        const code = await bundleAgent(entry);
        if (deployed.get(agent) === code) continue;
        deployed.set(agent, code);
        await apply({ kind: 'deploy', agent, code });
      }
      const names = new Set(sources.map(({ name }) => `${owner}/${name}`));
      for (const agent of deployed.keys()) {
        if (names.has(agent)) continue;
        deployed.delete(agent);
        await apply({ kind: 'remove', agent });
      }
    } catch (error) {
      onProblem(error instanceof Error ? error.message : String(error));
    }
  };
  await reload();
  return {
    sandbox,
    recording: file,
    apply,
    reload,
    close: async () => {
      await turn;
      await runtime.close();
    },
  };
}
