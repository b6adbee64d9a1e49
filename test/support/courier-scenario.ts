import * as fc from 'fast-check';
import { vi } from 'vitest';
import type { ExecutionResult } from 'graphql';
import { type Fate, TrafficNetwork } from './traffic-network.ts';

const nodes = ['initial', 'a', 'b', 'c'] as const;
type NodeId = (typeof nodes)[number];
/** One agent of each of these people, on the node of the same place in the list. */
const agents = ['ann/one', 'bob/two', 'cat/three', 'dan/four'] as const;
const people = ['eve', 'fay'] as const;

const node = fc.constantFrom(...nodes);
const agent = fc.constantFrom(...agents);
type Step =
  | { readonly kind: 'sends'; readonly from: string; readonly to: string; readonly count: number }
  | { readonly kind: 'says'; readonly who: string; readonly to: string }
  | { readonly kind: 'cuts' | 'mends'; readonly one: NodeId; readonly other: NodeId }
  | { readonly kind: 'crashes' | 'hides' | 'shows'; readonly who: NodeId }
  | { readonly kind: 'pauses'; readonly turns: number }
  | { readonly kind: 'ages'; readonly seconds: number };

const way = { one: node, other: node };
export const arbitrarySteps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('sends' as const),
        from: agent,
        to: agent,
        count: fc.integer({ min: 1, max: 8 }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('says' as const),
        who: fc.constantFrom(...people),
        to: agent,
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constantFrom('cuts' as const, 'cuts' as const, 'mends' as const),
        ...way,
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constantFrom('crashes' as const, 'crashes' as const, 'hides' as const, 'shows' as const),
        who: node,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('pauses' as const), turns: fc.integer({ min: 1, max: 20 }) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('ages' as const), seconds: fc.integer({ min: 1, max: 20 }) }),
    },
  ),
  { minLength: 15, maxLength: 40 },
);

/** What becomes of each question between nodes, in turn and round and round. */
export const arbitraryFates: fc.Arbitrary<Fate[]> = fc.array(
  fc.constantFrom<Fate>('pass', 'pass', 'pass', 'pass', 'pass', 'lose', 'mute', 'double'),
  { minLength: 5, maxLength: 30 },
);

/** What has become of what one sender sent to one agent, by numbers that begin with 1. */
export interface PairReport {
  readonly pair: string;
  readonly sent: readonly number[];
  /** In the order of the inbox. */
  readonly arrived: readonly number[];
  /** Came back, and the letter says that they never arrived. */
  readonly lost: readonly number[];
  /** Came back, and the letter says that they may have arrived. */
  readonly unsure: readonly number[];
}

/** Four nodes, one agent on each, and two people, who send numbers to each other while the network does its worst. */
export class CourierScenario {
  readonly #network: TrafficNetwork;
  /** What was accepted, by sender and recipient. */
  readonly #accepted = new Map<string, number[]>();
  #aged = 0;

  constructor(fates: readonly Fate[]) {
    this.#network = new TrafficNetwork({
      now: () => Date.now() + this.#aged,
      sendWaitMs: 50,
      expiryCheckMs: 5,
    });
    let turn = 0;
    this.#network.fate = () => fates[turn++ % fates.length] ?? 'pass';
    for (const [index, id] of agents.entries()) this.#network.place(id, nodes[index] ?? 'initial');
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const id of nodes) await this.#network.start(id);
    for (const what of steps) await this.#do(what);
  }

  /** Everybody is back and nothing fails any more. */
  async calm(): Promise<void> {
    this.#network.fate = () => 'pass';
    this.#network.hidden.clear();
    for (const id of nodes) if (!this.#network.has(id)) await this.#network.start(id);
    for (const one of nodes) for (const other of nodes) this.#network.mend(one, other);
    const countQueued = async (id: NodeId) =>
      (await this.#network.node(id).db.selectFrom('outbox').select('position').execute()).length;
    await vi.waitFor(
      async () => {
        const queued = await Promise.all(nodes.map(countQueued));
        if (queued.some((count) => count > 0)) throw new Error(`Expected empty queues, got ${queued.join()}`);
      },
      { timeout: 20_000, interval: 20 },
    );
  }

  async report(): Promise<readonly PairReport[]> {
    const [delivered, returned] = [await this.#delivered(), await this.#returned()];
    return [...this.#accepted].map(([pair, sent]) => {
      const back = returned.get(pair) ?? [];
      const lost = back.filter(({ code }) => code === 'EXPIRED').map(({ body }) => body);
      const unsure = back.filter(({ code }) => code === 'DELIVERY_UNKNOWN').map(({ body }) => body);
      return { pair, sent, arrived: delivered.get(pair) ?? [], lost, unsure };
    });
  }

  async close(): Promise<void> {
    for (const id of nodes) await this.#network.stop(id);
  }

  async #do(what: Step): Promise<void> {
    const network = this.#network;
    switch (what.kind) {
      case 'sends':
        return this.#send(what.from, what.to, what.count);
      case 'says':
        return this.#say(what.who, what.to);
      case 'cuts':
        return what.one === what.other ? undefined : network.sever(what.one, what.other);
      case 'mends':
        return network.mend(what.one, what.other);
      case 'crashes':
        await network.stop(what.who);
        await network.start(what.who);
        return;
      case 'hides':
        network.hidden.add(what.who);
        return;
      case 'shows':
        network.hidden.delete(what.who);
        return;
      case 'pauses':
        for (let turn = 0; turn < what.turns; turn += 1)
          await new Promise((resolve) => setImmediate(resolve));
        return;
      case 'ages':
        this.#aged += what.seconds * 1_000;
        // So long that somebody looks.
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async #send(from: string, to: string, count: number): Promise<void> {
    if (from === to) return;
    const { db, traffic } = this.#network.node(this.#homeOf(from));
    const numbers = Array.from({ length: count }, () => this.#next(from, to));
    const queued = await db.transaction().execute((transaction) =>
      traffic.enqueue(
        transaction,
        { agent: from, epoch: 1 },
        numbers.map((body) => ({ to, body, hops: 0, ttlSeconds: 15 })),
      ),
    );
    queued.committed();
  }

  async #say(who: string, to: string): Promise<void> {
    const body = this.#next(who, to);
    const query = `mutation ($id: ID!, $to: ID!, $body: JSON!) {
      sendMessage(input: { id: $id, to: $to, body: $body, ttlSeconds: 15 }) { state }
    }`;
    const ask = () =>
      this.#network.node('initial').traffic.shape.execute({
        query,
        variables: { id: String(body), to, body },
        viewer: { username: who, role: 'PLAYER' },
      });
    assertAccepted(await ask());
    // Whoever is not sure sends it again.
    assertAccepted(await ask());
  }

  #next(from: string, to: string): number {
    const key = `${from} ${to}`;
    const numbers = this.#accepted.get(key) ?? [];
    this.#accepted.set(key, numbers);
    numbers.push(numbers.length + 1);
    return numbers.length;
  }

  #homeOf(id: string): NodeId {
    const home = nodes.find((candidate) => candidate === this.#network.homes.get(id)?.node);
    if (!home) throw new Error(`Expected ${id} to live somewhere`);
    return home;
  }

  async #delivered(): Promise<ReadonlyMap<string, readonly number[]>> {
    const found = new Map<string, number[]>();
    for (const id of nodes) {
      const { db } = this.#network.node(id);
      for (const { source, inbox, body } of await db
        .selectFrom('messages')
        .selectAll()
        .orderBy('sequence')
        .execute()) {
        const key = `${source} ${inbox}`;
        found.set(key, [...(found.get(key) ?? []), Number(body)]);
      }
    }
    return found;
  }

  async #returned(): Promise<ReadonlyMap<string, readonly { body: number; code: string }[]>> {
    const found = new Map<string, { body: number; code: string }[]>();
    for (const id of nodes) {
      const { db } = this.#network.node(id);
      for (const { source, addressee, body, code } of await db
        .selectFrom('dead_letters')
        .selectAll()
        .execute()) {
        const key = `${source} ${addressee}`;
        found.set(key, [...(found.get(key) ?? []), { body: Number(body), code }]);
      }
    }
    return found;
  }
}

function assertAccepted({ errors }: ExecutionResult): void {
  if (errors) throw new Error(`Expected a receipt, got ${JSON.stringify(errors)}`);
}
