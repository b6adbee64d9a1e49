import type { NodeMove } from '../../schema/generated/network.ts';
import { limits } from '../../schema/limits.ts';
import { within } from '../../subgraphs/traffic/within.ts';
import type { MoveRegistry } from './move-registry.ts';
import { persist } from './persist.ts';

/** Waits for the other side of moves, as the registry tells of it; asks again itself, since a word may get lost. */
export class MoveWatch {
  readonly #registry: MoveRegistry;
  readonly #signal: AbortSignal;
  /** Of moves in which this node has a part, until they are forgotten. */
  readonly #latest = new Map<string, NodeMove>();
  readonly #wakes = new Map<string, Set<() => void>>();

  /** @param signal ends every wait */
  constructor(registry: MoveRegistry, signal: AbortSignal) {
    this.#registry = registry;
    this.#signal = signal;
  }

  /** What has been heard of a move, which is remembered until `forget`. */
  see(move: NodeMove): void {
    const known = this.#latest.get(move.id);
    if (known && isBefore(move, known)) return;
    this.#latest.set(move.id, move);
    for (const wake of this.#wakes.get(move.id) ?? []) wake();
  }

  /** Nobody waits for this move any more. */
  forget(id: string): void {
    this.#latest.delete(id);
  }

  /** The move as soon as it is like this, or as it then is. Rejects when everything ends, and when the registry knows nothing of it. */
  async until(
    id: string,
    isSo: (move: NodeMove) => boolean,
    { patienceMs = Infinity }: { readonly patienceMs?: number } = {},
  ): Promise<NodeMove> {
    const end = performance.now() + patienceMs;
    for (;;) {
      const known = this.#latest.get(id);
      if (known && isSo(known)) return known;
      if (known && (await this.#news(id))) continue;
      // Before the registry is asked, which may be away for long.
      if (known && performance.now() >= end) return known;
      this.see(await persist(() => this.#ask(id), { signal: this.#signal }));
    }
  }

  /** Whether something is heard of it before a word might have been lost. */
  async #news(id: string): Promise<boolean> {
    const wakes = this.#wakes.get(id) ?? new Set();
    this.#wakes.set(id, wakes);
    let wake = (): void => undefined;
    const heard = new Promise<true>((resolve) => {
      wake = () => resolve(true);
      wakes.add(wake);
    });
    try {
      return (await within(heard, limits.moveProgressMs)) ?? false;
    } finally {
      wakes.delete(wake);
      if (wakes.size === 0) this.#wakes.delete(id);
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

/** Whether this is from before that: after a copy has been accepted, another one may come. */
function isBefore(one: NodeMove, other: NodeMove): boolean {
  const orderOf = ({ state, step, copies }: NodeMove): readonly number[] => [
    states.indexOf(state),
    copies,
    steps.indexOf(step),
  ];
  const [first, second] = [orderOf(one), orderOf(other)];
  const differing = first.findIndex((place, index) => place !== second[index]);
  return (first[differing] ?? 0) < (second[differing] ?? 0);
}
