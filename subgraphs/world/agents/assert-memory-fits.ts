import { limits } from '../../../schema/limits.ts';
import { codedError } from '../../../wire/coded-error.ts';
import type { WorldTransaction } from '../database.ts';

/** Throws QUOTA_EXCEEDED where the agents of this owner would have more memory together than is allowed, were this the one agent's. */
export async function assertMemoryFits(
  transaction: WorldTransaction,
  { agent, owner, memory }: { readonly agent: string; readonly owner: string; readonly memory: string },
): Promise<void> {
  const { others } = await transaction
    .selectFrom('agents')
    .select((eb) => eb.fn.sum<number | null>('memory_bytes').as('others'))
    .where('owner', '=', owner)
    .where('agent_id', '!=', agent)
    .executeTakeFirstOrThrow();
  const bytes = (others ?? 0) + Buffer.byteLength(memory);
  if (bytes <= limits.maxOwnerMemoryBytes) return;
  throw codedError(
    'QUOTA_EXCEEDED',
    `Expected the memories of all agents of ${owner} on this node to have at most ${limits.maxOwnerMemoryBytes} bytes, got ${bytes}`,
  );
}
