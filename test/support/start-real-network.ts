import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readNodeKey } from '../../identity/node-key.ts';
import { loadInitialConfig, loadNodeConfig } from '../../nodes/config.ts';
import { openRegistryTables } from '../../nodes/open-tables.ts';
import { startInitial } from '../../nodes/start-initial.ts';
import { startNode, type RunningNode } from '../../nodes/start-node.ts';
import { createUser } from '../../subgraphs/registry/users.ts';
import type { Viewer } from '../../wire/viewer.ts';

/** A network as people run it, but for its nodes being in this process: an initial node and one called `harbour`. Ada is a developer. */
export interface RealNetwork {
  readonly url: string;
  /** Of the initial node, for what works beside it. */
  readonly initialFolder: string;
  readonly port: number;
  /** Ids. */
  readonly initial: string;
  readonly harbour: string;
  /** Of harbour's own port. */
  readonly harbourUrl: string;
  /** Stops and starts it, on the same folder and port. Harbour joins it again by itself. */
  restartInitial(): Promise<void>;
  stopHarbour(): Promise<void>;
  /** On the same folder and port. */
  restartHarbour(): Promise<void>;
  close(): Promise<void>;
}

export const ada = { username: 'ada', password: 'open sesame', role: 'DEVELOPER' } as const;

/** Whoever starts it closes it. The password of `others` is ada's. */
export async function startRealNetwork(
  options: { readonly others?: readonly Viewer[] } = {},
): Promise<RealNetwork> {
  const folder = mkdtempSync(join(tmpdir(), 'codecraft-network-'));
  const place = (name: string) => join(folder, name);
  const quiet = { logLevel: 'silent', port: 0 } as const;
  const initialFlags = { ...quiet, approveLoopbackNodes: true };
  const initialConfig = loadInitialConfig(place('initial'), initialFlags);
  const tables = await openRegistryTables(place('initial'));
  await createUser(tables.db, ada);
  for (const person of options.others ?? [])
    await createUser(tables.db, { ...person, password: ada.password });
  await tables.close();
  let initial = await startInitial({ folder: place('initial'), config: initialConfig });
  const { fingerprint: initialKey } = readNodeKey(join(place('initial'), 'id_ed25519')).publicKey;
  const flags = { ...quiet, kind: 'trusted', name: 'harbour', initial: initial.url, initialKey };
  const startHarbour = (port: number) => {
    const config = loadNodeConfig(place('harbour'), { ...flags, port });
    return startNode({ folder: place('harbour'), config });
  };
  const port = Number(new URL(initial.url).port);
  let harbour: RunningNode = await startHarbour(0);
  const harbourPort = Number(new URL(harbour.url).port);
  return {
    url: initial.url,
    initialFolder: place('initial'),
    port,
    initial: initial.node,
    harbour: harbour.node,
    harbourUrl: harbour.url,
    async restartInitial() {
      await initial.close();
      const config = loadInitialConfig(place('initial'), { ...initialFlags, port });
      initial = await startInitial({ folder: place('initial'), config });
    },
    stopHarbour: () => harbour.close(),
    async restartHarbour() {
      harbour = await startHarbour(harbourPort);
    },
    async close() {
      await harbour.close();
      await initial.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
