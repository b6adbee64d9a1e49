import { mkdirSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import type { AgentRuntime } from '../../agents/agent-runtime.ts';
import { readProc } from '../../agents/process/read-proc.ts';
import { openShapes } from '../../nodes/open-shapes.ts';
import { type NodeDatabase, openNodeTables } from '../../nodes/open-tables.ts';
import { acceptDeliveries } from '../../subgraphs/traffic/accept-deliveries.ts';
import { createPost } from '../../subgraphs/traffic/create-post.ts';
import type { Delivery } from '../../subgraphs/traffic/delivery.ts';

export interface CommittedOptions {
  readonly runtime: AgentRuntime;
  /** Emptied before. */
  readonly folder: string;
  readonly agents: number;
  readonly memoryBytes: number;
  readonly messagesPerAgent: number;
}

export interface CommittedRun {
  readonly perSecond: number;
  /** CPU of this process for one call, and of those of the agents, in µs. */
  readonly ownUs: number;
  readonly agentsUs: number;
}

/** Counts what it is told; each call changes its memory, which is on the disk with the message that was taken. */
const program = 'export function message() { memory.calls = (memory.calls ?? 0) + 1; }';
const owner = 'ada';

/** All of a node but its port: messages that wait in inboxes on the disk, run behind the wall, committed. */
export async function runCommitted(options: CommittedOptions): Promise<CommittedRun> {
  const { runtime, folder, agents, memoryBytes, messagesPerAgent } = options;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const tables = await openNodeTables(folder);
  const shapes = await openShapes({
    node: 'main',
    folder,
    db: tables.db,
    claimAgent: async () => ({ epoch: 1 }),
    releaseAgent: async () => undefined,
    post: nobodyElse,
    runtime,
    log: pino({ level: 'error' }),
  });
  const { db } = tables;
  const viewer = { username: owner, role: 'DEVELOPER' } as const;
  const ids = Array.from({ length: agents }, (_, at) => `${owner}/${memoryBytes}-${at}`);
  for (const id of ids) {
    const input = {
      name: id.slice(owner.length + 1),
      code: program,
      memory: { pad: 'x'.repeat(memoryBytes - 40) },
      start: true,
    };
    const query = 'mutation ($input: DeployAgentInput!) { deployAgent(node: "main", input: $input) { id } }';
    const { errors } = await shapes.world.shape.execute({ query, variables: { input }, viewer });
    if (errors?.[0]) throw errors[0];
  }
  await fillInboxes(db, ids, messagesPerAgent);
  const calls = agents * messagesPerAgent;
  const agentsMs = () => runtime.processes().reduce((sum, { pid }) => sum + (readProc(pid)?.cpuMs ?? 0), 0);
  try {
    // Every agent has its instance before: what is measured is the calls.
    const before = agentsMs();
    const own = process.cpuUsage();
    const start = performance.now();
    await shapes.world.startAgents();
    await untilRead(db, ids);
    const seconds = (performance.now() - start) / 1_000;
    const { user, system } = process.cpuUsage(own);
    return {
      perSecond: calls / seconds,
      ownUs: (user + system) / calls,
      agentsUs: ((agentsMs() - before) * 1_000) / calls,
    };
  } finally {
    for (const id of ids) runtime.forget(id);
    await shapes.close();
    await tables.close();
  }
}

const nobodyElse = createPost({
  self: 'main',
  initial: 'main',
  locate: async () => new Map(),
  canReach: () => false,
  onReach: () => () => undefined,
  ask: () => Promise.reject(new Error('Expected nobody to be asked')),
});

async function fillInboxes(db: NodeDatabase, ids: readonly string[], messages: number): Promise<void> {
  const nothing = { place: undefined, reason: undefined, bounce: undefined, throttled: false };
  for (const inbox of ids) {
    const deliveries = Array.from({ length: messages }, (_, at): Delivery => {
      const sentAt = new Date().toISOString();
      const body = '{"text":"how are you?"}';
      return {
        kind: 'MESSAGE',
        id: `m${at}`,
        source: 'bob',
        inbox,
        body,
        sentAt,
        ttlMs: 60_000,
        hops: 0,
        ...nothing,
      };
    });
    await acceptDeliveries(db, deliveries, Date.now());
  }
}

/** Rejects when nothing is read for a while: then an agent has failed. */
async function untilRead(db: NodeDatabase, ids: readonly string[]): Promise<void> {
  for (let before = Infinity, same = 0; ;) {
    const { unread } = await db
      .selectFrom('inboxes')
      .select((inbox) => inbox.fn.sum<number>('stored').as('unread'))
      .where('agent', 'in', ids)
      .executeTakeFirstOrThrow();
    if (unread === 0) return;
    same = unread < before ? 0 : same + 1;
    if (same > 2_000) throw new Error(`Expected all messages to be read, ${unread} are left`);
    before = unread;
    await delay(5);
  }
}
