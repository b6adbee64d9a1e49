/** The same subgraph for both servers: one agent's inbox, growing. */
export const feedSdl = /* GraphQL */ `
  type Query {
    hello: String
  }
  type Subscription {
    messages(agent: ID!, after: String): MessageEvent @route(by: "agent", via: "DIRECTORY") @feed
  }
  type MessageEvent {
    cursor: String!
    message: Message
  }
  type Message {
    id: ID!
    body: String!
    "Microseconds on a clock that all processes of this machine share."
    sentAt: Float!
  }
`;

export const feedQuery = `subscription { messages(agent: "ada/bot") { cursor message { id body sentAt } } }`;

interface Row {
  readonly cursor: string;
  readonly message: { readonly id: string; readonly body: string; readonly sentAt: number };
}

/** Microseconds on the machine's monotonic clock. */
export function nowUs(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}

/** The one publisher: rows in memory, read by whoever follows, each at its own pace. */
export class Publisher {
  readonly #rows: Row[] = [];
  readonly #wakes = new Set<() => void>();
  readonly #body: string;

  constructor(bodyLength: number) {
    this.#body = 'x'.repeat(bodyLength);
  }

  get published(): number {
    return this.#rows.length;
  }

  publish(): void {
    const id = String(this.#rows.length + 1).padStart(10, '0');
    this.#rows.push({ cursor: id, message: { id, body: this.#body, sentAt: nowUs() } });
    for (const wake of this.#wakes) wake();
    this.#wakes.clear();
  }

  follow(after: string | undefined): AsyncIterableIterator<{ readonly messages: Row }> {
    let position = Number(after ?? 0);
    let isClosed = false;
    let wake = (): void => undefined;
    return {
      next: async () => {
        for (;;) {
          if (isClosed) return { done: true, value: undefined };
          const row = this.#rows[position];
          if (row) {
            position += 1;
            return { done: false, value: { messages: row } };
          }
          await new Promise<void>((resolve) => {
            wake = resolve;
            this.#wakes.add(resolve);
          });
        }
      },
      return: async () => {
        isClosed = true;
        this.#wakes.delete(wake);
        wake();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }
}
