import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import type { AgentRuntime } from '../../agents/agent-runtime.ts';
import { readProc } from '../../wire/read-proc.ts';
import { type NodeShapes, openShapes } from '../../nodes/open-shapes.ts';
import { type NodeDatabase, openNodeTables } from '../../nodes/open-tables.ts';
import { createPost } from '../../subgraphs/traffic/create-post.ts';
import { type DriveRun, program } from './drive.ts';

const ada = { username: 'ada', role: 'DEVELOPER' } as const;
const rowsAtOnce = 250;

/** How many handler calls are committed in a second, by agents of one owner whose inboxes are full, from there to the disk (FULL). */
export async function measureCommitted(
  runtime: AgentRuntime,
  {
    agents,
    memoryBytes,
    messages,
  }: { readonly agents: number; readonly memoryBytes: number; readonly messages: number },
): Promise<DriveRun> {
  const folder = mkdtempSync(join(tmpdir(), 'codecraft-bench-'));
  const tables = await openNodeTables(folder);
  const shapes = await openLoneNode(folder, tables.db, runtime);
  const ids = Array.from({ length: agents }, (_, agent) => `ada/c${memoryBytes}-${agent}`);
  try {
    for (const id of ids) await deploy(shapes, id, memoryBytes);
    await shapes.world.startAgents();
    await fill(tables.db, ids, 1);
    await drain(shapes, tables.db, ids);
    await fill(tables.db, ids, messages);
    const before = agentsCpuMs(runtime);
    const own = process.cpuUsage();
    const start = performance.now();
    await drain(shapes, tables.db, ids);
    const seconds = (performance.now() - start) / 1_000;
    const { user, system } = process.cpuUsage(own);
    const calls = agents * (messages + 1);
    return {
      perSecond: calls / seconds,
      ownUs: (user + system) / calls,
      agentsUs: ((agentsCpuMs(runtime) - before) * 1_000) / calls,
    };
  } finally {
    await shapes.close();
    await tables.close();
    for (const id of ids) runtime.forget(id);
    rmSync(folder, { recursive: true, force: true });
  }
}

function openLoneNode(folder: string, db: NodeDatabase, runtime: AgentRuntime): Promise<NodeShapes> {
  return openShapes({
    node: 'bench',
    folder,
    db,
    runtime,
    claimAgent: async () => ({ epoch: 1 }),
    releaseAgent: async () => undefined,
    post: createPost({
      self: 'bench',
      initial: 'bench',
      locate: async (agents) => new Map(agents.map((agent) => [agent, { node: 'bench', epoch: 1 }])),
      canReach: () => false,
      onReach: () => () => undefined,
      ask: () => Promise.reject(new Error('Expected nobody to be asked')),
    }),
    log: pino({ level: 'warn' }),
  });
}

async function deploy({ world }: NodeShapes, id: string, memoryBytes: number): Promise<void> {
  const { errors } = await world.shape.execute({
    query: 'mutation ($input: DeployAgentInput!) { deployAgent(node: "bench", input: $input) { id } }',
    variables: {
      input: {
        name: id.slice('ada/'.length),
        code: program,
        memory: { pad: 'x'.repeat(memoryBytes - 40) },
        start: true,
      },
    },
    viewer: ada,
  });
  if (errors?.[0]) throw errors[0];
}

/** Straight into the tables: how fast messages arrive is measured elsewhere. */
async function fill(db: NodeDatabase, ids: readonly string[], count: number): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    for (const agent of ids) {
      const known = await transaction
        .selectFrom('inboxes')
        .select('last_sequence')
        .where('agent', '=', agent)
        .executeTakeFirst();
      const from = known?.last_sequence ?? 0;
      const rows = Array.from({ length: count }, (_, at) => ({
        inbox: agent,
        sequence: from + at + 1,
        source: 'bob',
        message_id: `m${from + at + 1}`,
        series: null,
        number: null,
        hops: 0,
        body: '{"text":"how are you?"}',
        sent_at: '2026-01-01T00:00:00.000Z',
      }));
      for (let start = 0; start < rows.length; start += rowsAtOnce)
        await transaction
          .insertInto('messages')
          .values(rows.slice(start, start + rowsAtOnce))
          .execute();
      await transaction
        .insertInto('inboxes')
        .values({ agent, last_sequence: count, stored: count })
        .onConflict((conflict) =>
          conflict.column('agent').doUpdateSet((row) => ({
            last_sequence: row('inboxes.last_sequence', '+', count),
            stored: row('inboxes.stored', '+', count),
          })),
        )
        .execute();
    }
  });
}

/** One message more for each, which wakes it; then until all have taken all. */
async function drain({ traffic }: NodeShapes, db: NodeDatabase, ids: readonly string[]): Promise<void> {
  const query = 'mutation ($to: ID!) { sendMessage(input: { to: $to, body: { text: "wake up" } }) { id } }';
  await Promise.all(ids.map((to) => traffic.shape.execute({ query, variables: { to }, viewer: ada })));
  for (;;) {
    const { left } = await db
      .selectFrom('inboxes')
      .select((row) => row.fn.sum<number>('stored').as('left'))
      .executeTakeFirstOrThrow();
    if (left === 0) return;
    await delay(20);
  }
}

function agentsCpuMs(runtime: AgentRuntime): number {
  return runtime.processes().reduce((sum, { pid }) => sum + (readProc(pid)?.cpuMs ?? 0), 0);
}
