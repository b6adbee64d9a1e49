import { describe, expect, onTestFinished, test } from 'vitest';
import { NetworkBook } from '../nodes/network-book.ts';
import { deferred } from '../wire/deferred.ts';
import { type Peers, createPeers } from '../nodes/peers.ts';
import type { AgentHome, Peer } from '../schema/generated/network.ts';
import { limits } from '../schema/limits.ts';
import type { PeerNode } from '../subgraphs/serve/peer-session.ts';
import { codedError } from '../wire/coded-error.ts';
import { EventLog } from './support/event-log.ts';
import { newKey } from './support/node-keys.ts';

/** What the initial node answers, as a test changes it. */
class Registry {
  unfollowedMs = 0;
  isReachable = true;
  asked = 0;
  readonly members = new Map<string, Peer>();
  readonly places = new Map<string, AgentHome>();
  /** Each answer waits for it. */
  gate: Promise<unknown> = Promise.resolve();

  add(id: string, fingerprint = `SHA256:${id}`): void {
    this.members.set(id, {
      id,
      kind: 'TRUSTED',
      address: '127.0.0.1',
      port: 4_001,
      fingerprints: [fingerprint],
    });
  }

  async peers({
    ids = [],
    fingerprints = [],
  }: {
    readonly ids?: readonly string[];
    readonly fingerprints?: readonly string[];
  }): Promise<readonly Peer[]> {
    const isAsked = (peer: Peer) =>
      ids.includes(peer.id) || peer.fingerprints.some((key) => fingerprints.includes(key));
    return this.#answer([...this.members.values()].filter(isAsked));
  }

  async agentHomes(ids: readonly string[]): Promise<readonly AgentHome[]> {
    return this.#answer([...this.places.values()].filter(({ agent }) => ids.includes(agent)));
  }

  async #answer<T>(answer: T): Promise<T> {
    this.asked += 1;
    if (!this.isReachable) throw codedError('INITIAL_UNREACHABLE', 'It is away');
    await this.gate;
    return answer;
  }
}

const unreachable = { extensions: { code: 'INITIAL_UNREACHABLE' } };

describe('what a node remembers of its network', () => {
  test('is true while changes are followed and for ten minutes after, and then asked for again', async () => {
    const registry = new Registry();
    registry.add('rome');
    registry.places.set('ada/guard', { agent: 'ada/guard', node: 'rome', epoch: 1 });
    const book = new NetworkBook({ network: registry });
    const lookUp = async () => [await book.peer('rome'), (await book.homes(['ada/guard'])).get('ada/guard')];
    const known = await lookUp();
    expect(known).toMatchObject([{ id: 'rome' }, { node: 'rome' }]);

    registry.isReachable = false;
    for (const unfollowedMs of [0, 1, limits.peerKnowledgeMs]) {
      registry.unfollowedMs = unfollowedMs;
      expect(await lookUp()).toEqual(known);
    }
    expect(registry.asked).toBe(2);
    registry.unfollowedMs = limits.peerKnowledgeMs + 1;
    await expect(book.peer('rome')).rejects.toMatchObject(unreachable);
    await expect(book.homes(['ada/guard'])).rejects.toMatchObject(unreachable);
    registry.isReachable = true;
    expect(await lookUp()).toEqual(known);
  });

  test('is forgotten of whatever changes, and of everything when changes may have been missed', async () => {
    const registry = new Registry();
    for (const id of ['rome', 'milan']) registry.add(id);
    registry.places.set('ada/guard', { agent: 'ada/guard', node: 'rome', epoch: 1 });
    const book = new NetworkBook({ network: registry });
    const lookUp = async () => {
      const before = registry.asked;
      await book.peer('rome');
      await book.peerWithKey('SHA256:rome');
      await book.peer('milan');
      await book.homes(['ada/guard']);
      return registry.asked - before;
    };
    expect(await lookUp()).toBe(4);
    expect(await lookUp()).toBe(0);
    book.forget({ node: 'rome', agent: null });
    expect(await lookUp()).toBe(2);
    book.forget({ node: null, agent: 'ada/guard' });
    expect(await lookUp()).toBe(1);
    book.forget({ node: null, agent: null });
    expect(await lookUp()).toBe(4);
  });

  test.each([
    ['of the node', { node: 'rome', agent: null }],
    ['of everything', { node: null, agent: null }],
  ])('is not an answer from before a change %s of which was heard first', async (_, change) => {
    const registry = new Registry();
    registry.add('rome');
    const held = deferred<void>();
    registry.gate = held.promise;
    const book = new NetworkBook({ network: registry });
    const answer = book.peerWithKey('SHA256:rome');
    registry.members.delete('rome');
    book.forget(change);
    held.resolve();
    expect(await answer).toBeUndefined();
    expect(await book.peer('rome')).toBeUndefined();
  });

  test('is not where an agent lived before it was heard of elsewhere', async () => {
    const registry = new Registry();
    registry.places.set('ada/guard', { agent: 'ada/guard', node: 'rome', epoch: 1 });
    const held = deferred<void>();
    registry.gate = held.promise;
    const book = new NetworkBook({ network: registry });
    const answer = book.homes(['ada/guard']);
    registry.places.set('ada/guard', { agent: 'ada/guard', node: 'milan', epoch: 2 });
    book.forget({ node: null, agent: 'ada/guard' });
    held.resolve();
    expect((await answer).get('ada/guard')).toMatchObject({ node: 'milan', epoch: 2 });
  });
});

describe('a peer', () => {
  const initial = newKey().publicKey;
  const rome = newKey().publicKey;

  /** With rome let in, and whoever has been cut off since. */
  async function peersWithRome(registry: Registry) {
    registry.add('rome', rome.fingerprint);
    registry.add('milan');
    const peers: Peers = createPeers({
      network: registry,
      initialKey: initial.fingerprint,
      checkEveryMs: 1,
    });
    onTestFinished(() => peers.close());
    const everybody: readonly PeerNode[] = [
      { node: 'rome', isInitial: false },
      { node: 'milan', isInitial: false },
      { node: 'initial', isInitial: true },
    ];
    const cuts = new EventLog<readonly string[]>();
    peers.serve((isGone) => {
      cuts.push(everybody.filter(isGone).map(({ node }) => node));
    });
    expect(await peers.recognise(rome)).toEqual({ node: 'rome', isInitial: false });
    return { peers, cuts };
  }

  test('is known by its key, and the initial node by the one that is pinned', async () => {
    const registry = new Registry();
    const { peers } = await peersWithRome(registry);
    registry.isReachable = false;
    expect(await peers.recognise(rome)).toMatchObject({ node: 'rome' });
    expect(await peers.recognise(initial)).toMatchObject({ isInitial: true });
    expect(await peers.recognise(undefined)).toBeUndefined();
    await expect(peers.recognise(newKey().publicKey)).rejects.toMatchObject(unreachable);
  });

  test.each([
    ['it is heard of', { node: 'rome', agent: null }],
    ['changes are followed again', { node: null, agent: null }],
  ])('that is a member no more is cut off, it alone, as soon as %s', async (_, change) => {
    const registry = new Registry();
    const { peers, cuts } = await peersWithRome(registry);
    peers.onChange(change);
    peers.onChange({ node: 'milan', agent: null });
    registry.members.delete('rome');
    // What belongs to it is found by who is known.
    expect([...peers.known()]).toMatchObject([{ node: 'rome' }]);
    peers.onChange(change);
    expect(await cuts.until(() => true)).toEqual(['rome']);
    expect(await peers.recognise(rome)).toBeUndefined();
  });

  test('is cut off, with all but the initial node, when what is known is older than ten minutes', async () => {
    const registry = new Registry();
    const { cuts } = await peersWithRome(registry);
    registry.isReachable = false;
    registry.unfollowedMs = limits.peerKnowledgeMs;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(cuts.entries).toEqual([]);
    registry.unfollowedMs += 1;
    expect(await cuts.until(() => true)).toEqual(['rome', 'milan']);
  });
});
