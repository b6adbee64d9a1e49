import { limits } from '../../schema/limits.ts';
import type { NodeMove } from '../../schema/generated/network.ts';
import type { MailboxMarks } from '../../subgraphs/traffic/mailbox-snapshot.ts';
import type { AgentSnapshot } from '../../subgraphs/world/moving/agent-snapshot.ts';
import type { MovingTools } from './moving-options.ts';
import { persist } from './persist.ts';
import { working } from './working.ts';

/** What the rest goes on from. */
export interface Copied {
  readonly snapshot: AgentSnapshot;
  readonly marks: MailboxMarks;
}

/** As often as it takes until little is new. @returns what the target has, unless the move is over */
export async function handOverCopies(
  tools: MovingTools,
  move: NodeMove,
  signal: AbortSignal,
): Promise<Copied | undefined> {
  const { watch, files, registry, copyAgainAfterMs } = tools;
  files.open(move);
  const opened = files.expectRest(move, 'w');
  let earlier: Copied | undefined;
  for (let copy = 1; ; copy += 1) {
    const begun = performance.now();
    const work = { copy, copied: earlier, opened, signal };
    const copied = await working(registry, move.id, () => handOverCopy(tools, move, work));
    const answer = await watch.until(
      move.id,
      ({ state, step, copies }) => state !== 'MOVING' || (step === 'ACCEPTED' && copies === copy),
    );
    if (answer.state !== 'MOVING') return undefined;
    if (copy === limits.maxMoveCopies || performance.now() - begun <= copyAgainAfterMs) return copied;
    earlier = copied;
  }
}

/** All that there is, or what is new since an earlier copy. */
async function handOverCopy(
  { world, traffic, files, registry, onPoint }: MovingTools,
  move: NodeMove,
  {
    copy: number,
    copied,
    opened,
    signal,
  }: {
    readonly copy: number;
    readonly copied: Copied | undefined;
    readonly opened: Promise<void>;
    readonly signal: AbortSignal;
  },
): Promise<Copied> {
  const point = copied ? 'copy again' : 'copy';
  await onPoint(`before ${point}`, move.agent);
  const { copy: mailbox, marks } = await traffic.copyMailbox(move.agent, copied?.marks);
  const snapshot = await world.snapshot(move.agent);
  const sent = copied ? world.differenceOf(copied.snapshot, snapshot) : snapshot;
  const bytes = Buffer.from(JSON.stringify({ world: sent, mailbox }));
  const sha256 = await persist(() => files.write(move, `copy-${number}`, bytes), {
    signal,
    tries: limits.moveFileTries,
  });
  // Before the other side looks for it.
  await opened;
  await persist(() => registry.progress(move.id, { step: 'COPIED', sha256, copy: number }), { signal });
  await onPoint(`after ${point}`, move.agent);
  return { snapshot, marks };
}
