import { limits } from '../../../schema/limits.ts';
import { type Slots, keepQuery } from '../../serve/keep-query.ts';
import type { AgentRow, WorldDatabase } from '../database.ts';
import type { CommitContext } from './commit-context.ts';
import { actAvatar } from './act-avatar.ts';
import { commitFailure } from './commit-failure.ts';
import { draftEffects } from './draft-effects.ts';
import { type Fenced, fencedColumns } from './fenced-row.ts';
import type { FinishedRun } from './finished-run.ts';
import { printLines } from './print-lines.ts';
import { charged, usedUp } from './used-up.ts';
import { writeTimers } from './write-timers.ts';

/** COMMITTED: every effect of the batch is stored. FENCED: the agent is not what it was when the batch began, and nothing of it is. */
export type CommitOutcome = 'COMMITTED' | 'FENCED';

/** Stores what a batch has done, in a transaction of the caller's: all of it, or nothing where the agent has been changed in the meantime. */
export async function commitRun(context: CommitContext, finished: FinishedRun): Promise<CommitOutcome> {
  const [row] = await readFenced(context.transaction, finished.work.agent);
  if (!row) return 'FENCED';
  const { end } = finished;
  if (end.kind === 'AGAIN') {
    await commitCost(context, finished, row);
    return 'COMMITTED';
  }
  if (end.kind === 'FAILED') await commitFailure(context, finished, row);
  else if (await isOverQuota(context, finished, row)) await commitFailure(context, overQuota(finished), row);
  else await commitEffects(context, finished, row);
  await acknowledge(context, finished);
  return 'COMMITTED';
}

/** Nothing when the agent is not any more what it was when the batch began. */
const readFenced = keepQuery(
  (
    db: WorldDatabase,
    slots: Slots<Pick<FinishedRun['work']['agent'], 'agent_id' | 'epoch' | 'version' | 'run'>>,
  ) =>
    db
      .selectFrom('agents')
      .select(fencedColumns)
      .where('agent_id', '=', slots.of('agent_id'))
      .where('epoch', '=', slots.of('epoch'))
      .where('version', '=', slots.of('version'))
      .where('run', '=', slots.of('run'))
      .where('status', '=', 'RUNNING'),
);

async function commitEffects(context: CommitContext, finished: FinishedRun, row: Fenced): Promise<void> {
  const { work, end } = finished;
  if (end.kind !== 'DONE') return;
  const id = work.agent.agent_id;
  const draft = draftEffects(id, work.inputs, end.outcomes);
  const { letters } = draft;
  await actAvatar(context, {
    id,
    location: row.location,
    effects: draft.avatar,
    lines: draft.lines,
    letters,
  });
  if (!(await writeTimers(context.transaction, { agent: id, inputs: work.inputs, timers: draft.timers })))
    draft.lines.push({ level: 'warn', text: `No more than ${limits.maxAgentTimers} timers can be set` });
  if (letters.length > 0) {
    const queued = await context.mail.enqueue({ agent: id, epoch: work.agent.epoch }, letters);
    const sent = { messagesSent: letters.length, sentBytes: queued.bytes };
    context.after.actions.push(
      () => queued.committed(),
      () => context.meter.add(id, sent),
    );
  }
  await printLines(context, id, draft.lines);
  if (draft.moveTo !== null) context.after.leaving.set(id, draft.moveTo);
  await writeDone(context.transaction, {
    ...usedUp(context, finished, row),
    agent_id: id,
    succeeded: row.succeeded + work.inputs.length,
    handlers: JSON.stringify(end.handlers),
    memory: end.memory ?? null,
    memory_bytes: end.memory === undefined ? null : Buffer.byteLength(end.memory),
    move_to: draft.moveTo,
  });
}

type Done = ReturnType<typeof usedUp> &
  Pick<AgentRow, 'agent_id' | 'succeeded' | 'handlers'> & {
    /** null: as before; so are its bytes then, and where it wants to go. */
    readonly memory: string | null;
    readonly memory_bytes: number | null;
    readonly move_to: string | null;
  };

const writeDone = keepQuery((db: WorldDatabase, slots: Slots<Done>) =>
  db
    .updateTable('agents')
    .set((eb) => ({
      run: slots.of('run'),
      cpu_bucket: slots.of('cpu_bucket'),
      cpu_bucket_at: slots.of('cpu_bucket_at'),
      start_due: slots.of('start_due'),
      arrived_from: slots.of('arrived_from'),
      succeeded: slots.of('succeeded'),
      failures: 0,
      penalties: 0,
      handlers: slots.of('handlers'),
      memory: eb.fn.coalesce(slots.of('memory'), 'memory'),
      memory_bytes: eb.fn.coalesce(slots.of('memory_bytes'), 'memory_bytes'),
      move_to: eb.fn.coalesce(slots.of('move_to'), 'move_to'),
    }))
    .where('agent_id', '=', slots.of('agent_id')),
);

/** Before its inputs are run again: what a batch has used is used, whatever becomes of this process. */
async function commitCost(context: CommitContext, { work, cpuMs }: FinishedRun, row: Fenced): Promise<void> {
  await context.transaction
    .updateTable('agents')
    .set(charged(context, cpuMs, row))
    .where('agent_id', '=', work.agent.agent_id)
    .execute();
}

/** As a failure of the program: its memory is as it was before. */
function overQuota(finished: FinishedRun): FinishedRun {
  const text = `The memory of all your agents here would be larger than ${limits.maxOwnerMemoryBytes} bytes`;
  return { ...finished, end: { kind: 'FAILED', failure: { kind: 'MEMORY', text, logs: [] } } };
}

async function isOverQuota(
  { transaction }: CommitContext,
  { work: { agent }, end }: FinishedRun,
  row: Fenced,
): Promise<boolean> {
  if (end.kind !== 'DONE' || end.memory === undefined) return false;
  const bytes = Buffer.byteLength(end.memory);
  if (bytes > limits.maxAgentMemoryBytes) return true;
  if (bytes <= row.memory_bytes) return false;
  const { sum } = await transaction
    .selectFrom('agents')
    .select((eb) => eb.fn.sum<number | null>('memory_bytes').as('sum'))
    .where('owner', '=', agent.owner)
    .executeTakeFirstOrThrow();
  return (sum ?? 0) - row.memory_bytes + bytes > limits.maxOwnerMemoryBytes;
}

async function acknowledge({ mail, meter, after }: CommitContext, { work }: FinishedRun): Promise<void> {
  const id = work.agent.agent_id;
  let [upTo, messagesReceived, receivedBytes] = [0, 0, 0];
  for (const { source } of work.inputs) {
    if (source.kind !== 'message') continue;
    upTo = source.sequence;
    messagesReceived += 1;
    receivedBytes += source.bytes;
  }
  if (upTo === 0) return;
  await mail.acknowledge(id, upTo);
  after.actions.push(() => meter.add(id, { messagesReceived, receivedBytes }));
}
