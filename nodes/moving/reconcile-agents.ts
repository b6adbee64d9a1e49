import type { NodeDatabase } from '../open-tables.ts';
import type { MovingTools } from './moving-options.ts';

/** Clears away agents that the registry has placed elsewhere, or at another epoch, while it could not be heard: they have been taken over. */
export async function reconcileAgents(
  { db, world, traffic, registry, log }: MovingTools,
  isMoving: (agent: string) => boolean,
): Promise<void> {
  // In this order: whatever is deployed in between is in the second list.
  const here = await world.agents();
  const homes = new Map((await registry.agentsHere()).map(({ agent, epoch }) => [agent, epoch]));
  for (const { agent, epoch } of here) {
    if (homes.get(agent) === epoch || isMoving(agent)) continue;
    // It may have come back since the list was made.
    if ((await world.epochOf(agent)) !== epoch) continue;
    const done = await db.transaction().execute(async (transaction) => {
      const tables: NodeDatabase = transaction;
      const removed = await world.remove(tables, agent);
      const mailbox = await traffic.removeMailbox(tables, agent);
      return [removed, () => mailbox.committed()];
    });
    for (const committed of done) committed();
    traffic.unfreeze(agent);
    log.warn({ agent, epoch }, 'an agent has been taken over by another node while this one was away');
  }
}

/** Gives back ids that the registry has placed here for agents that there are none of: what stored or deleted them was cut short. For the start. */
export async function giveBackOrphans(
  { world, registry, log }: MovingTools,
  isMoving: (agent: string) => boolean,
): Promise<void> {
  for (const { agent } of await registry.agentsHere()) {
    if (isMoving(agent) || (await world.epochOf(agent)) !== undefined) continue;
    await world.giveBack(agent).catch((error: unknown) => {
      // It is on its way here.
      log.info({ err: error, agent }, 'an id is not given back');
    });
  }
}
