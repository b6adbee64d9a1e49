import type { MailboxRest } from '../../subgraphs/traffic/mailbox-snapshot.ts';
import { limits } from '../../schema/limits.ts';
import { createHash } from 'node:crypto';
import type { MovingTools } from './moving-options.ts';
import { packCheckpoint } from './pack-checkpoint.ts';

/** How often it is tried to find an agent that does nothing meanwhile. */
const maxTries = 20;

export interface CheckpointsOptions extends Pick<
  MovingTools,
  'db' | 'world' | 'traffic' | 'registry' | 'log'
> {
  /** Instead of `limits.checkpointEveryMs`. */
  readonly everyMs?: number;
}

/** Sends to the initial node, again and again, what the agents of this node could be made anew from. */
export interface Checkpoints {
  /** Of all agents, now. Never rejects. */
  keepAll(): Promise<void>;
  /** Idempotent. Resolves when nothing is being sent. */
  close(): Promise<void>;
}

export function startCheckpoints(options: CheckpointsOptions): Checkpoints {
  const { world, traffic, registry, log, everyMs = limits.checkpointEveryMs } = options;
  /** A hash of what was sent last, by agent. */
  const sent = new Map<string, string>();
  let keeping: Promise<void> | undefined;
  let isClosed = false;

  /** What the agent remembers, and what it has been sent and sends, of one moment: again, when it has done something meanwhile. */
  const take = async (agent: string) => {
    for (let tries = 1; ; tries += 1) {
      const { copy, marks } = await traffic.copyMailbox(agent);
      const rest = await traffic.exportRest(agent, marks);
      const snapshot = await world.snapshot(agent);
      const after = await traffic.exportRest(agent, marks);
      if (workOf(rest) === workOf(after)) return { world: snapshot, copy, rest };
      if (tries === maxTries) throw new Error('Expected the agent to pause for a moment');
    }
  };
  const keep = async (agent: string, epoch: number): Promise<void> => {
    const json = JSON.stringify(await take(agent));
    const hash = createHash('sha256').update(`${epoch} ${json}`).digest('base64');
    if (sent.get(agent) === hash) return;
    const bytes = Buffer.byteLength(json);
    if (bytes > limits.maxCheckpointBytes) {
      log.warn({ agent, bytes }, 'an agent is too large to keep a checkpoint of');
      return;
    }
    await registry.keepCheckpoint({ agent, epoch, data: await packCheckpoint(json) });
    sent.set(agent, hash);
  };
  const keepAll = async (): Promise<void> => {
    const here = await world.agents();
    for (const agent of sent.keys()) if (!here.some((one) => one.agent === agent)) sent.delete(agent);
    for (const { agent, epoch } of here) {
      if (isClosed) return;
      await keep(agent, epoch).catch((error: unknown) => {
        log.warn({ err: error, agent }, 'no checkpoint is kept');
      });
    }
  };
  const start = (): Promise<void> => {
    keeping ??= keepAll()
      .catch((error: unknown) => log.warn({ err: error }, 'no checkpoints are kept'))
      .finally(() => {
        keeping = undefined;
      });
    return keeping;
  };
  const timer = setInterval(() => void start(), everyMs);
  timer.unref();
  return {
    keepAll: start,
    close: async () => {
      isClosed = true;
      clearInterval(timer);
      await keeping;
    },
  };
}

/** What an agent has done: taken from its inbox, and sent. */
function workOf({ inbox, pairsOut }: MailboxRest): string {
  return JSON.stringify([inbox?.acknowledged, pairsOut.map(({ last_number: last }) => last)]);
}
