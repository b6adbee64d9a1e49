import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Child, startChild } from '../demo/child.ts';
import { loadNodeKey } from '../identity/node-key.ts';
import { type CloseStack, startClosable } from '../nodes/close-stack.ts';
import { keepConfig, loadInitialConfig, loadNodeConfig } from '../nodes/config.ts';
import { keyFileIn } from '../nodes/identity.ts';
import { openRegistryTables } from '../nodes/open-tables.ts';
import { createUser } from '../subgraphs/registry/users.ts';
import { invariant } from '../wire/invariant.ts';
import { type CuttingProxy, hiddenHost, startCuttingProxy } from './cutting-proxy.ts';

/** Whose all agents are. */
export const person = { username: 'ada', password: 'open sesame', role: 'DEVELOPER' } as const;
export const initialName = 'initial';

export interface ChaosNetwork {
  /** Of the initial node, by its proxy. */
  readonly url: string;
  /** Names of the others, which are their ids too. */
  readonly nodes: readonly string[];
  /** In front of each node, the initial one's first; that of a node behind a tunnel carries nothing. */
  readonly proxies: readonly CuttingProxy[];
  /** What the node keeps. */
  folderOf(name: string): string;
  /** Whether the node's process is there and has said that it listens. */
  isUp(name: string): boolean;
  /** `kill -9`; resolves when the process is gone. It has to be up. */
  kill(name: string): Promise<void>;
  /** SIGSTOP: it holds all its sockets and says nothing more. It has to be up. */
  freeze(name: string): void;
  /** SIGCONT, where it is still there. */
  thaw(name: string): void;
  /** Starts it again, in its folder and at its port; resolves when it listens. */
  start(name: string): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}

/**
 * An initial node and others as processes of their own, every one behind a proxy. Of the others every third talks to its like only through the
 * initial node, and every third is behind a tunnel.
 */
export function startChaosNetwork(folder: string, nodeCount: number): Promise<ChaosNetwork> {
  return startClosable((closing) => start(folder, nodeCount, closing));
}

async function start(
  folder: string,
  nodeCount: number,
  closing: CloseStack,
): Promise<Omit<ChaosNetwork, 'close'>> {
  mkdirSync(join(folder, 'logs'), { recursive: true });
  const nodes = Array.from({ length: nodeCount }, (_, index) => `node-${index + 1}`);
  const children = new Map<string, Child>();
  closing.add(async () => {
    await Promise.all([...children.values()].map((child) => child.stop()));
  });
  const startProcess = async (name: string): Promise<void> => {
    const command = name === initialName ? 'initial' : 'node';
    const child = await startChild({
      name,
      args: [command, '--dir', join(folder, name)],
      logFile: join(folder, 'logs', `${name}.log`),
    });
    children.set(name, child);
  };
  const signal = (name: string, kind: NodeJS.Signals): void => {
    const child = children.get(name);
    invariant(child, 'only what is up gets signals');
    process.kill(child.pid, kind);
  };

  const proxies = [];
  for (const name of [initialName, ...nodes]) {
    const proxy = await startCuttingProxy();
    closing.add(() => proxy.close());
    proxies.push(proxy);
    writeConfig(folder, name, { port: proxy.port, initialPort: proxies[0]?.port ?? 0 });
  }
  await addPerson(join(folder, initialName));
  await startProcess(initialName);
  await Promise.all(nodes.map(startProcess));
  return {
    url: `http://127.0.0.1:${proxies[0]?.port}`,
    nodes,
    proxies,
    folderOf: (name) => join(folder, name),
    isUp: (name) => children.has(name),
    async kill(name) {
      const gone = children.get(name)?.gone;
      signal(name, 'SIGKILL');
      children.delete(name);
      await gone;
    },
    freeze: (name) => signal(name, 'SIGSTOP'),
    thaw: (name) => {
      if (children.has(name)) signal(name, 'SIGCONT');
    },
    start: startProcess,
  };
}

function writeConfig(
  folder: string,
  name: string,
  { port, initialPort }: { readonly port: number; readonly initialPort: number },
): void {
  const place = join(folder, name);
  mkdirSync(place, { mode: 0o700 });
  const common = { name, port, host: hiddenHost, logLevel: 'warn' };
  if (name === initialName) {
    keepConfig(place, loadInitialConfig(place, { ...common, approveLoopbackNodes: true }));
    return;
  }
  const { publicKey } = loadNodeKey(keyFileIn(join(folder, initialName)));
  const way = [{ kind: 'trusted' }, { kind: 'trusted', directMessages: false }, { kind: 'local' }];
  const config = {
    ...common,
    ...way[(Number(name.split('-')[1]) - 1) % way.length],
    address: '127.0.0.1',
    hosting: 'network',
    initial: `http://127.0.0.1:${initialPort}`,
    initialKey: publicKey.fingerprint,
  };
  keepConfig(place, loadNodeConfig(place, config));
}

async function addPerson(folder: string): Promise<void> {
  const tables = await openRegistryTables(folder);
  try {
    await createUser(tables.db, person);
  } finally {
    await tables.close();
  }
}
