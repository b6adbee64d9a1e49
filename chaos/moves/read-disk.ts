import { join } from 'node:path';
import Database from 'better-sqlite3';
import { z } from 'zod';
import type { AgentSeen } from './history.ts';

const agentRow = z.object({
  agent: z.string(),
  status: z.string(),
  epoch: z.number(),
  memory: z.string(),
  lastSequence: z.number(),
  acknowledged: z.number(),
  timers: z.number(),
});
const agentsQuery = `
  select agent_id as agent, status, epoch, memory, coalesce(last_sequence, 0) as lastSequence, coalesce(acknowledged, 0) as acknowledged,
    (select count(*) from agent_timers where agent_timers.agent_id = agents.agent_id) as timers
  from agents left join inboxes on inboxes.agent = agents.agent_id`;
/** Each as a line for people. */
const leftQuery = `
  select 'a move of ' || agent_id || ' as ' || side from moving
  union all select 'a message from ' || source || ' to ' || inbox from outbox
  union all select 'a letter that came back to ' || mailbox || ': ' || code || ', ' || text from dead_letters`;

/** What the disk of a node has of agents and of what is on its way; the node may run. */
export interface DiskSeen {
  readonly agents: readonly AgentSeen[];
  readonly left: readonly string[];
}

/** Reads the tables of the node whose folder that is. */
export function readDisk(folder: string, node: string): DiskSeen {
  const db = new Database(join(folder, 'data.db'), { readonly: true });
  try {
    const rows = z.array(agentRow).parse(db.prepare(agentsQuery).all());
    const left = z.array(z.string()).parse(db.prepare(leftQuery).pluck().all());
    return {
      agents: rows.map((row) => ({ ...row, node, memory: JSON.parse(row.memory) })),
      left: left.map((line) => `${node}: ${line}`),
    };
  } finally {
    db.close();
  }
}
