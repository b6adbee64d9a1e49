import { type Kysely, type Migration, Migrator, sql } from 'kysely';

/**
 * Brings the tables of one subgraph up to date, all steps or none. Each subgraph keeps its own account of the steps taken, so that several share a
 * file. Throws when the database has been used by a newer version of this program, or a step fails.
 * @param migrations by name; they run in the order of the names
 */
export async function migrate<Tables>(
  db: Kysely<Tables>,
  subgraph: string,
  migrations: Readonly<Record<string, Migration>>,
): Promise<void> {
  const migrationTableName = `${subgraph}_migrations`;
  const unknown = (await namesTaken(db, migrationTableName)).filter(
    (name) => !Object.hasOwn(migrations, name),
  );
  if (unknown.length > 0) {
    throw new Error(
      `The database has been used by a newer version of this program: its ${subgraph} tables have the changes ${unknown.join(', ')}, ` +
        'which this version does not know. Start the newer version, or restore a backup from before it.',
    );
  }
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...migrations }) },
    migrationTableName,
    migrationLockTableName: `${migrationTableName}_lock`,
  });
  const { error, results } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const failed = results?.find(({ status }) => status === 'Error')?.migrationName;
  throw new Error(`Cannot bring the ${subgraph} tables up to date${failed ? ` (step ${failed})` : ''}`, {
    cause: error,
  });
}

async function namesTaken<Tables>(db: Kysely<Tables>, table: string): Promise<readonly string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === table)) return [];
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(table)} order by name`.execute(
    db,
  );
  return rows.map(({ name }) => name);
}
