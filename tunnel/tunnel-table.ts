import type { Duplex } from 'node:stream';
import { codedError } from '../wire/coded-error.ts';
import type { Contests } from './contests.ts';

/** A live tunnel. */
export interface Tunnel {
  /** The process at its far end. */
  readonly instance: string;
  /** A channel to the node. Rejects with NODE_UNREACHABLE. */
  open(): Promise<Duplex>;
  /** Ends its connection, and takes it out of the table before this returns. */
  end(reason: string): void;
}

export interface TunnelChange {
  readonly node: string;
  readonly kind: 'OPENED' | 'CLOSED';
  /** Of a CLOSED: superseded, contested, cancelled, frozen, clogged, lost, closed, or what `cut` was given. */
  readonly reason: string;
  readonly instance: string;
}

export interface TunnelTableOptions {
  readonly contests: Contests;
  readonly maxTunnels: number;
  readonly onChange: (change: TunnelChange) => void;
}

/** The live tunnels by the name of their node, of which each has one at the most: no port is bound for any. */
export class TunnelTable {
  readonly #options: TunnelTableOptions;
  readonly #tunnels = new Map<string, Tunnel>();

  constructor(options: TunnelTableOptions) {
    this.#options = options;
  }

  /** Puts a tunnel in the place of the node's last one, which ends. False when there is no room, or the two take turns: then both are out. */
  claim(node: string, tunnel: Tunnel): boolean {
    const { contests, maxTunnels, onChange } = this.#options;
    const old = this.#tunnels.get(node);
    if (!old && this.#tunnels.size >= maxTunnels) return false;
    const isContested = old !== undefined && contests.push(node, old.instance, tunnel.instance);
    old?.end(isContested ? 'contested' : 'superseded');
    if (isContested) return false;
    this.#tunnels.set(node, tunnel);
    onChange({ node, kind: 'OPENED', reason: 'opened', instance: tunnel.instance });
    return true;
  }

  /** Takes a tunnel out, if it is the node's. */
  release(node: string, tunnel: Tunnel, reason: string): void {
    if (this.#tunnels.get(node) !== tunnel) return;
    this.#tunnels.delete(node);
    this.#options.onChange({ node, kind: 'CLOSED', reason, instance: tunnel.instance });
  }

  has(node: string): boolean {
    return this.#tunnels.has(node);
  }

  /** A channel to a node, by its name. Rejects with NODE_UNREACHABLE. */
  async dial(node: string): Promise<Duplex> {
    const tunnel = this.#tunnels.get(node);
    if (!tunnel) throw codedError('NODE_UNREACHABLE', `Expected a live tunnel of ${node}, got none`);
    return tunnel.open();
  }
}
