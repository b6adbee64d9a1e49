import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { InboxRow, MessageRow, TrafficDatabase } from './database.ts';
import type { Outcome } from './group-commit.ts';

export type NewMessage = Omit<MessageRow, 'sequence'>;

export interface Stored {
  readonly sequence: number;
  /** Its id had arrived before; nothing was stored again. */
  readonly isDuplicate: boolean;
}

/** Stores messages in one transaction, in their order; resolves when they are on the disk. MAILBOX_FULL for those that find no room. */
export function storeMessages(
  db: TrafficDatabase,
  messages: readonly NewMessage[],
): Promise<readonly Outcome<Stored>[]> {
  return db.transaction().execute(async (transaction) => {
    const inboxes = await readInboxes(transaction, messages);
    const known = await readKnown(transaction, messages);
    const added: MessageRow[] = [];
    const outcomes = messages.map((message): Outcome<Stored> => {
      const earlier = known.get(keyOf(message));
      if (earlier !== undefined) return { kind: 'stored', result: { sequence: earlier, isDuplicate: true } };
      const inbox = inboxes.get(message.inbox) ?? { agent: message.inbox, last_sequence: 0, stored: 0 };
      if (inbox.stored >= limits.maxInboxMessages)
        return { kind: 'refused', error: mailboxFull(message.inbox) };
      const sequence = inbox.last_sequence + 1;
      inboxes.set(message.inbox, { ...inbox, last_sequence: sequence, stored: inbox.stored + 1 });
      known.set(keyOf(message), sequence);
      added.push({ ...message, sequence });
      return { kind: 'stored', result: { sequence, isDuplicate: false } };
    });
    await write(transaction, added, inboxes);
    return outcomes;
  });
}

async function readInboxes(
  transaction: TrafficDatabase,
  messages: readonly NewMessage[],
): Promise<Map<string, InboxRow>> {
  const agents = [...new Set(messages.map(({ inbox }) => inbox))];
  const rows = await transaction.selectFrom('inboxes').selectAll().where('agent', 'in', agents).execute();
  return new Map(rows.map((row) => [row.agent, row]));
}

/** The sequences of those that have arrived before, by `keyOf`. */
async function readKnown(
  transaction: TrafficDatabase,
  messages: readonly NewMessage[],
): Promise<Map<string, number>> {
  const rows = await transaction
    .selectFrom('messages')
    .select(['inbox', 'source', 'message_id', 'sequence'])
    .where((expression) =>
      expression(
        expression.refTuple('inbox', 'source', 'message_id'),
        'in',
        messages.map(({ inbox, source, message_id }) => expression.tuple(inbox, source, message_id)),
      ),
    )
    .execute();
  return new Map(rows.map((row) => [keyOf(row), row.sequence]));
}

async function write(
  transaction: TrafficDatabase,
  added: readonly MessageRow[],
  inboxes: ReadonlyMap<string, InboxRow>,
): Promise<void> {
  if (added.length === 0) return;
  await transaction.insertInto('messages').values(added).execute();
  const touched = new Set(added.map(({ inbox }) => inbox));
  await transaction
    .insertInto('inboxes')
    .values([...inboxes.values()].filter(({ agent }) => touched.has(agent)))
    .onConflict((conflict) =>
      conflict.column('agent').doUpdateSet((row) => ({
        last_sequence: row.ref('excluded.last_sequence'),
        stored: row.ref('excluded.stored'),
      })),
    )
    .execute();
}

const keyOf = ({ inbox, source, message_id }: Pick<MessageRow, 'inbox' | 'source' | 'message_id'>) =>
  JSON.stringify([inbox, source, message_id]);

function mailboxFull(agent: string) {
  return codedError(
    'MAILBOX_FULL',
    `The inbox of ${agent} holds ${limits.maxInboxMessages} messages, which is all it may`,
  );
}
