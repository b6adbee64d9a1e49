import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readNodeKey } from '../../identity/node-key.ts';
import { openRegistryTables } from '../../nodes/open-tables.ts';
import { createUser } from '../../subgraphs/registry/users.ts';
import type { MoveBenchReport, MoveBenchRole } from './node.ts';

export interface MoveBenchNodes {
  readonly url: string;
  /** Emits `point` with each report of one. */
  readonly points: EventEmitter<{ point: [MoveBenchReport & { readonly kind: 'point' }] }>;
  close(): Promise<void>;
}

/** An initial node, rome and oslo, and a laptop behind a tunnel. Ada is an admin. */
export async function startMoveNodes(): Promise<MoveBenchNodes> {
  const folder = mkdtempSync(join(tmpdir(), 'codecraft-bench-'));
  const place = (name: string): string => join(folder, name);
  const quiet = { logLevel: 'silent', port: 0, hosting: 'network' };
  const tables = await openRegistryTables(place('initial'));
  await createUser(tables.db, { username: 'ada', password: 'correct horse', role: 'ADMIN' });
  await tables.close();
  const points: MoveBenchNodes['points'] = new EventEmitter();
  const children: ChildProcess[] = [];
  const start = async (role: MoveBenchRole): Promise<string> => {
    const child = fork('bin/run.js', ['bench/move/node.ts', JSON.stringify(role)], { execArgv: [] });
    children.push(child);
    return new Promise((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`${role.folder} has ended with ${code}`)));
      child.on('message', (report: MoveBenchReport) => {
        if (report.kind === 'up') resolve(report.url);
        else points.emit('point', report);
      });
    });
  };
  const flags = { ...quiet, approveLoopbackNodes: true };
  const url = await start({ kind: 'initial', folder: place('initial'), flags });
  const { fingerprint: initialKey } = readNodeKey(join(place('initial'), 'id_ed25519')).publicKey;
  for (const [name, kind] of [
    ['rome', 'trusted'],
    ['oslo', 'trusted'],
    ['laptop', 'local'],
  ] as const) {
    await start({ kind, folder: place(name), flags: { ...quiet, name, initial: url, initialKey } });
  }
  return {
    url,
    points,
    close: async () => {
      for (const child of children.toReversed()) {
        const ended = once(child, 'exit');
        child.disconnect();
        await ended;
      }
      rmSync(folder, { recursive: true });
    },
  };
}
