import { limits } from '../../../schema/limits.ts';
import type { WorldTransaction } from '../database.ts';
import type { TimerChange } from './draft-effects.ts';
import type { WorkInput } from './read-work.ts';

interface TimersToWrite {
  readonly agent: string;
  readonly inputs: readonly WorkInput[];
  readonly timers: ReadonlyMap<string, TimerChange>;
}

/** Takes away the timers that were inputs, and sets and cancels others; false when there are too many then. In a transaction of the caller's. */
export async function writeTimers(
  transaction: WorldTransaction,
  { agent, inputs, timers }: TimersToWrite,
): Promise<boolean> {
  const gone = new Set<string>();
  for (const { source } of inputs) if (source.kind === 'timer') gone.add(source.timer);
  const set = [];
  for (const [timer, change] of timers) {
    if (change) set.push({ agent_id: agent, timer, ...change });
    else gone.add(timer);
  }
  if (gone.size > 0) {
    await transaction
      .deleteFrom('agent_timers')
      .where('agent_id', '=', agent)
      .where('timer', 'in', [...gone])
      .execute();
  }
  if (set.length === 0) return true;
  const kept = await transaction
    .selectFrom('agent_timers')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('agent_id', '=', agent)
    .where(
      'timer',
      'not in',
      set.map(({ timer }) => timer),
    )
    .executeTakeFirstOrThrow();
  const room = Math.max(0, limits.maxAgentTimers - kept.count);
  const first = set.slice(0, room);
  if (first.length > 0) await transaction.replaceInto('agent_timers').values(first).execute();
  return first.length === set.length;
}
