import type { Kysely } from 'kysely';
import { codedError } from '../../wire/coded-error.ts';
import { limits } from '../../schema/limits.ts';
import type { MoveRow, NodeRow, RegistryTables } from './database.ts';
import type { SettledAgent } from './agent-directory.ts';

export function findMove(db: Kysely<RegistryTables>, id: string): Promise<MoveRow | undefined> {
  return db.selectFrom('moves').selectAll().where('move_id', '=', id).executeTakeFirst();
}

export async function findMoves(
  db: Kysely<RegistryTables>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, MoveRow>> {
  const rows = await db.selectFrom('moves').selectAll().where('move_id', 'in', ids).execute();
  return new Map(rows.map((row) => [row.move_id, row]));
}

/** Those that are not over: all, or those in which this node has a part. */
export async function findOpenMoves(db: Kysely<RegistryTables>, node?: string): Promise<readonly MoveRow[]> {
  let open = db.selectFrom('moves').selectAll().where('state', 'in', ['MOVING', 'COMMITTED']);
  if (node !== undefined) {
    open = open.where((row) =>
      row.or([row('source', '=', node), row('target', '=', node), row('spool', '=', node)]),
    );
  }
  return open.orderBy('begun_at').execute();
}

export interface NewMove {
  readonly id: string;
  readonly home: SettledAgent;
  readonly target: NodeRow;
  /** The node at which the files are handed over. */
  readonly spool: string;
  readonly isTakeover: boolean;
  /** ISO 8601. */
  readonly now: string;
}

/** A move that begins. In the transaction that notes it in the agent's home. */
export async function insertMove(
  transaction: Kysely<RegistryTables>,
  { id, home, target, spool, isTakeover, now }: NewMove,
): Promise<MoveRow> {
  return transaction
    .insertInto('moves')
    .values({
      move_id: id,
      agent_id: home.agent_id,
      source: home.node_id,
      target: target.node_id,
      spool,
      epoch: home.epoch,
      state: isTakeover ? 'COMMITTED' : 'MOVING',
      step: 'BEGUN',
      copy_sha256: null,
      rest_sha256: null,
      is_takeover: isTakeover ? 1 : 0,
      reason: null,
      left_ms: limits.moveSilenceMs,
      begun_at: now,
      ended_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** A node that may have agents. NODE_UNKNOWN, FORBIDDEN. */
export async function needHost(db: Kysely<RegistryTables>, id: string): Promise<NodeRow> {
  const node = await db.selectFrom('nodes').selectAll().where('node_id', '=', id).executeTakeFirst();
  if (!node || (node.status !== 'online' && node.status !== 'offline'))
    throw codedError('NODE_UNKNOWN', `Expected the id of a member of this network, got ${id}`);
  if (node.node_type === 'proxy')
    throw codedError('FORBIDDEN', `Expected a node that hosts agents, got the proxy ${id}`);
  return node;
}

/** Where two nodes hand files over: at the one that can be dialled and serves SSH, else at the initial node. */
export function chooseSpool(source: NodeRow, target: NodeRow, initial: string): string {
  const isDialable = ({ node_type: type, port, proxy }: NodeRow): boolean =>
    port !== 0 && proxy === null && (type === 'initial' || type === 'trusted');
  return [source, target].find(isDialable)?.node_id ?? initial;
}

/** Where the agent lives. AGENT_UNKNOWN. */
export async function needHome(db: Kysely<RegistryTables>, agent: string): Promise<SettledAgent> {
  const home = await db
    .selectFrom('agent_homes')
    .selectAll()
    .where('agent_id', '=', agent)
    .$narrowType<{ node_id: string }>()
    .where('node_id', 'is not', null)
    .executeTakeFirst();
  if (home) return home;
  throw codedError('AGENT_UNKNOWN', `Nobody has claimed the agent id ${agent}`);
}

/** In the transaction of the move by which it changes. */
export async function setHome(
  transaction: Kysely<RegistryTables>,
  agent: string,
  home: { readonly node_id?: string; readonly epoch?: number; readonly move_id?: string | null },
): Promise<void> {
  await transaction.updateTable('agent_homes').set(home).where('agent_id', '=', agent).execute();
}
