import type Sqlite from 'better-sqlite3';
import { LRUCache } from 'lru-cache';

/** Statements that are kept, and the longest of them: those that insert many rows at once have a text for every number of rows. */
const maxStatements = 500;
const maxTextLength = 4_000;

/** What Kysely wants of a database. */
interface StatementSource {
  prepare(sql: string): Sqlite.Statement<unknown[]>;
  close(): void;
}

/** Prepares the statements of a database once: SQLite takes as long to read an ordinary one as to carry it out. */
export function keepStatements(sqlite: Sqlite.Database): StatementSource {
  const statements = new LRUCache<string, Sqlite.Statement<unknown[]>>({ max: maxStatements });
  return {
    prepare(sql) {
      const known = statements.get(sql);
      // One that is being read row by row cannot be begun again meanwhile.
      if (known && !known.busy) return known;
      const statement = sqlite.prepare<unknown[]>(sql);
      // The columns of what was prepared before may be others now.
      if (isOfSchema(sql)) statements.clear();
      else if (sql.length <= maxTextLength) statements.set(sql, statement);
      return statement;
    },
    close() {
      statements.clear();
      sqlite.close();
    },
  };
}

function isOfSchema(sql: string): boolean {
  return /^\s*(?:create|alter|drop)\b/i.test(sql);
}
