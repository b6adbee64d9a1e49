import type { Kysely } from 'kysely';
import type { RegistryTables } from '../subgraphs/registry/database.ts';
import { programName } from './program-name.ts';

export type RegistryDatabase = Kysely<RegistryTables>;

/**
 * Opens the registry's tables of the initial node in `folder` for one action, whether that node runs or not. Rejects for a folder that is not
 * that of an initial node, and makes none.
 */
export async function withRegistry<T>(
  folder: string,
  action: (db: RegistryDatabase) => Promise<T>,
): Promise<T> {
  const { loadInitialConfig, hasConfig } = await import('../nodes/config.ts');
  if (!hasConfig(folder)) {
    throw new Error(
      `There is no node in ${folder} (no config.json). Name the folder of the initial node, or start one: ${programName()} initial --dir ${folder}`,
    );
  }
  loadInitialConfig(folder, {});
  const { openRegistryTables } = await import('../nodes/open-tables.ts');
  const tables = await openRegistryTables(folder);
  try {
    return await action(tables.db);
  } finally {
    await tables.close();
  }
}
