import { limits } from '../../../schema/limits.ts';
import { codedError } from '../../../wire/coded-error.ts';
import { isName } from '../../../wire/ids.ts';
import { stringifyInput } from '../../serve/stringify-input.ts';
import type { AgentDesk } from '../agents/agent-desk.ts';
import { agentId } from '../agents/agent-identity.ts';
import { newSeed } from '../agents/new-seed.ts';
import { readCode } from '../agents/read-code.ts';
import type { AgentRow, WorldTransaction } from '../database.ts';
import { type AgentFile, parseAgentFile } from './agent-file.ts';
import type { AgentMoves } from './agent-moves.ts';
import { type AgentSnapshot, parseSnapshot } from './agent-snapshot.ts';

export interface ImportOptions {
  readonly desk: AgentDesk;
  readonly moves: AgentMoves;
  /** Runs work in a transaction. */
  readonly transact: (work: (transaction: WorldTransaction) => Promise<void>) => Promise<void>;
}

export interface ImportRequest {
  readonly owner: string;
  readonly file: unknown;
  /** Instead of the one in the file. */
  readonly name: string | undefined;
  readonly viewerToken: string | undefined;
}

/** Stores what `exportAgent` gave as a new agent of this owner's, STOPPED. BAD_USER_INPUT, ALREADY_EXISTS, and as `deployAgent`. */
export async function importAgent(
  { desk, moves, transact }: ImportOptions,
  { owner, file, name, viewerToken }: ImportRequest,
): Promise<AgentRow> {
  const { store, directory, claims, agentLog } = desk;
  const snapshot = await toSnapshot(desk, parseAgentFile(file), { owner, name });
  const id = snapshot.agent.agent_id;
  await transact((transaction) => moves.assertWelcome(transaction, snapshot));
  if (await store.find(id)) throw codedError('ALREADY_EXISTS', `There is an agent ${id} already`);
  await claims.claimed(id, {
    claim: () => directory.claimAgent(id, viewerToken),
    release: () => directory.releaseAgent(id),
    isStored: async () => (await store.find(id)) !== undefined,
    store: async (epoch) => {
      await transact((transaction) => moves.install(transaction, snapshot, { epoch, from: undefined }));
      await agentLog.append(id, 'info', `Imported: code ${snapshot.agent.code_hash.slice(0, 12)}`);
    },
  });
  return store.get(id);
}

async function toSnapshot(
  { compile }: AgentDesk,
  file: AgentFile,
  { owner, name = file.name }: { readonly owner: string; readonly name: string | undefined },
): Promise<AgentSnapshot> {
  for (const text of [owner, name]) {
    if (isName(text)) continue;
    throw codedError(
      'BAD_USER_INPUT',
      `Expected a name of a-z, 0-9, ".", "_" and "-", got ${JSON.stringify(text.slice(0, 80))}`,
    );
  }
  const at = new Date().toISOString();
  const programs = [...file.versions, { code: file.code }].slice(-limits.keptAgentVersions);
  const versions = [];
  for (const { code: text } of programs) {
    const { code, codeHash } = await readCode(text, { owner, compile });
    versions.push({ version: versions.length + 1, restores: null, code, code_hash: codeHash, at });
  }
  const { code, code_hash } = versions.at(-1) ?? { code: '', code_hash: '' };
  // As one that another node sends, it is held to what an agent may have, before its id is claimed.
  return parseSnapshot({
    format: 'codecraft-agent-1',
    agent: {
      agent_id: agentId(owner, name),
      owner,
      name,
      status: 'STOPPED',
      code,
      code_hash,
      memory: stringifyInput(file.memory, { what: 'memory', maxBytes: limits.maxAgentMemoryBytes }),
      cpu_bucket: null,
      log_sequence: 0,
      created_at: at,
      version: versions.length,
      run: 0,
      succeeded: 0,
      failures: 0,
      penalties: 0,
      status_reason: null,
      held_by: null,
      seed: newSeed(),
      handlers: null,
      start_due: 1,
    },
    versions,
    timers: file.timers.map(({ timer, inMs, payload }) => ({
      timer,
      inMs,
      payload: JSON.stringify(payload ?? null),
    })),
    secrets: [],
    log: [],
  } satisfies AgentSnapshot);
}
