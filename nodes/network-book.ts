import { LRUCache } from 'lru-cache';
import type { AgentHome, Peer } from '../schema/generated/network.ts';
import { limits } from '../schema/limits.ts';
import type { NetworkChange, NetworkClient } from './network-client.ts';

export interface NetworkBookOptions {
  readonly network: Pick<NetworkClient, 'peers' | 'agentHomes' | 'unfollowedMs'>;
}

/**
 * What a node remembers of its network, so that it need not ask for every message: other nodes with their keys, and where agents live. True while
 * changes are followed, and for `limits.peerKnowledgeMs` after that; then, and for what is not remembered, the initial node is asked. All
 * reject with INITIAL_UNREACHABLE when it cannot be.
 */
export class NetworkBook {
  readonly #network: NetworkBookOptions['network'];
  readonly #peers = new LRUCache<string, Peer>({ max: limits.maxKnownPeers });
  readonly #homes = new LRUCache<string, AgentHome>({ max: limits.maxKnownHomes });
  /** What has changed while each question is under way, whose answer may be from before. */
  readonly #underWay = new Set<NetworkChange[]>();

  constructor({ network }: NetworkBookOptions) {
    this.#network = network;
  }

  /** For `onChange` of the network's client. */
  forget(change: NetworkChange): void {
    for (const changes of this.#underWay) changes.push(change);
    const { node, agent } = change;
    if (node != null) {
      for (const [key, peer] of this.#peers.entries()) if (peer.id === node) this.#peers.delete(key);
    } else if (agent != null) {
      this.#homes.delete(agent);
    } else {
      // Changes may have been missed before.
      this.#peers.clear();
      this.#homes.clear();
    }
  }

  /** The member with this id; undefined for none. */
  async peer(id: string): Promise<Peer | undefined> {
    return this.#find(`id ${id}`, { ids: [id] });
  }

  /** The member who comes with this key; undefined for none. */
  async peerWithKey(fingerprint: string): Promise<Peer | undefined> {
    return this.#find(`key ${fingerprint}`, { fingerprints: [fingerprint] });
  }

  /** Where these agents live; the ones that nobody has claimed are missing. `fresh`: asked again in any case. */
  async homes(
    agents: readonly string[],
    { fresh = false }: { readonly fresh?: boolean } = {},
  ): Promise<ReadonlyMap<string, AgentHome>> {
    const isTrue = !fresh && this.#isFresh();
    const known = isTrue ? agents.flatMap((agent) => this.#homes.get(agent) ?? []) : [];
    const found = new Map(known.map((home) => [home.agent, home]));
    const missing = agents.filter((agent) => !found.has(agent));
    for (let at = 0; at < missing.length; at += limits.maxPageSize) {
      const some = missing.slice(at, at + limits.maxPageSize);
      const homes = await this.#ask(
        () => this.#network.agentHomes(some),
        ({ agent }) => agent != null && some.includes(agent),
      );
      for (const home of homes) {
        this.#homes.set(home.agent, home);
        found.set(home.agent, home);
      }
    }
    return found;
  }

  async #find(
    key: string,
    search: { readonly ids?: readonly string[]; readonly fingerprints?: readonly string[] },
  ): Promise<Peer | undefined> {
    const known = this.#isFresh() ? this.#peers.get(key) : undefined;
    if (known) return known;
    const [peer] = await this.#ask(
      () => this.#network.peers(search),
      ({ node }, peers) => peers.some(({ id }) => id === node),
    );
    if (peer) this.#peers.set(key, peer);
    else this.#peers.delete(key);
    return peer;
  }

  /** Asks again when what was answered has changed since it was asked: the answer and the word of the change overtake each other. */
  async #ask<Answer>(
    question: () => Promise<Answer>,
    concerns: (change: NetworkChange, answer: Answer) => boolean,
  ): Promise<Answer> {
    const changes: NetworkChange[] = [];
    this.#underWay.add(changes);
    try {
      for (;;) {
        changes.length = 0;
        const answer = await question();
        const isOld = (change: NetworkChange): boolean =>
          (change.node == null && change.agent == null) || concerns(change, answer);
        if (!changes.some(isOld)) return answer;
      }
    } finally {
      this.#underWay.delete(changes);
    }
  }

  #isFresh(): boolean {
    return this.#network.unfollowedMs <= limits.peerKnowledgeMs;
  }
}
