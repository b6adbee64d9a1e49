import { setTimeout as delay } from 'node:timers/promises';
import type { NetworkClient } from '../client/connect.ts';
import { AcknowledgeDocument, FollowDocument, WaitingDocument } from './documents.ts';
import type { Ledger } from './ledger.ts';
import { untilDone } from './until-done.ts';

/** Messages that a follower takes before it acknowledges them together. */
const acknowledgeEvery = 50;
const pollMs = 150;

export interface ReceiveOptions {
  readonly client: NetworkClient;
  readonly ledger: Ledger;
  readonly agent: string;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** Takes an agent's messages from the feed, which says each once, and acknowledges them now and then. Until the client is closed. */
export async function follow({ client, ledger, agent, signal }: ReceiveOptions): Promise<void> {
  let taken = 0;
  for await (const { data } of client.feed(FollowDocument, { agent })) {
    const { messages: event } = data;
    if (event?.truncated) throw new Error(`Messages of ${agent} are gone that its feed has not had`);
    if (!event?.message) continue;
    ledger.arrive(agent, event.message);
    taken += 1;
    if (taken % acknowledgeEvery > 0) continue;
    const { cursor: upTo } = event;
    await untilDone(() => client.mutate(AcknowledgeDocument, { agent, upTo }, { signal }), signal);
  }
}

/** Takes an agent's messages from its inbox page by page, and acknowledges each page before it asks for the next. Until `signal` says so. */
export async function collect({ client, ledger, agent, signal }: ReceiveOptions): Promise<void> {
  while (!signal.aborted) {
    const { data } = await untilDone(async () => {
      const answer = await client.query(WaitingDocument, { agent }, { signal });
      // A node that is away costs its rows, which is no failure of a query; here it is nothing to go by.
      if (answer.errors.length === 0) return answer;
      return { data: { inbox: null } };
    }, signal);
    const { nodes = [], pageInfo } = data.inbox ?? {};
    for (const message of nodes) if (message) ledger.arrive(agent, message);
    const upTo = pageInfo?.endCursor;
    if (upTo == null) await delay(pollMs, undefined, { signal });
    else await untilDone(() => client.mutate(AcknowledgeDocument, { agent, upTo }, { signal }), signal);
  }
}
