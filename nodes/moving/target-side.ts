import type { NodeDatabase } from '../open-tables.ts';
import type { NodeMove } from '../../schema/generated/network.ts';
import {
  type MailboxCopy,
  type MailboxRest,
  parseMailboxRest,
  parseOutbox,
} from '../../subgraphs/traffic/mailbox-snapshot.ts';
import type { AgentSnapshot } from '../../subgraphs/world/moving/agent-snapshot.ts';
import { limits } from '../../schema/limits.ts';
import { asError } from '../../wire/as-error.ts';
import { codedError } from '../../wire/coded-error.ts';
import { type Taken, moveFile, takeCopies } from './take-copies.ts';
import type { MovingTools } from './moving-options.ts';
import { persist } from './persist.ts';
import { working } from './working.ts';
import { z } from 'zod';

/** All that is needed to have the agent here, as it is on the disk. */
interface Arrival {
  readonly world: AgentSnapshot;
  readonly outbox: MailboxCopy['outbox'];
  readonly rest: MailboxRest;
}

const arrived = z.object({ world: z.unknown(), outbox: z.unknown(), rest: z.unknown() });

/**
 * What the node does to which an agent comes: takes the copy or refuses it, then the rest, commits when all is on its disk, and has the agent when the
 * registry says so. Resolves when that is confirmed, or the move is given up. Rejects when everything ends.
 */
export async function runTarget(tools: MovingTools, move: NodeMove, signal: AbortSignal): Promise<void> {
  const { registry, watch, log } = tools;
  let arrival: Arrival | undefined;
  try {
    tools.files.open(move);
    const copy = await takeCopies(tools, move, signal);
    const frozen = await watch.until(move.id, ({ state, step }) => state !== 'MOVING' || step === 'FROZEN');
    if (frozen.state === 'MOVING' && copy) {
      arrival = await working(registry, move.id, () => takeRest(tools, frozen, { copy, signal }));
    }
  } catch (error) {
    signal.throwIfAborted();
    log.warn({ err: error, agent: move.agent, from: move.source }, 'an agent is not taken in');
    watch.see(await persist(() => registry.abort(move.id, asError(error).message), { signal }));
  }
  await settleTarget(tools, move, { arrival, signal });
}

/** For a move that was cut short. What has arrived as a whole may still be committed; else it is given up. */
export async function resumeTarget(tools: MovingTools, move: NodeMove, signal: AbortSignal): Promise<void> {
  const { registry, watch } = tools;
  const reason = 'The node to which the agent was to go has restarted';
  const hasArrived = (await readArrived(tools, move.id)) !== undefined;
  watch.see(
    await persist(() => (hasArrived ? registry.commit(move.id) : registry.abort(move.id, reason)), {
      signal,
    }),
  );
  await settleTarget(tools, move, { signal });
}

async function takeRest(
  { db, world, files, registry, watch, onPoint }: MovingTools,
  move: NodeMove,
  { copy, signal }: { readonly copy: Taken; readonly signal: AbortSignal },
): Promise<Arrival> {
  const { id, agent, source, epoch, restSha256 } = move;
  if (restSha256 == null) throw codedError('NODE_BAD_ANSWER', 'Expected the hash of what is to arrive');
  await onPoint('before arrive', move.agent);
  const bytes = await persist(() => files.read(move, 'rest', restSha256), {
    signal,
    tries: limits.moveFileTries,
  });
  const { world: difference, mailbox } = moveFile.parse(JSON.parse(bytes.toString('utf8')));
  const snapshot = world.applyDifference(copy.snapshot, difference);
  const rest = parseMailboxRest(mailbox);
  if (rest.agent !== agent)
    throw codedError('BAD_USER_INPUT', `Expected the mailbox of ${agent}, got that of ${rest.agent}`);
  const arrival = { world: snapshot, outbox: copy.outbox, rest };
  const arrived = JSON.stringify(arrival);
  await db.transaction().execute(async (transaction) => {
    await world.assertWelcome(transaction, snapshot);
    await transaction
      .replaceInto('moving')
      .values({ move_id: id, agent_id: agent, side: 'TARGET', peer: source, epoch, arrived })
      .execute();
  });
  await onPoint('after arrive', move.agent);
  await onPoint('before commit', move.agent);
  watch.see(await persist(() => registry.commit(id), { signal }));
  await onPoint('after commit', move.agent);
  return arrival;
}

async function settleTarget(
  tools: MovingTools,
  move: NodeMove,
  { arrival, signal }: { readonly arrival?: Arrival | undefined; readonly signal: AbortSignal },
): Promise<void> {
  const { registry, watch, files } = tools;
  const decided = await watch.until(move.id, ({ state }) => state !== 'MOVING');
  signal.throwIfAborted();
  if (decided.state === 'COMMITTED') {
    const stored = arrival ?? (await readArrival(tools, move.id));
    // Without it the agent has been installed before.
    if (stored) await activate(tools, decided, stored);
    await tools.onPoint('before confirm', move.agent);
    await persist(() => registry.confirm(move.id), { signal });
    await tools.onPoint('after confirm', move.agent);
  } else if (decided.state !== 'DONE') {
    await forget(tools, decided);
  }
  files.close(move);
}

/** The agent lives here: what has arrived is installed, once. */
async function activate(
  { db, world, traffic, log, onPoint }: MovingTools,
  { id, agent, source, epoch }: NodeMove,
  { world: snapshot, outbox, rest }: Arrival,
): Promise<void> {
  await onPoint('before activate', agent);
  const installed = await db.transaction().execute(async (transaction) => {
    const tables: NodeDatabase = transaction;
    await world.install(tables, snapshot, { epoch: epoch + 1, from: source });
    const mailbox = await traffic.install(tables, { epoch: epoch + 1, outbox, rest });
    await transaction.deleteFrom('moving').where('move_id', '=', id).execute();
    return mailbox;
  });
  traffic.unfreeze(agent);
  installed.committed();
  world.installed(agent);
  await onPoint('after activate', agent);
  log.info({ agent, from: source }, 'an agent has come to live here');
}

async function readArrival(tools: MovingTools, move: string): Promise<Arrival | undefined> {
  const text = await readArrived(tools, move);
  if (text === undefined) return undefined;
  const { world, outbox, rest } = arrived.parse(JSON.parse(text));
  return { world: tools.world.parse(world), outbox: parseOutbox(outbox), rest: parseMailboxRest(rest) };
}

async function readArrived({ db }: MovingTools, move: string): Promise<string | undefined> {
  const row = await db.selectFrom('moving').select('arrived').where('move_id', '=', move).executeTakeFirst();
  return row?.arrived ?? undefined;
}

/** It does not come. */
async function forget({ db, world, traffic }: MovingTools, { id, agent }: NodeMove): Promise<void> {
  const isHere = (await world.epochOf(agent)) !== undefined;
  const removed = await db.transaction().execute(async (transaction) => {
    const tables: NodeDatabase = transaction;
    await transaction.deleteFrom('moving').where('move_id', '=', id).execute();
    return isHere ? undefined : traffic.removeMailbox(tables, agent);
  });
  removed?.committed();
}
