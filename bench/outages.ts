import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { makeNodeKey, type NodeKey } from '../identity/node-key.ts';
import { openTunnel } from '../tunnel/tunnel-client.ts';
import { createTunnelServer } from '../tunnel/tunnel-server.ts';
import { formatTable } from './table.ts';

const nodeCount = 50;
const outagesMs = [1_000, 5_000, 30_000];

/** How soon the nodes of a proxy are back when it was away for a while, and how many knock in the busiest second. */
export async function benchOutages(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'codecraft-bench-'));
  const key = makeNodeKey(join(folder, 'proxy'));
  const nodes = Array.from({ length: nodeCount }, (_, at) => makeNodeKey(join(folder, String(at))));
  let proxy = await startProxy(key, nodes, 0);
  const clients = nodes.map((nodeKey, at) =>
    openTunnel({
      proxy: { host: '127.0.0.1', port: proxy.port },
      hostKeys: () => [key.publicKey.fingerprint],
      node: `n${at}`,
      key: nodeKey,
      instance: `bench-${at}`,
      accept: (channel) => void channel.destroy(),
    }),
  );
  await proxy.complete;
  const rows: (readonly [string, number, number, number])[] = [];
  for (const outageMs of outagesMs) {
    await proxy.close();
    await after(outageMs);
    const startedAt = performance.now();
    proxy = await startProxy(key, nodes, proxy.port);
    await proxy.complete;
    const seconds = (performance.now() - startedAt) / 1_000;
    rows.push([`${outageMs / 1_000} s`, seconds, proxy.arrivals.length, busiestSecond(proxy.arrivals)]);
  }
  await Promise.all(clients.map((client) => client.close()));
  await proxy.close();
  rmSync(folder, { recursive: true });
  console.log(
    formatTable({
      title: `outages: ${nodeCount} nodes come back to a proxy`,
      columns: ['away for', 'all back, s', 'connections', 'in the busiest second'],
      rows,
    }),
  );
}

async function startProxy(key: NodeKey, nodes: readonly NodeKey[], port: number) {
  const arrivals: number[] = [];
  const open = new Set<string>();
  let allOpen: () => void = () => undefined;
  const complete = new Promise<void>((resolve) => (allOpen = resolve));
  const server = createTunnelServer({
    key,
    authorize: ({ fingerprint }) => {
      const at = nodes.findIndex(({ publicKey }) => publicKey.fingerprint === fingerprint);
      return at < 0 ? undefined : { node: `n${at}`, may: ['tunnel'] };
    },
    onChange: ({ node, kind }) => {
      if (kind === 'OPENED') open.add(node);
      else open.delete(node);
      if (open.size === nodes.length) allOpen();
    },
  });
  const listener = createServer((socket) => {
    arrivals.push(performance.now());
    server.accept(socket);
  }).listen(port, '127.0.0.1');
  await once(listener, 'listening');
  const close = async (): Promise<void> => {
    listener.close();
    await server.close();
  };
  return { port: (listener.address() as AddressInfo).port, arrivals, complete, close };
}

function busiestSecond(times: readonly number[]): number {
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1_000).length));
}
