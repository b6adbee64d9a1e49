import type { NodeMove } from '../../schema/generated/network.ts';

/** What the registry tells of moves, for listeners that may come later than it. */
export interface MoveNews {
  see(move: NodeMove): void;
  /** Calls back with those that are not over, as they were last heard of, then with each that is heard of; returns the function that ends it. */
  onMove(listener: (move: NodeMove) => void): () => void;
}

export function createMoveNews(): MoveNews {
  const open = new Map<string, NodeMove>();
  const listeners = new Set<(move: NodeMove) => void>();
  return {
    see(move) {
      if (move.state === 'MOVING' || move.state === 'COMMITTED') open.set(move.id, move);
      else open.delete(move.id);
      for (const listener of listeners) listener(move);
    },
    onMove(listener) {
      listeners.add(listener);
      for (const move of open.values()) listener(move);
      return () => void listeners.delete(listener);
    },
  };
}
