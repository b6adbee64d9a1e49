import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { expect, test, vi } from 'vitest';

test.each(['wall', 'none'])('agents do not outlive a node that is killed (%s)', async (wall) => {
  const node = spawn(process.execPath, ['bin/run.js', 'test/support/agent-runtime-process.ts', wall], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(node.stdout, 'data');
  const pids: unknown = JSON.parse(String(line));
  expect(pids).toEqual([expect.any(Number)]);
  const [pid] = Array.isArray(pids) ? pids : [];
  expect(existsSync(`/proc/${pid}`)).toBe(true);
  node.kill('SIGKILL');
  await once(node, 'exit');
  await vi.waitUntil(() => !existsSync(`/proc/${pid}`), { timeout: 10_000, interval: 20 });
});
