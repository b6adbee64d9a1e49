import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test, vi } from 'vitest';
import { countingPrograms } from './support/counting-programs.ts';
import { at } from './support/open-world.ts';
import { openAgents } from './support/open-agents.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

/** What the process has said when it is killed at the given line. */
async function linesUntilKilled(folder: string, from: number, count: number): Promise<readonly number[]> {
  const path = new URL('support/count-until-killed.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, ['bin/run.js', path, folder, String(from)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: number[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(Number(line));
    if (lines.length === count) child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return lines;
}

test(
  'agents whose process is killed again and again count each message once, and lose none',
  { timeout: 120_000 },
  async () => {
    const folder = temporaryFolder();
    const kept: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const lines = await linesUntilKilled(folder, round * 10_000, 40 + Math.floor(Math.random() * 80));
      expect(lines.some(Number.isNaN)).toBe(false);
      kept.push(...lines);
    }
    const agents = await openAgents({ folder, programs: countingPrograms });
    const seenBy = async (name: string) => (at(await agents.memory(name), 'seen') ?? []) as number[];
    await vi.waitFor(
      async () => {
        expect(await agents.traffic.unread('alice/count')).toBe(0);
        expect(await seenBy('sink')).toHaveLength((await seenBy('count')).length);
      },
      { timeout: 20_000, interval: 20 },
    );
    const seen = await seenBy('count');
    expect(new Set(seen).size).toBe(seen.length);
    expect(kept.filter((number) => !seen.includes(number))).toEqual([]);
    expect(await seenBy('sink')).toEqual(seen);
  },
);
