import type { InboxRow, MessageRow, PairInRow, TrafficDatabase } from './database.ts';
import type { Delivery, DeliveryOutcome, Place, Reason } from './delivery.ts';
import { pairKey } from './pair-key.ts';

interface SeenRow {
  readonly inbox: string;
  readonly source: string;
  readonly message_id: string;
  readonly sequence: number;
  readonly seen_at: number;
}

/**
 * What a transaction that stores deliveries knows of inboxes, pairs and ids: read at once at its beginning, changed in memory, written at once at
 * its end.
 */
export class HomeLedger {
  readonly #db: TrafficDatabase;
  readonly #now: number;
  readonly #inboxes = new Map<string, InboxRow>();
  readonly #pairs = new Map<string, PairInRow>();
  readonly #seen = new Map<string, number>();
  readonly #changedInboxes = new Set<string>();
  readonly #changedPairs = new Set<string>();
  readonly #newMessages: MessageRow[] = [];
  readonly #newSeen: SeenRow[] = [];
  readonly #refusals: (Place & Reason & Pick<Delivery, 'inbox' | 'source'>)[] = [];

  private constructor(db: TrafficDatabase, now: number) {
    this.#db = db;
    this.#now = now;
  }

  /** @param db a transaction */
  static async read(db: TrafficDatabase, deliveries: readonly Delivery[], now: number): Promise<HomeLedger> {
    const ledger = new HomeLedger(db, now);
    await ledger.#readInboxes([...new Set(deliveries.map(({ inbox }) => inbox))]);
    await ledger.#readPairs(deliveries.filter(({ place }) => place !== undefined));
    await ledger.#readSeen(deliveries.filter(({ place }) => place === undefined));
    return ledger;
  }

  pair(key: string): PairInRow | undefined {
    return this.#pairs.get(key);
  }

  /** How many messages wait in an inbox. */
  stored(inbox: string): number {
    return this.#inbox(inbox).stored;
  }

  seenSequence(delivery: Delivery): number | undefined {
    return this.#seen.get(seenKey(delivery));
  }

  /** @returns the sequence */
  store({ id, source, inbox: agent, place, hops, body, sentAt }: Delivery): number {
    const inbox = this.#inbox(agent);
    const sequence = inbox.last_sequence + 1;
    this.#inboxes.set(agent, { ...inbox, last_sequence: sequence, stored: inbox.stored + 1 });
    this.#changedInboxes.add(agent);
    this.#newMessages.push({
      inbox: agent,
      sequence,
      source,
      message_id: id,
      series: place?.series ?? null,
      number: place?.number ?? null,
      hops,
      body,
      sent_at: sentAt,
    });
    if (!place) {
      const row = { inbox: agent, source, message_id: id, sequence, seen_at: this.#now };
      this.#newSeen.push(row);
      this.#seen.set(seenKey({ inbox: agent, source, id }), sequence);
    }
    return sequence;
  }

  /** All numbers of the pair up to the end of this place have been used. */
  advance(delivery: Pick<Delivery, 'inbox' | 'source' | 'throttled'>, { series, through }: Place): void {
    const key = pairKey(delivery);
    const throttledAt = delivery.throttled ? this.#now : (this.#pairs.get(key)?.throttled_at ?? null);
    const { inbox, source } = delivery;
    this.#pairs.set(key, { inbox, source, series, last_number: through, throttled_at: throttledAt });
    this.#changedPairs.add(key);
  }

  /** Whoever sends these numbers again is told the same again. */
  noteRefusal({ inbox, source }: Delivery, place: Place, { code, text }: Reason): void {
    this.#refusals.push({ ...place, inbox, source, code, text });
  }

  /** What a number that has been used was answered with. */
  async earlierOutcome({ inbox, source }: Delivery, place: Place): Promise<DeliveryOutcome> {
    const { series, number } = place;
    const fresh = this.#newMessages.find(
      (row) => row.inbox === inbox && row.source === source && row.series === series && row.number === number,
    );
    const sequence = fresh?.sequence ?? (await this.#findSequence({ inbox, source, series, number }));
    if (sequence !== undefined) return { kind: 'STORED', sequence, isDuplicate: true };
    const refusal =
      this.#refusals.find(
        (row) =>
          row.inbox === inbox &&
          row.source === source &&
          row.series === series &&
          row.number <= number &&
          row.through >= number,
      ) ?? (await this.#findRefusal({ inbox, source, series, number }));
    if (refusal) return { kind: 'REFUSED', code: refusal.code, text: refusal.text };
    return { kind: 'STORED', sequence: undefined, isDuplicate: true };
  }

  /** Writes all that has changed. */
  async write(): Promise<void> {
    const db = this.#db;
    if (this.#newMessages.length > 0) await db.insertInto('messages').values(this.#newMessages).execute();
    if (this.#newSeen.length > 0) await db.insertInto('seen').values(this.#newSeen).execute();
    if (this.#changedInboxes.size > 0) {
      await db
        .replaceInto('inboxes')
        .values([...this.#changedInboxes].map((agent) => this.#inbox(agent)))
        .execute();
    }
    const pairs = [...this.#changedPairs].flatMap((key) => this.#pairs.get(key) ?? []);
    if (pairs.length > 0) await db.replaceInto('pairs_in').values(pairs).execute();
    if (this.#refusals.length > 0) await this.#writeRefusals();
  }

  #inbox(agent: string): InboxRow {
    const none = { agent, last_sequence: 0, stored: 0, acknowledged: 0, deleted_to: 0 };
    return this.#inboxes.get(agent) ?? none;
  }

  async #readInboxes(agents: readonly string[]): Promise<void> {
    const rows = await this.#db.selectFrom('inboxes').selectAll().where('agent', 'in', agents).execute();
    for (const row of rows) this.#inboxes.set(row.agent, row);
  }

  async #readPairs(numbered: readonly Delivery[]): Promise<void> {
    const pairs = new Map(numbered.map((delivery) => [pairKey(delivery), delivery]));
    if (pairs.size === 0) return;
    const rows = await this.#db
      .selectFrom('pairs_in')
      .selectAll()
      .where((expression) =>
        expression(
          expression.refTuple('inbox', 'source'),
          'in',
          [...pairs.values()].map(({ inbox, source }) => expression.tuple(inbox, source)),
        ),
      )
      .execute();
    for (const row of rows) this.#pairs.set(pairKey(row), row);
  }

  async #readSeen(fromPeople: readonly Delivery[]): Promise<void> {
    if (fromPeople.length === 0) return;
    const rows = await this.#db
      .selectFrom('seen')
      .selectAll()
      .where((expression) =>
        expression(
          expression.refTuple('inbox', 'source', 'message_id'),
          'in',
          fromPeople.map(({ inbox, source, id }) => expression.tuple(inbox, source, id)),
        ),
      )
      .execute();
    for (const row of rows) this.#seen.set(seenKey({ ...row, id: row.message_id }), row.sequence);
  }

  /** Among the latest of the inbox: whoever has had no answer asks again soon, and an index would cost each message that arrives. */
  async #findSequence({ inbox, source, series, number }: NumberOfPair): Promise<number | undefined> {
    const row = await this.#db
      .selectFrom('messages')
      .select('sequence')
      .where('inbox', '=', inbox)
      .where('sequence', '>', this.#inbox(inbox).last_sequence - searchedMessages)
      .where('source', '=', source)
      .where('series', '=', series)
      .where('number', '=', number)
      .executeTakeFirst();
    return row?.sequence;
  }

  #findRefusal({ inbox, source, series, number }: NumberOfPair): Promise<Reason | undefined> {
    return this.#db
      .selectFrom('refusals')
      .select(['code', 'text'])
      .where('inbox', '=', inbox)
      .where('source', '=', source)
      .where('series', '=', series)
      .where('first_number', '<=', number)
      .where('last_number', '>=', number)
      .executeTakeFirst();
  }

  async #writeRefusals(): Promise<void> {
    const rows = this.#refusals.map(({ inbox, source, series, number, through, code, text }) => ({
      inbox,
      source,
      series,
      first_number: number,
      last_number: through,
      code,
      text,
      refused_at: this.#now,
    }));
    await this.#db.insertInto('refusals').values(rows).execute();
  }
}

/** Messages among which the sequence of one that comes again is looked for. */
const searchedMessages = 1_000;

interface NumberOfPair {
  readonly inbox: string;
  readonly source: string;
  readonly series: number;
  readonly number: number;
}

function seenKey({ inbox, source, id }: Pick<Delivery, 'inbox' | 'source' | 'id'>): string {
  return JSON.stringify([inbox, source, id]);
}
