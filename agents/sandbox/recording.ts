import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { AgentRuntime } from '../agent-runtime.ts';
import { Sandbox } from './sandbox.ts';
import type { SandboxEvent, SandboxReport } from './sandbox-state.ts';

/** With what a recorded run began: the first line of its file. */
interface Beginning {
  readonly format: 'codecraft-sandbox-v1';
  readonly seed: number;
  readonly startsAt: number;
}

/** The hash of a sandbox's state, as the lines of a recording carry it. */
function stateHash(sandbox: Pick<Sandbox, 'state'>): string {
  return createHash('sha256').update(sandbox.state).digest('hex');
}

/** Writes a run down as it happens, an event per line, with the hash of what came of it. */
export class Recording {
  readonly #file: string;

  /** Begins the file anew. */
  constructor(file: string, beginning: Omit<Beginning, 'format'>) {
    this.#file = file;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify({ format: 'codecraft-sandbox-v1', ...beginning })}\n`);
  }

  add(event: SandboxEvent, sandbox: Pick<Sandbox, 'state'>): void {
    appendFileSync(this.#file, `${JSON.stringify({ event, state: stateHash(sandbox) })}\n`);
  }
}

export interface Replayed {
  readonly sandbox: Sandbox;
  readonly events: number;
  /** The number of the first event that came to another state than when it was recorded, counted from 1. */
  readonly differsAt: number | undefined;
}

/** Runs a recording again. Rejects when the file cannot be read or is none. */
export async function replayRecording(
  file: string,
  { runtime, report }: { readonly runtime: AgentRuntime; readonly report?: (report: SandboxReport) => void },
): Promise<Replayed> {
  const [first = '', ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
  const { format, seed, startsAt } = parseLine(file, 1, first) as Partial<Beginning>;
  if (format !== 'codecraft-sandbox-v1' || seed === undefined || startsAt === undefined)
    throw new Error(`Expected ${file} to be a recording that \`codecraft sandbox\` has made`);
  const sandbox = new Sandbox({ runtime, seed, startsAt, ...(report ? { report } : {}) });
  let differsAt: number | undefined;
  for (const [index, line] of lines.entries()) {
    const { event, state } = parseLine(file, index + 2, line) as { event: SandboxEvent; state: string };
    // What it came to when it was recorded was an error too.
    await sandbox.apply(event).catch(() => undefined);
    if (stateHash(sandbox) !== state) differsAt ??= index + 1;
  }
  return { sandbox, events: lines.length, differsAt };
}

function parseLine(file: string, number: number, line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch (cause) {
    throw new Error(`Expected JSON in line ${number} of ${file}`, { cause });
  }
}
