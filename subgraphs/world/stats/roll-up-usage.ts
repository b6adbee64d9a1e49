import { type RawBuilder, sql } from 'kysely';
import type { Resolution, WorldDatabase } from '../database.ts';

export interface RollUpRange {
  readonly node: string;
  readonly from: Resolution;
  readonly to: 'minute' | 'hour';
  /** When the period begins, as a time. */
  readonly start: string;
  /** What its times begin with. */
  readonly period: string;
}

const periodMs = { minute: 60_000, hour: 3_600_000 } as const;

/** Of processes the average of CPU, the most of memory and the last of what is counted; of agents, whose rows are what they used in between, the sums. */
export async function rollUpUsage(
  db: WorldDatabase,
  { node, from, to, start, period }: RollUpRange,
): Promise<void> {
  const forMs = sql.lit(periodMs[to]);
  const ofAgent = <T>(agents: RawBuilder<T>, processes: RawBuilder<T>) =>
    sql<T>`case when agent_id is null then ${processes} else ${agents} end`;
  const lastOrSum = (column: CountedColumn) =>
    ofAgent(sql<number>`sum(${sql.ref(column)})`, sql<number>`max(${sql.ref(column)})`).as(column);
  await db
    .insertInto('resource_usage')
    .columns([...rolledUp])
    .expression((eb) =>
      eb
        .selectFrom('resource_usage')
        .select((row) => [
          sql.lit(start).as('timestamp'),
          'username',
          'node_id',
          'agent_id',
          row.fn.max('process_pid').as('process_pid'),
          ofAgent(sql<number>`sum(cpu_ms) * 100.0 / ${forMs}`, sql<number>`avg(cpu_percent)`).as(
            'cpu_percent',
          ),
          row.fn.max('memory_usage').as('memory_usage'),
          lastOrSum('network_sent'),
          lastOrSum('network_received'),
          row.fn.max('disk_read').as('disk_read'),
          row.fn.max('disk_write').as('disk_write'),
          row.fn.sum<number>('cpu_ms').as('cpu_ms'),
          row.fn.sum<number>('messages_sent').as('messages_sent'),
          row.fn.sum<number>('messages_received').as('messages_received'),
          row.fn.sum<number>('log_lines').as('log_lines'),
          sql.lit(to).as('resolution'),
        ])
        .where('node_id', '=', node)
        .where('resolution', '=', from)
        .where('timestamp', '>=', period)
        .where('timestamp', '<', `${period}~`)
        // The processes in which an agent ran are not told apart.
        .groupBy(['username', 'node_id', 'agent_id', sql`iif(agent_id is null, process_pid, 0)`]),
    )
    .execute();
}

type CountedColumn = 'network_sent' | 'network_received';
const rolledUp = [
  'timestamp',
  'username',
  'node_id',
  'agent_id',
  'process_pid',
  'cpu_percent',
  'memory_usage',
  'network_sent',
  'network_received',
  'disk_read',
  'disk_write',
  'cpu_ms',
  'messages_sent',
  'messages_received',
  'log_lines',
  'resolution',
] as const;
