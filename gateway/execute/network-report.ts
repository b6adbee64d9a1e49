import type { NetworkReport } from './request-context.ts';

/** An empty report, for one request or one event of a subscription. */
export function createNetworkReport(): NetworkReport {
  let asked: Set<string> | undefined;
  let failed: Set<string> | undefined;
  return {
    asked(node) {
      asked ??= new Set();
      asked.add(node);
    },
    failed(node) {
      asked ??= new Set();
      asked.add(node);
      failed ??= new Set();
      failed.add(node);
    },
    summary() {
      if (!asked) return undefined;
      const failures = [...(failed ?? [])].sort();
      return { asked: asked.size, answered: asked.size - failures.length, failed: failures };
    },
  };
}
