import { z } from 'zod';
import { limits } from '../../schema/limits.ts';
import type { NodeMove } from '../../schema/generated/network.ts';
import { type MailboxCopy, parseMailboxCopy } from '../../subgraphs/traffic/mailbox-snapshot.ts';
import type { AgentSnapshot } from '../../subgraphs/world/moving/agent-snapshot.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { MovingTools } from './moving-options.ts';
import { persist } from './persist.ts';
import { working } from './working.ts';

/** Of the copies, what the rest is put together with. */
export interface Taken {
  readonly snapshot: AgentSnapshot;
  readonly outbox: MailboxCopy['outbox'];
}

/** What is in each of the files. */
export const moveFile = z.object({ world: z.unknown(), mailbox: z.unknown() });

/** One after the other, until the agent is frozen. @returns what they come to, unless the move is over */
export async function takeCopies(
  tools: MovingTools,
  move: NodeMove,
  signal: AbortSignal,
): Promise<Taken | undefined> {
  const { registry, watch } = tools;
  let copied: Taken | undefined;
  for (let copy = 1; ; copy += 1) {
    const next = await watch.until(
      move.id,
      ({ state, step, copies }) => state !== 'MOVING' || step === 'FROZEN' || copies >= copy,
    );
    if (next.state !== 'MOVING' || next.step === 'FROZEN') return copied;
    const work = { copied, signal };
    copied = await working(registry, move.id, () => takeCopy(tools, next, work));
  }
}

async function takeCopy(
  { db, world, traffic, files, registry, onPoint }: MovingTools,
  move: NodeMove,
  { copied, signal }: { readonly copied: Taken | undefined; readonly signal: AbortSignal },
): Promise<Taken> {
  const { copies: number, copySha256: sha256 } = move;
  const point = copied ? 'accept again' : 'accept';
  if (sha256 == null) throw codedError('NODE_BAD_ANSWER', 'Expected the hash of a copy');
  await onPoint(`before ${point}`, move.agent);
  const bytes = await persist(() => files.read(move, `copy-${number}`, sha256), {
    signal,
    tries: limits.moveFileTries,
  });
  const opened = copied ? undefined : files.expectRest(move, 'r');
  const { world: sent, mailbox } = moveFile.parse(JSON.parse(bytes.toString('utf8')));
  const snapshot = copied ? world.applyDifference(copied.snapshot, sent) : world.parse(sent);
  const copy = parseMailboxCopy(mailbox);
  for (const agent of [snapshot.agent.agent_id, copy.agent]) {
    if (agent !== move.agent)
      throw codedError('BAD_USER_INPUT', `Expected a copy of ${move.agent}, got one of ${agent}`);
  }
  await db.transaction().execute((transaction) => world.assertWelcome(transaction, snapshot));
  await traffic.stageCopy(copy, { isFirst: copied === undefined });
  await opened;
  await persist(() => registry.progress(move.id, { step: 'ACCEPTED', copy: number }), { signal });
  await onPoint(`after ${point}`, move.agent);
  return { snapshot, outbox: [...(copied?.outbox ?? []), ...copy.outbox] };
}
