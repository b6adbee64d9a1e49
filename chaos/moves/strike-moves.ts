import { setTimeout as delay } from 'node:timers/promises';
import { type ChaosNetwork, initialName } from '../network.ts';
import type { Random } from '../random.ts';
import { until } from '../until.ts';
import type { MoveBoard, OpenMove } from './move-board.ts';

/** kill -9, SIGSTOP for some seconds, one connection broken in the middle of what it carries (of a link, or of SSH), a node that nobody reaches for some seconds. */
export const strikeKinds = ['kill', 'freeze', 'cut link', 'cut tunnel', 'part'] as const;
export type StrikeKind = (typeof strikeKinds)[number];

export interface Strike {
  readonly kind: StrikeKind;
  readonly target: string;
  /** How far the moves were that it could hurt; with none it does not count. */
  readonly steps: readonly string[];
}

export interface StrikeMovesOptions {
  readonly network: ChaosNetwork;
  readonly board: MoveBoard;
  readonly random: Random;
  /** How often each has to strike while a move is under way that it could hurt. */
  readonly strikes: Readonly<Record<StrikeKind, number>>;
  /** They are spread over so many moves. */
  readonly moves: number;
  readonly onStrike: (strike: Strike) => void;
  /** Time is up. */
  readonly signal: AbortSignal;
}

/** So long after a move has been seen, so that it is struck at any of its steps. */
const withinMs = 400;
const mostDownMs = 2_000;
/** Longer than the silence after which a move is given up, and than that after which a link is. */
const mostFrozenMs = 8_000;
const mostApartMs = 6_000;
/** A connection that carries nothing meanwhile is not cut. */
const cutPatienceMs = 1_000;

/** Strikes nodes that have a part in a move under way, until each kind has counted as often as it should. Rejects when a process does not come back. */
export async function strikeMoves(options: StrikeMovesOptions): Promise<void> {
  const { strikes, moves, random, board, signal } = options;
  const all = random.shuffle(
    strikeKinds.flatMap((kind) => Array.from({ length: strikes[kind] }, () => kind)),
  );
  const striker = new Striker(options);
  const running = new Set<Promise<void>>();
  for (const [index, kind] of all.entries()) {
    const due = (index / all.length) * moves * 0.95;
    await until(() => board.begun >= due, signal);
    const strike = striker.strikeUntilItCounts(kind).finally(() => running.delete(strike));
    running.add(strike);
    // The rest is waited for below; this one is heard of at once when it fails.
    await Promise.race([strike, until(() => striker.isFree, signal)]);
  }
  await Promise.all(running);
}

class Striker {
  readonly #options: StrikeMovesOptions;
  /** Nodes that are being struck. */
  readonly #struck = new Set<string>();

  constructor(options: StrikeMovesOptions) {
    this.#options = options;
  }

  /** At most so many at a time that moves still come to an end now and then. */
  get isFree(): boolean {
    return this.#struck.size < 2;
  }

  async strikeUntilItCounts(kind: StrikeKind): Promise<void> {
    const { network, random, signal } = this.#options;
    for (;;) {
      const spared = () => [initialName, ...network.nodes].filter((name) => !this.#struck.has(name));
      await until(() => spared().length > 0, signal);
      const target = random.pick(spared());
      if (target === undefined) continue;
      this.#struck.add(target);
      try {
        if (await this.#strike(kind, target)) return;
      } finally {
        this.#struck.delete(target);
      }
    }
  }

  /** @returns whether it counts */
  async #strike(kind: StrikeKind, target: string): Promise<boolean> {
    const { network, board, random, signal } = this.#options;
    await until(() => network.isUp(target) && board.underWay(target).length > 0, signal);
    await delay(random.next() * withinMs, undefined, { signal });
    const moves = board.underWay(target);
    switch (kind) {
      case 'kill': {
        this.#tell(kind, target, moves);
        await network.kill(target);
        await delay(random.next() * mostDownMs, undefined, { signal });
        await network.start(target);
        return moves.length > 0;
      }
      case 'freeze': {
        network.freeze(target);
        this.#tell(kind, target, moves);
        try {
          await delay(random.next() * mostFrozenMs, undefined, { signal });
        } finally {
          network.thaw(target);
        }
        return moves.length > 0;
      }
      case 'part': {
        const open = this.#proxyOf(target)?.shut();
        this.#tell(kind, target, moves);
        try {
          await delay(random.next() * mostApartMs, undefined, { signal });
        } finally {
          open?.();
        }
        return moves.length > 0;
      }
      case 'cut link':
      case 'cut tunnel':
        return this.#cut(kind, target);
    }
  }

  /** The next bytes of a connection decide when; moves are counted then. */
  #cut(kind: 'cut link' | 'cut tunnel', target: string): Promise<boolean> {
    const { random, board } = this.#options;
    const connection = random.pick(
      [...(this.#proxyOf(target)?.connections ?? [])].filter(
        ({ isSsh, isArmed }) => !isArmed && isSsh === (kind === 'cut tunnel'),
      ),
    );
    if (!connection) return Promise.resolve(false);
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        spare();
        resolve(false);
      }, cutPatienceMs);
      const spare = connection.cutInTheMiddle(() => {
        clearTimeout(timer);
        const moves = board.underWay(target);
        this.#tell(kind, target, moves);
        resolve(moves.length > 0);
      });
    });
  }

  #proxyOf(target: string) {
    const { network } = this.#options;
    return network.proxies[[initialName, ...network.nodes].indexOf(target)];
  }

  #tell(kind: StrikeKind, target: string, moves: readonly OpenMove[]): void {
    const steps = moves.map(({ state, step }) => (state === 'COMMITTED' ? state : step));
    this.#options.onStrike({ kind, target, steps });
  }
}
