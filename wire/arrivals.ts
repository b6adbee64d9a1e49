export interface ArrivalsOptions {
  /** At a time, in all and from one place. */
  readonly max: number;
  readonly maxPerPlace: number;
  /** What one has to say who it is. */
  readonly timeoutMs: number;
}

/** Connections that have not said yet who they are, or what they want. */
export interface Arrivals {
  /**
   * Counts a connection from a place among them until what this returns is called (idempotent). Calls `end` when it takes too long, and of the
   * oldest where there are too many, of the same place first: whoever means well has said it long before.
   */
  enter(place: string, end: () => void): () => void;
}

export function createArrivals({ max, maxPerPlace, timeoutMs }: ArrivalsOptions): Arrivals {
  /** How each is shown out; in the order in which they came, which sets keep. */
  const all = new Set<() => void>();
  const byPlace = new Map<string, Set<() => void>>();

  return {
    enter(place, end) {
      const same = byPlace.get(place) ?? new Set<() => void>();
      byPlace.set(place, same);
      const leave = (): void => {
        clearTimeout(late);
        all.delete(showOut);
        if (same.delete(showOut) && same.size === 0) byPlace.delete(place);
      };
      const showOut = (): void => {
        leave();
        end();
      };
      const late = setTimeout(showOut, timeoutMs);
      all.add(showOut);
      same.add(showOut);
      const [oldest] = same.size > maxPerPlace ? same : all.size > max ? all : [];
      oldest?.();
      return leave;
    },
  };
}
