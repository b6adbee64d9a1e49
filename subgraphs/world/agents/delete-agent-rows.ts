import type { WorldTransaction } from '../database.ts';
import { leaveLocation } from '../places/move-avatar.ts';

export interface RowsToDelete {
  readonly transaction: WorldTransaction;
  readonly agent: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Collects the locations where it was seen. */
  readonly touched: Set<string>;
}

/** The tables that have rows of one agent, by its id. */
const tables = ['agents', 'agent_versions', 'agent_timers', 'agent_secrets', 'agent_logs'] as const;

/** Deletes all that the world has of an agent; its avatar is seen to leave. In a transaction of the caller's. */
export async function deleteAgentRows({ transaction, agent, now, touched }: RowsToDelete): Promise<void> {
  const row = await transaction
    .selectFrom('agents')
    .select('location')
    .where('agent_id', '=', agent)
    .executeTakeFirst();
  if (row) await leaveLocation({ transaction, agent, location: row.location, now, touched });
  for (const table of tables) await transaction.deleteFrom(table).where('agent_id', '=', agent).execute();
  await transaction
    .deleteFrom('entities')
    .where('entity_id', '=', agent)
    .where('entity_type', '=', 'avatar')
    .execute();
}
