import { limits } from '../../../schema/limits.ts';
import type { WorldTransaction } from '../database.ts';
import { agentMoving } from './agent-moving.ts';

interface NewVersion {
  readonly agent: string;
  readonly version: number;
  readonly restores: number | null;
  readonly code: string;
  readonly codeHash: string;
  /** ISO 8601. */
  readonly at: string;
}

/** Keeps a version, and of the older ones the newest. In a transaction of the caller's. */
export async function keepVersion(
  transaction: WorldTransaction,
  { agent, version, restores, code, codeHash, at }: NewVersion,
): Promise<void> {
  await transaction
    .insertInto('agent_versions')
    .values({ agent_id: agent, version, restores, code, code_hash: codeHash, at })
    .execute();
  await transaction
    .deleteFrom('agent_versions')
    .where('agent_id', '=', agent)
    .where('version', '<=', version - limits.keptAgentVersions)
    .execute();
}

/**
 * Takes up the code of an older version, of the one before where none is given, as a version of its own; memory stays. The number of the version
 * whose code it is; undefined when there is none, and then nothing has changed. AGENT_MOVING while it moves. In a transaction of the caller's.
 */
export async function restoreVersion(
  transaction: WorldTransaction,
  {
    agent,
    version,
    at,
  }: { readonly agent: string; readonly version?: number | undefined; readonly at: string },
): Promise<number | undefined> {
  const current = await transaction
    .selectFrom('agents')
    .leftJoin('agent_versions', (join) =>
      join
        .onRef('agent_versions.agent_id', '=', 'agents.agent_id')
        .onRef('agent_versions.version', '=', 'agents.version'),
    )
    .select(['agents.version', 'agents.status', 'agent_versions.restores'])
    .where('agents.agent_id', '=', agent)
    .executeTakeFirst();
  if (!current) return undefined;
  if (current.status === 'MOVING') throw agentMoving(agent);
  const older = await transaction
    .selectFrom('agent_versions')
    .selectAll()
    .where('agent_id', '=', agent)
    .where('version', '<', current.version)
    // A return to an older version stands for that one: before it comes what was before that.
    .$if(version === undefined, (query) => query.where('version', '<', current.restores ?? current.version))
    .$if(version !== undefined, (query) => query.where('version', '=', version ?? 0))
    .orderBy('version', 'desc')
    .executeTakeFirst();
  if (!older) return undefined;
  const restores = older.restores ?? older.version;
  const { code, code_hash: codeHash } = older;
  await keepVersion(transaction, { agent, version: current.version + 1, restores, code, codeHash, at });
  await transaction
    .updateTable('agents')
    .set({ ...freshVersion(current.version + 1), code, code_hash: codeHash, updated_at: at })
    .where('agent_id', '=', agent)
    .execute();
  return restores;
}

/** What is set in an agent's row when another version of its program begins. */
export function freshVersion(version: number) {
  return {
    version,
    succeeded: 0,
    failures: 0,
    penalties: 0,
    penalty_until: 0,
    handlers: null,
    start_due: 1,
  } as const;
}
