import { type AddressInfo, connect, createServer } from 'node:net';
import { readNodeKey } from '../../identity/node-key.ts';
import { joinStreams } from '../../tunnel/join-streams.ts';
import { openTunnel } from '../../tunnel/tunnel-client.ts';
import { createTunnelServer } from '../../tunnel/tunnel-server.ts';
import { type KeyPair, startEchoServer } from './echo-server.ts';
import { measureTurns } from './measure-turns.ts';

/** The ends of our tunnel as processes of their own, with a port for visitors as OpenSSH's has. */
export type BenchRole =
  | {
      readonly kind: 'proxy';
      readonly keyFile: string;
      /** The node's two keys: one for the tunnel that ends at a port, one for that which ends in its process. */
      readonly fingerprints: readonly [string, string];
    }
  | {
      readonly kind: 'node';
      readonly keyFile: string;
      readonly secondKeyFile: string;
      readonly tls: KeyPair;
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
    authorize: ({ fingerprint }) => {
      const at = role.fingerprints.indexOf(fingerprint);
      return at < 0 ? undefined : { node: `n${at + 1}`, may: ['tunnel'] };
    },
    onChange: ({ node }) => {
      if (server.has('n1') && server.has('n2')) tell({ open: node });
    },
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
  process.on('message', (question) => {
    if (typeof question !== 'object' || question === null || !('turnsTo' in question)) return;
    const port = Number(question.turnsTo);
    void server.dial('n2').then(async (channel) => tell(await measureTurns(channel, port)));
  });
} else {
  const { servicePort } = role;
  const echo = await startEchoServer(role.tls);
  const way = {
    proxy: { host: '127.0.0.1', port: role.port },
    hostKeys: () => [role.hostKey],
    instance: 'bench',
    limits,
  };
  openTunnel({
    ...way,
    node: 'n1',
    key: readNodeKey(role.keyFile),
    accept: (channel) =>
      joinStreams(connect({ port: servicePort, host: '127.0.0.1', noDelay: true }), channel),
  });
  openTunnel({ ...way, node: 'n2', key: readNodeKey(role.secondKeyFile), accept: echo.take });
  tell({ echoPort: echo.port });
}
process.on('message', (question) => {
  if (question === 'rss') tell({ rssBytes: process.memoryUsage.rss() });
});
process.on('disconnect', () => process.exit());
