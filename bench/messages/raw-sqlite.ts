import { setImmediate as nextTurn } from 'node:timers/promises';
import SqliteDatabase from 'better-sqlite3';

/** What the disk gives at best: rows as an inbox has them, so many in each transaction (WAL, synchronous=FULL), straight into SQLite. */
export async function insertRaw(
  file: string,
  { rows, group }: { readonly rows: number; readonly group: number },
): Promise<number> {
  const db = new SqliteDatabase(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec(`create table if not exists messages (
    inbox text not null, sequence integer not null, source text not null, message_id text not null, series integer, number integer,
    hops integer not null, body text not null, sent_at text not null, primary key (inbox, sequence))`);
  const insert = db.prepare('insert into messages values (?, ?, ?, ?, 1, ?, 0, ?, ?)');
  const last = db.prepare('select coalesce(max(sequence), 0) from messages').pluck().get();
  const first = Number(last) + 1;
  const insertGroup = db.transaction((from: number) => {
    for (let number = from; number < from + group; number += 1) {
      insert.run('ada/guard', number, 'bob/scout', `message-${number}`, number, messageBody, messageTime);
    }
  });
  const beginning = performance.now();
  for (let done = 0; done < rows; done += group) {
    insertGroup(first + done);
    // Pings of other connections have to be answered meanwhile.
    await nextTurn();
  }
  const seconds = (performance.now() - beginning) / 1_000;
  db.close();
  return rows / seconds;
}

/** JSON of some 300 bytes. */
export const messageBody = JSON.stringify({ text: 'x'.repeat(290) });
export const messageTime = '2026-11-25T12:00:00.000Z';
