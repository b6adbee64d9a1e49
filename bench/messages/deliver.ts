import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { z } from 'zod';
import { openWebSocketLink } from '../../gateway/links/websocket-link.ts';
import { readAnswer } from '../../gateway/fleet/node-answer.ts';
import { secure } from '../../identity/peer-tls.ts';
import { limits } from '../../schema/limits.ts';
import { createPost } from '../../subgraphs/traffic/create-post.ts';
import type { Delivery } from '../../subgraphs/traffic/delivery.ts';
import { codedError } from '../../wire/coded-error.ts';
import { dialTcp } from '../../wire/dial.ts';
import { newIdentity } from '../new-identity.ts';
import { messageBody, messageTime } from './raw-sqlite.ts';

export interface DeliveryRun {
  readonly perSecond: number;
  /** CPU per message at each end. */
  readonly homeUs: number;
  readonly senderUs: number;
}

export interface Home {
  /** Brings so many messages, each pair's in batches one after the other. */
  deliver(messages: number): Promise<DeliveryRun>;
  close(): Promise<void>;
}

/** Pairs that have a batch under way, each to an inbox of its own. */
export const pairs = 8;

/** A home in a process of its own, its database in `file`, and the link by which its messages come. */
export async function startHome(file: string): Promise<Home> {
  const identity = await newIdentity();
  const args = [file, identity.key.publicKey.fingerprint];
  const child: ChildProcess = fork(new URL('home.ts', import.meta.url), args, {
    execArgv: ['--import', 'tsx'],
  });
  const told = async (): Promise<number> => z.number().parse((await once(child, 'message'))[0]);
  const port = await told();
  const cpuOfHome = (): Promise<number> => {
    child.send('cpu');
    return told();
  };
  const link = openWebSocketLink({
    node: 'home',
    dial: async () =>
      secure(await dialTcp({ host: '127.0.0.1', port }, limits.dialTimeoutMs), {
        certificate: identity.certificate,
        accepts: () => true,
        timeoutMs: limits.dialTimeoutMs,
      }),
  });
  await new Promise<void>((resolve) => void link.onStateChange((state) => state === 'UP' && resolve()));
  const post = createPost({
    self: 'sender',
    initial: 'initial',
    locate: async () => new Map(),
    canReach: () => true,
    onReach: () => () => undefined,
    ask: async (_node, operation) => {
      const answer = await link.execute({ shape: 'peer', ...operation, timeoutMs: limits.requestDeadlineMs });
      const { data, errors } = readAnswer('home', answer);
      if (errors[0]) throw codedError(errors[0].code, errors[0].message);
      return data;
    },
  });
  const numbers = Array.from({ length: pairs }, () => 0);
  const deliverPair = async (pair: number, messages: number): Promise<void> => {
    const goal = (numbers[pair] ?? 0) + messages;
    while ((numbers[pair] ?? 0) < goal) {
      const first = (numbers[pair] ?? 0) + 1;
      const batch = Array.from({ length: limits.maxDeliveries }, (_, at) => toDelivery(pair, first + at));
      const outcomes = await post.deliver('home', batch);
      if (outcomes.some(({ kind }) => kind !== 'STORED')) throw new Error(JSON.stringify(outcomes));
      numbers[pair] = first + batch.length - 1;
    }
  };
  return {
    deliver: async (messages) => {
      const homeBefore = await cpuOfHome();
      const before = process.cpuUsage();
      const beginning = performance.now();
      await Promise.all(numbers.map((_, pair) => deliverPair(pair, messages / pairs)));
      const seconds = (performance.now() - beginning) / 1_000;
      const { user, system } = process.cpuUsage(before);
      return {
        perSecond: messages / seconds,
        homeUs: ((await cpuOfHome()) - homeBefore) / messages,
        senderUs: (user + system) / messages,
      };
    },
    close: async () => {
      await link.close();
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

function toDelivery(pair: number, number: number): Delivery {
  return {
    kind: 'MESSAGE',
    id: `message-${number}`,
    source: `bob/agent-${pair}`,
    inbox: `ada/agent-${pair}`,
    place: { epoch: 1, series: 1, number, through: number, settledTo: number - 1 },
    body: messageBody,
    sentAt: messageTime,
    ttlMs: 60_000,
    hops: 0,
    throttled: false,
  };
}
