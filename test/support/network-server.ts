import { onTestFinished } from 'vitest';
import { secure } from '../../identity/peer-tls.ts';
import { createNodeDoor } from '../../port/node-door.ts';
import { openPort } from '../../port/open-port.ts';
import type { Registry } from '../../subgraphs/registry/registry.ts';
import { openShapeSocket } from '../../subgraphs/serve/open-shape-socket.ts';
import { type Dial, dialTcp } from '../../wire/dial.ts';
import { NETWORK_PATH } from '../../wire/link-vocabulary.ts';
import { type Identity, initialIdentity } from './node-keys.ts';

export interface NetworkServer {
  readonly port: number;
  /** As the node with this identity dials it. */
  dialAs(identity: Identity): Dial;
  /** Idempotent; the end of the test does the same. */
  close(): Promise<void>;
}

/** The network service of a registry, behind real sockets and mutual TLS. */
export async function startNetworkServer({ network, members }: Registry, port = 0): Promise<NetworkServer> {
  const initial = await initialIdentity;
  const place = { name: 'centre', address: '127.0.0.1', port: 4_000 };
  await members.registerInitial(place, initial.key.publicKey);
  const socket = openShapeSocket({ accept: network.accept });
  const door = createNodeDoor(initial.certificate, [
    {
      path: NETWORK_PATH,
      handleUpgrade: (request, duplex, head) => socket.handleUpgrade(request, duplex, head),
    },
  ]);
  const open = await openPort({ port, host: '127.0.0.1', guests: { node: (raw) => door.accept(raw) } });
  const close = async () => {
    await socket.close();
    door.close();
    await open.close();
  };
  onTestFinished(close);
  return {
    port: open.port,
    dialAs:
      ({ certificate }) =>
      async () =>
        secure(await dialTcp({ host: '127.0.0.1', port: open.port }, 3_000), {
          certificate,
          accepts: ({ fingerprint }) => fingerprint === initial.key.publicKey.fingerprint,
          timeoutMs: 3_000,
        }),
    close,
  };
}
