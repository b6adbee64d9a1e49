import type { Kysely, Migration } from 'kysely';

export interface MovingTables {
  readonly moving: MovingTable;
}

/** What a node that is killed has to know of its part in a move. The rest it asks the registry. */
export interface MovingTable {
  readonly move_id: string;
  readonly agent_id: string;
  /** SOURCE: the agent has been frozen. TARGET: it has arrived, and lives here once the registry says so. */
  readonly side: 'SOURCE' | 'TARGET';
  /** The node at the other end. */
  readonly peer: string;
  /** The agent's at its source. */
  readonly epoch: number;
  /** Of a target: JSON of what has arrived, as far as it is not in the tables. */
  readonly arrived: string | null;
}

/** Step by step; a step that has been released never changes. */
export const movingMigrations: Readonly<Record<string, Migration>> = {
  '001-moving': { up: createMoving },
};

async function createMoving(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('moving')
    .addColumn('move_id', 'text', (column) => column.primaryKey())
    .addColumn('agent_id', 'text', (column) => column.notNull())
    .addColumn('side', 'text', (column) => column.notNull())
    .addColumn('peer', 'text', (column) => column.notNull())
    .addColumn('epoch', 'integer', (column) => column.notNull())
    .addColumn('arrived', 'text')
    .execute();
}
