import type { NodeMove } from '../../schema/generated/network.ts';
import { limits } from '../../schema/limits.ts';
import { within } from '../../subgraphs/traffic/within.ts';
import type { MoveRegistry } from './move-registry.ts';
import { persist } from './persist.ts';

/** Waits for the other side of moves, as the registry tells of it; asks again itself, since a word may get lost. */
export class MoveWatch {
  readonly #registry: MoveRegistry;
  readonly #signal: AbortSignal;
  readonly #latest = new Map<string, NodeMove>();
  readonly #wakes = new Map<string, Set<() => void>>();

  /** @param signal ends every wait */
  constructor(registry: MoveRegistry, signal: AbortSignal) {
    this.#registry = registry;
    this.#signal = signal;
  }

  /** What has been heard of a move. */
  see(move: NodeMove): void {
    const known = this.#latest.get(move.id);
    if (known && orderOf(known) > orderOf(move)) return;
    if (this.#wakes.has(move.id)) this.#latest.set(move.id, move);
    for (const wake of this.#wakes.get(move.id) ?? []) wake();
  }

  /** The move as soon as it is like this. Rejects when everything ends, and when the registry knows nothing of it. */
  async until(id: string, isSo: (move: NodeMove) => boolean): Promise<NodeMove> {
    const wakes = this.#wakes.get(id) ?? new Set();
    this.#wakes.set(id, wakes);
    let wake = (): void => undefined;
    const heard = (): Promise<void> =>
      new Promise((resolve) => {
        wakes.delete(wake);
        wake = resolve;
        wakes.add(wake);
      });
    try {
      for (;;) {
        const news = heard();
        const known = this.#latest.get(id);
        if (known && isSo(known)) return known;
        // What came before anybody waited is not remembered.
        if (known) await within(news, limits.moveProgressMs);
        const told = this.#latest.get(id);
        if (told && isSo(told)) return told;
        this.see(await persist(() => this.#ask(id), { signal: this.#signal }));
      }
    } finally {
      wakes.delete(wake);
      if (wakes.size === 0) {
        this.#wakes.delete(id);
        this.#latest.delete(id);
      }
    }
  }

  async #ask(id: string): Promise<NodeMove> {
    const move = await this.#registry.find(id);
    if (move) return move;
    throw new Error(`Expected the registry to know the move ${id}`);
  }
}

const states = ['MOVING', 'COMMITTED', 'DONE', 'ABORTED', 'LOST'];
const steps = ['BEGUN', 'COPIED', 'ACCEPTED', 'FROZEN'];

function orderOf({ state, step }: NodeMove): number {
  return states.indexOf(state) * steps.length + steps.indexOf(step);
}
