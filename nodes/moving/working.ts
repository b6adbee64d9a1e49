import { limits } from '../../schema/limits.ts';
import type { MoveRegistry } from './move-registry.ts';

/** Does something for a move, with a sign of life each second, so that it is not given up meanwhile. */
export async function working<T>(
  registry: Pick<MoveRegistry, 'progress'>,
  move: string,
  work: () => Promise<T>,
): Promise<T> {
  const signs = setInterval(() => {
    // One that gets lost is not missed.
    registry.progress(move).catch(() => undefined);
  }, limits.moveProgressMs);
  try {
    return await work();
  } finally {
    clearInterval(signs);
  }
}
