import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Whoever asks for a node's health, in a process of its own. */
export interface HealthWatch {
  begin(): void;
  /** What each answer took since then, in ms. Rejects when one was not had. */
  end(): Promise<readonly number[]>;
  close(): void;
}

/** @param url of the node, without a slash at its end */
export async function watchHealth(url: string): Promise<HealthWatch> {
  const child = fork(fileURLToPath(new URL('ask-health.ts', import.meta.url)), [url], {
    execArgv: ['--import', 'tsx'],
  });
  const gone = once(child, 'exit').then(() => {
    throw new Error('Expected every question for /health to be answered');
  });
  gone.catch(() => {});
  const said = async (): Promise<readonly number[]> => {
    const [tookMs] = (await Promise.race([once(child, 'message'), gone])) as [readonly number[]];
    return tookMs;
  };
  await said();
  return {
    begin: () => void child.send('begin'),
    end: () => {
      const answer = said();
      child.send('end');
      return answer;
    },
    close: () => void child.kill(),
  };
}

/**
 * The longest that three answers in a row took, at the median: one of them may have waited for a core that others had, on a machine with two of
 * them, and a node that does not answer makes all three wait.
 */
export function worstOfThree(tookMs: readonly number[]): number {
  const medians = tookMs.slice(2).map((third, index) => {
    const [, median = third] = [...tookMs.slice(index, index + 2), third].toSorted((a, b) => a - b);
    return median;
  });
  return Math.max(...medians);
}
