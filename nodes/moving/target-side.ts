import type { NodeDatabase } from '../open-tables.ts';
import type { NodeMove } from '../../schema/generated/network.ts';
import {
  type MailboxCopy,
  parseMailboxCopy,
  parseMailboxRest,
} from '../../subgraphs/traffic/mailbox-snapshot.ts';
import { asError } from '../../wire/as-error.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { MovingTools } from './moving-options.ts';
import { persist } from './persist.ts';
import { working } from './working.ts';
import { z } from 'zod';

/** How often a file is tried to be fetched before the move is given up. */
const fileTries = 8;

const file = z.object({ world: z.unknown(), mailbox: z.unknown() });
const arrived = z.object({ world: z.unknown(), outbox: z.unknown(), rest: z.unknown() });

/**
 * What the node does to which an agent comes: takes the copy or refuses it, then the rest, commits when all is on its disk, and has the agent when the
 * registry says so. Resolves when that is confirmed, or the move is given up. Rejects when everything ends.
 */
export async function runTarget(tools: MovingTools, move: NodeMove, signal: AbortSignal): Promise<void> {
  const { registry, watch, log } = tools;
  try {
    tools.files.open(move);
    const copied = await watch.until(move.id, ({ state, step }) => state !== 'MOVING' || step !== 'BEGUN');
    if (copied.state === 'MOVING' && copied.copySha256 != null) {
      const sha256 = copied.copySha256;
      const copy = await working(registry, move.id, () => takeCopy(tools, copied, { sha256, signal }));
      const frozen = await watch.until(move.id, ({ state, step }) => state !== 'MOVING' || step === 'FROZEN');
      if (frozen.state === 'MOVING') {
        await working(registry, move.id, () => takeRest(tools, frozen, { copy, signal }));
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    log.warn({ err: error, agent: move.agent, from: move.source }, 'an agent is not taken in');
    await persist(() => registry.abort(move.id, asError(error).message), { signal });
  }
  await settleTarget(tools, move, signal);
}

/** For a move that was cut short. What has arrived as a whole may still be committed; else it is given up. */
export async function resumeTarget(tools: MovingTools, move: NodeMove, signal: AbortSignal): Promise<void> {
  const { db, registry } = tools;
  const row = await db
    .selectFrom('moving')
    .select('arrived')
    .where('move_id', '=', move.id)
    .executeTakeFirst();
  if (row?.arrived != null) await persist(() => registry.commit(move.id), { signal });
  else {
    await persist(() => registry.abort(move.id, 'The node to which the agent was to go has restarted'), {
      signal,
    });
  }
  await settleTarget(tools, move, signal);
}

async function takeCopy(
  { world, traffic, files, registry, onPoint }: MovingTools,
  move: NodeMove,
  { sha256, signal }: { readonly sha256: string; readonly signal: AbortSignal },
): Promise<MailboxCopy> {
  await onPoint('before accept', move.agent);
  const bytes = await persist(() => files.read(move, 'copy', sha256), { signal, tries: fileTries });
  const { world: snapshot, mailbox } = file.parse(JSON.parse(bytes.toString('utf8')));
  await world.assertWelcome(snapshot);
  const copy = parseMailboxCopy(mailbox);
  if (copy.agent !== move.agent)
    throw codedError('BAD_USER_INPUT', `Expected the mailbox of ${move.agent}, got that of ${copy.agent}`);
  await traffic.stageCopy(copy);
  await persist(() => registry.progress(move.id, 'ACCEPTED'), { signal });
  await onPoint('after accept', move.agent);
  return copy;
}

async function takeRest(
  { db, world, files, registry, onPoint }: MovingTools,
  move: NodeMove,
  { copy, signal }: { readonly copy: MailboxCopy; readonly signal: AbortSignal },
): Promise<void> {
  const { id, agent, source, epoch, restSha256 } = move;
  if (restSha256 == null) throw codedError('NODE_BAD_ANSWER', 'Expected the hash of what is to arrive');
  await onPoint('before arrive', move.agent);
  const bytes = await persist(() => files.read(move, 'rest', restSha256), { signal, tries: fileTries });
  const { world: snapshot, mailbox } = file.parse(JSON.parse(bytes.toString('utf8')));
  await world.assertWelcome(snapshot);
  const rest = parseMailboxRest(mailbox);
  if (rest.agent !== agent)
    throw codedError('BAD_USER_INPUT', `Expected the mailbox of ${agent}, got that of ${rest.agent}`);
  await db
    .replaceInto('moving')
    .values({
      move_id: id,
      agent_id: agent,
      side: 'TARGET',
      peer: source,
      epoch,
      arrived: JSON.stringify({ world: snapshot, outbox: copy.outbox, rest }),
    })
    .execute();
  await onPoint('after arrive', move.agent);
  await onPoint('before commit', move.agent);
  await persist(() => registry.commit(id), { signal });
  await onPoint('after commit', move.agent);
}

async function settleTarget(tools: MovingTools, move: NodeMove, signal: AbortSignal): Promise<void> {
  const { registry, watch, files } = tools;
  const decided = await watch.until(move.id, ({ state }) => state !== 'MOVING');
  signal.throwIfAborted();
  if (decided.state === 'COMMITTED') {
    await activate(tools, decided);
    await tools.onPoint('before confirm', move.agent);
    await persist(() => registry.confirm(move.id), { signal });
    await tools.onPoint('after confirm', move.agent);
  } else if (decided.state !== 'DONE') {
    await forget(tools, decided);
  }
  files.close(move.id);
}

/** The agent lives here: what has arrived is installed, once. */
async function activate(tools: MovingTools, move: NodeMove): Promise<void> {
  const { db, world, traffic, log, onPoint } = tools;
  const { id, agent, source, epoch } = move;
  const row = await db.selectFrom('moving').select('arrived').where('move_id', '=', id).executeTakeFirst();
  // Without it the agent has been installed before.
  if (row?.arrived == null) return;
  const { world: snapshot, outbox, rest } = arrived.parse(JSON.parse(row.arrived));
  const parsed = { agent, messages: [], seen: [], letters: [], sentIds: [], outbox };
  const arrival = {
    epoch: epoch + 1,
    outbox: parseMailboxCopy(parsed).outbox,
    rest: parseMailboxRest(rest),
  };
  await onPoint('before activate', move.agent);
  const installed = await db.transaction().execute(async (transaction) => {
    const tables: NodeDatabase = transaction;
    await world.install(tables, snapshot, { epoch: epoch + 1, from: source });
    const mailbox = await traffic.install(tables, arrival);
    await transaction.deleteFrom('moving').where('move_id', '=', id).execute();
    return mailbox;
  });
  traffic.unfreeze(agent);
  installed.committed();
  world.installed(agent);
  await onPoint('after activate', move.agent);
  log.info({ agent, from: source }, 'an agent has come to live here');
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
