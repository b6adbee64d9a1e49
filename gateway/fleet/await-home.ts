import { limits } from '../../schema/limits.ts';
import type { RequestContext } from '../execute/request-context.ts';
import type { Directory } from './directory.ts';

/**
 * Resolves when one of these agents, which are on their way, may be found, at the latest after a moment: then to look again is the right thing in any
 * case. @returns false when there is no time left to do so
 */
export async function awaitHome(
  directory: Directory,
  agents: readonly string[],
  { deadline, signal }: Pick<RequestContext, 'deadline' | 'signal'>,
): Promise<boolean> {
  const leftMs = deadline - performance.now() - limits.followUpReserveMs;
  if (leftMs <= 0 || signal?.aborted) return false;
  await new Promise<void>((resolve) => {
    const end = (): void => {
      stop();
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(end, Math.min(leftMs, limits.moveTickMs));
    const stop = directory.onChange((agent) => {
      if (agents.includes(agent)) end();
    });
  });
  return true;
}
