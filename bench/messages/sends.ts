import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import type { NetworkClient } from '../../client/connect.ts';
import { MessagesDocument, SendMessageDocument } from '../../client/generated/graphql.ts';
import type { BenchNetwork } from './network.ts';
import { messageBody } from './raw-sqlite.ts';

const clients = 64;
/** Looked for as text: what measures should leave the machine to what is measured. */
const stored = '"state":"STORED"';

export interface Sends {
  /** From 64 clients at once, each one message after the other. */
  flood(
    messages: number,
  ): Promise<{ readonly perSecond: number; readonly p50Ms: number; readonly p99Ms: number }>;
  /** At a fixed rate, from the call that sends to the event in the hands of who follows the inbox. */
  publish(options: { readonly perSecond: number; readonly seconds: number }): Promise<Published>;
  close(): Promise<void>;
}

export interface Published {
  /** How fast it really went. */
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Single messages of a person by the graph. */
export function openSends({ client, url, token, agent }: BenchNetwork): Sends {
  const pool = new Pool(url, { connections: clients });
  const query = SendMessageDocument.toString();
  const send = async (body: unknown): Promise<void> => {
    const response = await pool.request({
      method: 'POST',
      path: '/graphql',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables: { input: { to: agent, body } } }),
    });
    const answer = await response.body.text();
    if (!answer.includes(stored)) throw new Error(`Expected a message to be stored, got ${answer}`);
  };
  return {
    async flood(messages) {
      let left = messages;
      const delays: number[] = [];
      const work = async (): Promise<void> => {
        while (left > 0) {
          left -= 1;
          const beginning = performance.now();
          await send(messageBody);
          delays.push(performance.now() - beginning);
        }
      };
      const beginning = performance.now();
      await Promise.all(Array.from({ length: clients }, work));
      const perSecond = messages / ((performance.now() - beginning) / 1_000);
      return { perSecond, ...percentiles(delays) };
    },
    async publish({ perSecond, seconds }) {
      const messages = perSecond * seconds;
      const events = openEvents(client, agent);
      // What earlier runs have sent comes first; behind a mark of this run it is live.
      const mark = randomUUID();
      await send({ at: mark });
      await readUntil(events, ({ at }) => at === mark);
      const delays: number[] = [];
      const reading = readUntil(events, ({ at }) => {
        delays.push(performance.now() - Number(at));
        return delays.length === messages;
      });
      const sending: Promise<void>[] = [];
      const beginning = performance.now();
      while (sending.length < messages) {
        const due = Math.floor(((performance.now() - beginning) / 1_000) * perSecond);
        while (sending.length < Math.min(due, messages)) sending.push(send({ at: performance.now() }));
        await delay(1);
      }
      await Promise.all(sending);
      const took = (performance.now() - beginning) / 1_000;
      await reading;
      await events.return?.();
      return { perSecond: messages / took, ...percentiles(delays) };
    },
    close: () => pool.close(),
  };
}

type Events = ReturnType<typeof openEvents>;
const openEvents = (client: NetworkClient, agent: string) => client.feed(MessagesDocument, { agent });

async function readUntil(events: Events, isLast: (body: { readonly at: unknown }) => boolean): Promise<void> {
  for (;;) {
    const { value, done } = await events.next();
    if (done) throw new Error('Expected a feed without end');
    const body: unknown = value.data.messages?.message?.body;
    if (typeof body === 'object' && body !== null && 'at' in body && isLast({ at: body.at })) return;
  }
}

function percentiles(delays: readonly number[]) {
  const sorted = delays.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}
