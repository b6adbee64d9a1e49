import type { NodeDatabase } from '../open-tables.ts';
import { limits } from '../../schema/limits.ts';
import { asError } from '../../wire/as-error.ts';
import type { NodeMove } from '../../schema/generated/network.ts';
import { type Copied, handOverCopies } from './hand-over-copies.ts';
import type { MovingTools } from './moving-options.ts';
import { persist } from './persist.ts';
import { working } from './working.ts';

/**
 * What the node does from which an agent goes: hands over a copy, then freezes it and hands over the rest; then does what the registry has decided. Resolves
 * when that is on the disk. Rejects when everything ends.
 */
export async function runSource(tools: MovingTools, move: NodeMove, signal: AbortSignal): Promise<void> {
  const { registry, watch, log } = tools;
  try {
    const copied = await handOverCopies(tools, move, signal);
    if (copied) await working(registry, move.id, () => handOverRest(tools, move, { copied, signal }));
  } catch (error) {
    signal.throwIfAborted();
    log.warn({ err: error, agent: move.agent, to: move.target }, 'a move is given up');
    watch.see(await persist(() => registry.abort(move.id, asError(error).message), { signal }));
  }
  await settleSource(tools, move, signal);
}

/** For a move that was cut short: it is given up, if it can be, and what the registry has decided is done. */
export async function resumeSource(tools: MovingTools, move: NodeMove, signal: AbortSignal): Promise<void> {
  const reason = 'The node from which the agent goes has restarted';
  tools.watch.see(await persist(() => tools.registry.abort(move.id, reason), { signal }));
  await settleSource(tools, move, signal);
}

async function handOverRest(
  tools: MovingTools,
  move: NodeMove,
  { copied, signal }: { readonly copied: Copied; readonly signal: AbortSignal },
): Promise<void> {
  const { world, traffic, files, registry, onPoint } = tools;
  const { id, agent, target, epoch } = move;
  await onPoint('before freeze', move.agent);
  const row = { move_id: id, agent_id: agent, side: 'SOURCE', peer: target, epoch, arrived: null } as const;
  const [snapshot] = await Promise.all([
    // Whatever happens from here on, this node accepts nothing for the agent before it has asked what has become of the move.
    world.freeze(agent, target, async (transaction) => {
      await transaction.insertInto('moving').values(row).execute();
    }),
    traffic.freeze(agent),
  ]);
  await onPoint('after freeze', move.agent);
  const mailbox = await traffic.exportRest(agent, copied.marks);
  await onPoint('before rest', move.agent);
  const rest = { world: world.differenceOf(copied.snapshot, snapshot), mailbox };
  const bytes = Buffer.from(JSON.stringify(rest));
  const sha256 = await persist(() => files.write(move, 'rest', bytes), {
    signal,
    tries: limits.moveFileTries,
  });
  tools.watch.see(await persist(() => registry.progress(id, { step: 'FROZEN', sha256 }), { signal }));
  await onPoint('after rest', move.agent);
}

async function settleSource(tools: MovingTools, move: NodeMove, signal: AbortSignal): Promise<void> {
  const { watch, files } = tools;
  const decided = await watch.until(move.id, ({ state }) => state !== 'MOVING');
  signal.throwIfAborted();
  if (decided.state === 'ABORTED') await stay(tools, decided);
  else {
    // What is left here is in nobody's way, and the agent stands still until the other side has it.
    const isOver = ({ state }: NodeMove): boolean => state !== 'COMMITTED';
    await watch.until(move.id, isOver, { patienceMs: limits.moveReleaseWaitMs });
    signal.throwIfAborted();
    await release(tools, decided);
  }
  files.close(move);
}

/** The agent goes on here. */
async function stay({ db, world, traffic, log, onPoint }: MovingTools, move: NodeMove): Promise<void> {
  const { id, agent, target, reason } = move;
  await onPoint('before resume', move.agent);
  await db.deleteFrom('moving').where('move_id', '=', id).execute();
  traffic.unfreeze(agent);
  await world.thaw(agent);
  log.info({ agent, to: target, reason }, 'an agent stays');
  await world.note(agent, `The move to ${target} was given up: ${reason ?? 'no reason was given'}`);
  await onPoint('after resume', move.agent);
}

/** The agent lives elsewhere. What is left of it here goes, but for a note where it is. */
async function release({ db, world, traffic, log, onPoint }: MovingTools, move: NodeMove): Promise<void> {
  const { id, agent, target, epoch } = move;
  await onPoint('before release', move.agent);
  // It may be back already, by another move.
  const here = await world.epochOf(agent);
  const isHere = here === epoch;
  const done = await db.transaction().execute(async (transaction) => {
    const tables: NodeDatabase = transaction;
    await transaction.deleteFrom('moving').where('move_id', '=', id).execute();
    if (!isHere) return [];
    const removed = await world.remove(tables, agent);
    const mailbox = await traffic.removeMailbox(tables, agent);
    await transaction
      .replaceInto('agent_moves')
      .values({ agent, node: target, epoch: epoch + 1 })
      .execute();
    return [removed, () => mailbox.committed()];
  });
  for (const committed of done) committed();
  if (isHere || here === undefined) traffic.unfreeze(agent);
  log.info({ agent, to: target }, 'an agent has moved');
  await onPoint('after release', move.agent);
}
