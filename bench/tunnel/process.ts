import { type AddressInfo, connect, createServer } from 'node:net';
import { readNodeKey } from '../../identity/node-key.ts';
import { joinStreams } from '../../tunnel/join-streams.ts';
import { openTunnel } from '../../tunnel/tunnel-client.ts';
import { createTunnelServer } from '../../tunnel/tunnel-server.ts';

/** The ends of our tunnel as processes of their own, with a port for visitors as OpenSSH's has. */
export type BenchRole =
  | { readonly kind: 'proxy'; readonly keyFile: string; readonly nodeFingerprint: string }
  | {
      readonly kind: 'node';
      readonly keyFile: string;
      readonly hostKey: string;
      readonly port: number;
      readonly servicePort: number;
    };

const role = JSON.parse(process.argv[2] ?? '') as BenchRole;
const limits = { maxChannelsPerTunnel: 2_000 };
const tell = (message: object): void => void process.send?.(message);

if (role.kind === 'proxy') {
  const server = createTunnelServer({
    key: readNodeKey(role.keyFile),
    limits,
    authorize: ({ fingerprint }) =>
      fingerprint === role.nodeFingerprint ? { node: 'n1', may: ['tunnel'] } : undefined,
    onChange: ({ kind }) => tell({ change: kind }),
  });
  const ssh = createServer((socket) => server.accept(socket));
  const visitors = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    server.dial('n1').then(
      (channel) => joinStreams(socket, channel),
      () => socket.destroy(),
    );
  });
  ssh.listen(0, '127.0.0.1', () =>
    visitors.listen(0, '127.0.0.1', () =>
      tell({
        port: (ssh.address() as AddressInfo).port,
        visitorPort: (visitors.address() as AddressInfo).port,
      }),
    ),
  );
} else {
  const { servicePort } = role;
  openTunnel({
    proxy: { host: '127.0.0.1', port: role.port },
    hostKeys: () => [role.hostKey],
    node: 'n1',
    key: readNodeKey(role.keyFile),
    instance: 'bench',
    limits,
    accept: (channel) =>
      joinStreams(connect({ port: servicePort, host: '127.0.0.1', noDelay: true }), channel),
    onStatus: ({ phase }) => tell({ phase }),
  });
}
process.on('message', (question) => {
  if (question !== 'rss') return;
  tell({ rssBytes: process.memoryUsage.rss() });
});
process.on('disconnect', () => process.exit());
