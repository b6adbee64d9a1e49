import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatTable, median } from './table.ts';
import { type OurContender, startOpenSsh, startOurs } from './tunnel/contenders.ts';
import { startService, wish } from './tunnel/service.ts';
import { ask, measureVisits, visit, type Visits } from './tunnel/visits.ts';

const rounds = 5;
const idleChannels = 1_000;
const megabyte = 1_048_576;

/** A tunnel of ours beside OpenSSH's `-R` and no tunnel at all, with every end in a process of its own and the same cipher. */
export async function benchTunnel(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'codecraft-bench-'));
  const service = await startService();
  const ours = await startOurs(join(folder, 'ours'), service.port);
  const openSsh = await startOpenSsh(join(folder, 'openssh'), service.port);
  const contenders = [
    ['ours', ours.visitorPort],
    ['OpenSSH -R', openSsh.visitorPort],
    ['no tunnel', service.port],
  ] as const;
  try {
    const runs = new Map<string, Visits[]>(contenders.map(([name]) => [name, []]));
    // Round 0 is printed and not counted: a process that lives for weeks is warm.
    for (let round = 0; round <= rounds; round += 1) {
      for (const [name, port] of contenders) {
        const visits = await measureVisits(port);
        if (round > 0) runs.get(name)?.push(visits);
        console.log(`round ${round}, ${name}: ${describe(visits)}`);
      }
    }
    print(runs);
    await printTurns(ours);
    await printIdle(ours);
  } finally {
    await Promise.all([ours.close(), openSsh.close()]);
    service.close();
    rmSync(folder, { recursive: true });
  }
}

function describe({ upMbPerSecond, downMbPerSecond, requestsPerSecond, turnMs }: Visits): string {
  const whole = (value: number): string => value.toFixed(0);
  return `up ${whole(upMbPerSecond)} MB/s, down ${whole(downMbPerSecond)} MB/s, ${whole(requestsPerSecond)} requests/s, turn ${turnMs.toFixed(3)} ms`;
}

function print(runs: ReadonlyMap<string, readonly Visits[]>): void {
  const middle = (name: string, field: keyof Visits): number =>
    median((runs.get(name) ?? []).map((visits) => visits[field]));
  const fields = ['upMbPerSecond', 'downMbPerSecond', 'requestsPerSecond', 'turnMs'] as const;
  console.log(
    formatTable({
      title: `tunnel: medians of ${rounds} interleaved rounds (256 MiB each way; connect + request, 16 at once; 1 KB there and back)`,
      columns: ['', 'up, MB/s', 'down, MB/s', 'requests/s', 'turn, ms'],
      rows: [
        ...[...runs.keys()].map((name) => [name, ...fields.map((field) => middle(name, field))]),
        ['ours to OpenSSH', ...fields.map((field) => middle('ours', field) / middle('OpenSSH -R', field))],
      ],
    }),
  );
}

/** What a tunnel adds to a query: the way, which is TLS and a WebSocket with and without a channel beneath. */
async function printTurns(ours: OurContender): Promise<void> {
  const { throughMs, directMs } = await ours.turns();
  console.log(
    formatTable({
      title: 'tunnel: 1 KB there and back over TLS and a WebSocket, p50 in ms',
      columns: ['', 'through', 'direct', 'more'],
      rows: [['dial in the proxy', throughMs, directMs, throughMs - directMs]],
    }),
  );
}

/** What channels cost that are open and say nothing, and that each still answers. */
async function printIdle(ours: OurContender): Promise<void> {
  const before = await ours.rssBytes();
  const visitors = [];
  for (let channel = 0; channel < idleChannels; channel += 1) {
    const visitor = await visit(ours.visitorPort);
    await ask(visitor, `${wish.echo}hello`);
    visitors.push(visitor);
  }
  const after = await ours.rssBytes();
  await Promise.all(visitors.map((visitor) => ask(visitor, 'still there?')));
  for (const visitor of visitors) visitor.destroy();
  const row = (name: string, at: 0 | 1) =>
    [name, before[at] / megabyte, after[at] / megabyte, (after[at] - before[at]) / megabyte] as const;
  console.log(
    formatTable({
      title: `tunnel: memory of ${idleChannels} idle channels, in MB, after all of the above`,
      columns: ['', 'before', 'with them', 'more'],
      rows: [row('proxy', 0), row('node', 1)],
    }),
  );
}
