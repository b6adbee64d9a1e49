import { createServer } from 'node:net';
import { readNodeKey } from '../../identity/node-key.ts';
import { parsePublicKey } from '../../identity/public-key.ts';
import { openTunnel } from '../../tunnel/tunnel-client.ts';
import { openTunnelDialer } from '../../tunnel/tunnel-dialer.ts';
import type { TunnelLimits } from '../../tunnel/tunnel-limits.ts';
import type { TunnelPeer } from '../../tunnel/tunnel-peer.ts';
import { createTunnelServer } from '../../tunnel/tunnel-server.ts';

/** What a process of `startTunnelProcess` is to do; it prints a line of JSON for everything that happens. */
export type TunnelRole = { readonly keyFile: string; readonly limits?: Partial<TunnelLimits> } & (
  | {
      readonly kind: 'proxy';
      readonly host: string;
      readonly port: number;
      readonly peers: readonly (TunnelPeer & { readonly line: string })[];
    }
  | {
      readonly kind: 'node';
      readonly host: string;
      readonly port: number;
      readonly node: string;
      readonly hostKey: string;
    }
  | {
      readonly kind: 'dialer';
      readonly host: string;
      readonly port: number;
      readonly node: string;
      readonly hostKey: string;
    }
);

const role = JSON.parse(process.argv[2] ?? '') as TunnelRole;
const print = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const key = readNodeKey(role.keyFile);
const limits = role.limits ?? {};

if (role.kind === 'proxy') {
  const peers = new Map(role.peers.map((peer) => [parsePublicKey(peer.line).fingerprint, peer]));
  const server = createTunnelServer({
    key,
    limits,
    authorize: ({ fingerprint }) => peers.get(fingerprint),
    onChange: (change) => print({ change: change.kind, ...change }),
  });
  const listener = createServer((socket) => server.accept(socket));
  listener.listen(role.port, role.host, () => {
    const address = listener.address();
    print({ listening: typeof address === 'object' ? address?.port : undefined });
  });
} else {
  const way = {
    key,
    limits,
    proxy: { host: role.host, port: role.port },
    hostKeys: () => [role.hostKey],
    instance: `process-${process.pid}`,
  };
  if (role.kind === 'node')
    openTunnel({
      ...way,
      node: role.node,
      accept: (channel) => void channel.pipe(channel),
      onStatus: (status) => print({ status: status.phase }),
    });
  else await askOnce(openTunnelDialer(way), role.node);
}

/** What the node gives back for a word. */
async function askOnce(dialer: ReturnType<typeof openTunnelDialer>, node: string): Promise<void> {
  try {
    const channel = await dialer.dial(node);
    channel.end('through the proxy');
    let answer = '';
    for await (const chunk of channel) answer += String(chunk);
    print({ answer });
  } catch (error) {
    print({ error: String(error) });
  }
  await dialer.close();
}
