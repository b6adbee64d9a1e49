import { z } from 'zod';
import type { NodeMove } from '../../schema/generated/network.ts';
import { parseMailboxCopy, parseMailboxRest } from '../../subgraphs/traffic/mailbox-snapshot.ts';
import type { MovingTools } from './moving-options.ts';
import { unpackCheckpoint } from './pack-checkpoint.ts';
import { persist } from './persist.ts';
import { resumeTarget } from './target-side.ts';

const kept = z.object({ world: z.unknown(), copy: z.unknown(), rest: z.unknown() });

/** An admin has placed an agent here whose node is lost: it is made anew from what the initial node has kept of it. */
export async function runTakeover(tools: MovingTools, move: NodeMove, signal: AbortSignal): Promise<void> {
  const { db, world, traffic, registry } = tools;
  const { id, agent, source, epoch } = move;
  const isPrepared = await db
    .selectFrom('moving')
    .select('move_id')
    .where('move_id', '=', id)
    .executeTakeFirst();
  const isHere = (await world.epochOf(agent)) === epoch + 1;
  if (!isPrepared && !isHere) {
    const checkpoint = await persist(() => registry.checkpoint(agent), { signal });
    if (checkpoint === undefined) throw new Error(`Expected a checkpoint of ${agent}`);
    const { world: snapshot, copy, rest } = kept.parse(JSON.parse(await unpackCheckpoint(checkpoint)));
    const parsed = parseMailboxCopy(copy);
    await traffic.stageCopy(parsed, { isFirst: true });
    const arrived = { world: snapshot, outbox: parsed.outbox, rest: parseMailboxRest(rest) };
    await db
      .insertInto('moving')
      .values({
        move_id: id,
        agent_id: agent,
        side: 'TARGET',
        peer: source,
        epoch,
        arrived: JSON.stringify(arrived),
      })
      .execute();
  }
  await resumeTarget(tools, move, signal);
}
