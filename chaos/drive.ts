import { setTimeout as delay } from 'node:timers/promises';
import type { NetworkClient } from '../client/connect.ts';
import { SendMessageDocument } from '../client/generated/graphql.ts';
import { invariant } from '../wire/invariant.ts';
import type { Ledger } from './ledger.ts';
import type { Random } from './random.ts';
import { untilDone } from './until-done.ts';

/** Who writes to whom. */
export interface Pair {
  readonly source: string;
  readonly inbox: string;
}

export interface DriveOptions {
  readonly client: NetworkClient;
  readonly ledger: Ledger;
  readonly pairs: readonly Pair[];
  readonly random: Random;
  /** How many pairs have a message on its way at once. */
  readonly lanes: number;
  /** Looked at before each message. */
  readonly isEnough: () => boolean;
  /** What a message says; its number when absent. */
  readonly bodyOf?: (pair: Pair, number: number) => unknown;
  /** Of a lane, after each message. */
  readonly pauseMs?: number;
  /** Time is up. */
  readonly signal: AbortSignal;
}

/**
 * Has every pair send one message after the other, each again under its id until it is acknowledged. Resolves when it is enough and all are
 * acknowledged; rejects with what does not pass by itself.
 */
export async function drive({ pairs, lanes, ...options }: DriveOptions): Promise<void> {
  const shares = Array.from({ length: lanes }, (_, lane) =>
    pairs.filter((__, index) => index % lanes === lane),
  );
  await Promise.all(shares.filter((share) => share.length > 0).map((share) => driveShare(share, options)));
}

/** A pair is in one share only, so that its order is the order here. */
async function driveShare(
  pairs: readonly Pair[],
  { client, ledger, random, isEnough, signal, bodyOf, pauseMs }: Omit<DriveOptions, 'pairs' | 'lanes'>,
): Promise<void> {
  const numbers = new Map<Pair, number>();
  while (!isEnough()) {
    const pair = random.pick(pairs);
    invariant(pair, 'a share has pairs');
    const { source, inbox } = pair;
    const number = (numbers.get(pair) ?? 0) + 1;
    numbers.set(pair, number);
    const id = `${source} to ${inbox} ${number}`;
    ledger.sending({ id, source, inbox, number });
    const from = source.includes('/') ? { from: source } : {};
    const input = { ...from, to: inbox, id, body: bodyOf?.(pair, number) ?? { number } };
    const { data } = await untilDone(() => client.mutate(SendMessageDocument, { input }, { signal }), signal);
    invariant(data.sendMessage, 'a mutation that was carried out has a receipt');
    ledger.acknowledge(id, data.sendMessage.state);
    if (pauseMs !== undefined) await delay(pauseMs, undefined, { signal });
  }
}
