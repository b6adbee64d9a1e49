import { copyFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { type Kysely, type Migration, sql } from 'kysely';
import { describe, expect, onTestFinished, test } from 'vitest';
import { DamagedDatabaseError } from '../subgraphs/serve/assert-database-sound.ts';
import { type Slots, keepQuery } from '../subgraphs/serve/keep-query.ts';
import { migrate } from '../subgraphs/serve/migrate.ts';
import { openDatabase } from '../subgraphs/serve/open-database.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

interface Tables {
  readonly notes: { readonly id: number; readonly text: string };
}

const first: Record<string, Migration> = {
  '001-notes': {
    up: (db: Kysely<unknown>) =>
      db.schema.createTable('notes').addColumn('id', 'integer').addColumn('text', 'text').execute(),
  },
};

function open(file: string) {
  const opened = openDatabase<Tables>(file);
  onTestFinished(() => opened.close());
  return opened;
}

/** A database of some forty pages, closed. */
async function filledDatabase(): Promise<string> {
  const file = join(temporaryFolder(), 'data.db');
  const opened = open(file);
  const { db } = opened;
  await migrate(db, 'notes', first);
  const rows = Array.from({ length: 200 }, (_, id) => ({ id, text: 'x'.repeat(700) }));
  await db.insertInto('notes').values(rows).execute();
  await opened.close();
  return file;
}

describe('a database', () => {
  test('has on the disk what has been committed: WAL, and a wait for the disk at each commit', async () => {
    const { db } = open(join(temporaryFolder(), 'data.db'));
    const pragma = (name: string) => sql.raw(`pragma ${name}`).execute(db);
    expect((await pragma('journal_mode')).rows).toEqual([{ journal_mode: 'wal' }]);
    // 2 is FULL.
    expect((await pragma('synchronous')).rows).toEqual([{ synchronous: 2 }]);
  });

  test('lets nobody write between what a transaction reads and what it writes', async () => {
    const file = await filledDatabase();
    const { db } = open(file);
    const other = new SqliteDatabase(file, { timeout: 0 });
    onTestFinished(() => void other.close());
    await db.transaction().execute(async (transaction) => {
      await transaction.selectFrom('notes').selectAll().where('id', '=', 1).execute();
      expect(() => other.exec("update notes set text = 'mine'")).toThrow('locked');
      await transaction.updateTable('notes').set({ text: 'ours' }).execute();
    });
    other.exec("update notes set text = 'mine'");
  });

  test('keeps what was written to it', async () => {
    const file = await filledDatabase();
    expect(await open(file).db.selectFrom('notes').selectAll().execute()).toHaveLength(200);
  });

  test('may begin as an empty file', async () => {
    const file = join(temporaryFolder(), 'data.db');
    writeFileSync(file, '');
    const { db } = open(file);
    await migrate(db, 'notes', first);
    expect(await db.selectFrom('notes').selectAll().execute()).toEqual([]);
  });

  test('answers a kept query as one that is built anew, whatever it is given', async () => {
    const { db } = open(await filledDatabase());
    const between = keepQuery(
      (on: Kysely<Tables>, slots: Slots<{ readonly low: number; readonly high: number }>) =>
        on
          .selectFrom('notes')
          .select('id')
          .where('id', '>=', slots.of('low'))
          .where('id', '<', slots.of('high'))
          .where('text', '!=', 'y')
          .orderBy('id')
          .limit(2),
    );
    expect(await between(db, { low: 3, high: 5 })).toEqual([{ id: 3 }, { id: 4 }]);
    expect(await between(db, { high: 200, low: 199 })).toEqual([{ id: 199 }]);
    const other = open(await filledDatabase());
    await other.db.transaction().execute(async (transaction) => {
      await transaction.deleteFrom('notes').where('id', '=', 3).execute();
      expect(await between(transaction, { low: 3, high: 5 })).toEqual([{ id: 4 }]);
    });
  });

  const damages: Record<string, (file: string) => void> = {
    'cut in the middle of a page': (file) => truncateSync(file, 40_000),
    'cut at the end of a page': (file) => truncateSync(file, 8 * 4_096),
    'cut to less than a header': (file) => truncateSync(file, 50),
    'without its header': (file) => overwrite(file, 0, Buffer.alloc(100, 'garbage ')),
    'with pages overwritten': (file) => overwrite(file, 4_096 * 2, Buffer.alloc(4_096 * 5, 0xa5)),
    'that is something else': (file) => writeFileSync(file, '{"not": "a database"}'),
  };
  test.each(Object.entries(damages))('%s is refused and left as it is', async (_, damage) => {
    const file = await filledDatabase();
    damage(file);
    const before = readFileSync(file);
    expect(() => openDatabase(file)).toThrow(DamagedDatabaseError);
    expect(() => openDatabase(file)).toThrow(
      new RegExp(`${file} is damaged .* backup .* move it away .* \\.recover`),
    );
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('that was cut off with changes in its log has them when it is opened again', async () => {
    const file = await filledDatabase();
    const { db } = open(file);
    await db.deleteFrom('notes').where('id', '>', 0).execute();
    // As a killed process leaves them.
    const copy = join(temporaryFolder(), 'data.db');
    copyFileSync(file, copy);
    copyFileSync(`${file}-wal`, `${copy}-wal`);
    expect(await open(copy).db.selectFrom('notes').selectAll().execute()).toHaveLength(1);
  });
});

describe('migrations', () => {
  test('of several subgraphs share a file and run once each', async () => {
    const { db } = open(':memory:');
    const second = {
      '001-other': {
        up: (other: Kysely<unknown>) => other.schema.createTable('others').addColumn('id', 'text').execute(),
      },
    };
    for (let round = 0; round < 2; round += 1) {
      await migrate(db, 'notes', first);
      await migrate(db, 'others', second);
    }
    const tables = await db.introspection.getTables();
    expect(tables.map(({ name }) => name)).toEqual(expect.arrayContaining(['notes', 'others']));
  });

  test('of a newer version are refused by name', async () => {
    const { db } = open(':memory:');
    await migrate(db, 'notes', { ...first, '002-colours': { up: async () => undefined } });
    await expect(migrate(db, 'notes', first)).rejects.toThrow(/newer version.*notes.*002-colours/);
  });

  test('that fail midway leave nothing behind', async () => {
    const { db } = open(':memory:');
    const failing = {
      ...first,
      '002-broken': {
        up: async (broken: Kysely<unknown>) => {
          await broken.schema.createTable('half').addColumn('id', 'text').execute();
          throw new Error('out of ideas');
        },
      },
    };
    await expect(migrate(db, 'notes', failing)).rejects.toThrow(/step 002-broken/);
    const tables = await db.introspection.getTables();
    expect(tables.map(({ name }) => name)).not.toContain('half');
    await migrate(db, 'notes', first);
  });
});

function overwrite(file: string, offset: number, bytes: Buffer): void {
  const content = readFileSync(file);
  bytes.copy(content, offset);
  writeFileSync(file, content);
}
