import { limits } from '../../../schema/limits.ts';
import { codedError } from '../../../wire/coded-error.ts';
import type { WorldDatabase } from '../database.ts';
import { bucketNow } from '../running/cpu-bucket.ts';
import type { AgentSnapshot } from './agent-snapshot.ts';

/** All that is stored here of an agent, at `now`. MOVED when it does not live here. */
export async function readSnapshot(db: WorldDatabase, agent: string, now: number): Promise<AgentSnapshot> {
  const row = await db.selectFrom('agents').selectAll().where('agent_id', '=', agent).executeTakeFirst();
  if (!row)
    throw codedError('MOVED', `The agent ${JSON.stringify(agent.slice(0, 140))} does not live on this node`);
  const { status, resumes_as: resumesAs } = row;
  const resumed = status === 'MOVING' ? (resumesAs ?? 'STOPPED') : status;
  const versions = await db
    .selectFrom('agent_versions')
    .select(['version', 'restores', 'code', 'code_hash', 'at'])
    .where('agent_id', '=', agent)
    .orderBy('version')
    .execute();
  const timers = await db
    .selectFrom('agent_timers')
    .select(['timer', 'due', 'payload'])
    .where('agent_id', '=', agent)
    .orderBy('due')
    .execute();
  const secrets = await db
    .selectFrom('agent_secrets')
    .select(['name', 'value'])
    .where('agent_id', '=', agent)
    .orderBy('name')
    .execute();
  const log = await db
    .selectFrom('agent_logs')
    .select(['epoch', 'sequence', 'at', 'level', 'text'])
    .where('agent_id', '=', agent)
    .orderBy('epoch', 'desc')
    .orderBy('sequence', 'desc')
    .limit(limits.maxLogTail)
    .execute();
  return {
    format: 'codecraft-agent-1',
    agent: {
      agent_id: row.agent_id,
      owner: row.owner,
      name: row.name,
      status: resumed === 'MOVING' ? 'STOPPED' : resumed,
      code: row.code,
      code_hash: row.code_hash,
      memory: row.memory,
      cpu_bucket: row.cpu_bucket === null ? null : bucketNow(row, now),
      log_sequence: row.log_sequence,
      created_at: row.created_at,
      version: row.version,
      succeeded: row.succeeded,
      failures: row.failures,
      penalties: row.penalties,
      status_reason: row.status_reason,
      held_by: row.held_by,
      run: row.run,
      seed: row.seed,
      handlers: row.handlers,
      start_due: row.start_due,
    },
    versions,
    timers: timers.map(({ timer, due, payload }) => ({ timer, inMs: Math.max(0, due - now), payload })),
    secrets,
    log: log.toReversed(),
  };
}
