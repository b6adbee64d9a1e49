import type { Duplex } from 'node:stream';
import { codedError } from '../wire/coded-error.ts';
import { ChannelSet } from './channel-set.ts';
import type { ServedPeer } from './served-connection.ts';
import type { TunnelLimits } from './tunnel-limits.ts';
import type { Tunnel, TunnelTable } from './tunnel-table.ts';

/** What a client that leaves the choice to us is told to be its port. None is bound; it must only be a number that can be one. */
const nominalPort = 22;

/** Lets a peer ask for a forward of its own name, and no other: from then on it has a tunnel. */
export function serveTunnel(served: ServedPeer, tunnels: TunnelTable, limits: TunnelLimits): void {
  const { connection, peer } = served;
  let own: Tunnel | undefined;

  connection.on('request', (accept, reject, name, info) => {
    if (name === 'cancel-tcpip-forward' && own) {
      accept?.();
      return served.end('cancelled');
    }
    if (name !== 'tcpip-forward' || own || served.isEnded() || !isOwnName(info.bindAddr, peer.node))
      return reject?.();
    const port = info.bindPort === 0 ? nominalPort : info.bindPort;
    const tunnel = openTunnelOf(served, { address: info.bindAddr, port }, limits);
    if (!tunnels.claim(peer.node, tunnel)) {
      reject?.();
      return served.end('contested');
    }
    own = tunnel;
    served.onEnd((reason) => tunnels.release(peer.node, tunnel, reason));
    accept?.(port);
  });
}

/** Stock `ssh -R PORT:…` asks for localhost, or for nothing where it was given a star. */
function isOwnName(address: string, node: string): boolean {
  return address === node || address === 'localhost' || address === '';
}

interface Bound {
  /** As the client asked for it, which is how it knows it again. */
  readonly address: string;
  readonly port: number;
}

function openTunnelOf(served: ServedPeer, bound: Bound, limits: TunnelLimits): Tunnel {
  const { connection, carrier, peer, instance } = served;
  const channels = new ChannelSet(carrier, limits.maxChannelsPerTunnel, limits);
  served.onEnd((reason) =>
    channels.destroyAll(codedError('NODE_UNREACHABLE', `The tunnel of ${peer.node} has ended: ${reason}`)),
  );

  const open = (): Promise<Duplex> =>
    new Promise((resolve, reject) => {
      const giveBack = channels.take();
      if (!giveBack)
        return reject(
          codedError(
            'NODE_UNREACHABLE',
            `Expected at most ${limits.maxChannelsPerTunnel} channels to ${peer.node}, got one more`,
          ),
        );
      const fail = (what: string, cause?: Error): void =>
        reject(
          codedError('NODE_UNREACHABLE', `Expected ${peer.node} to take a channel, got ${what}`, { cause }),
        );
      // A channel that opens late is closed at once; its place is not free before.
      let isLate = false;
      const late = setTimeout(() => {
        isLate = true;
        fail('no answer');
      }, limits.tunnelDialMs);
      connection.forwardOut(bound.address, bound.port, '127.0.0.1', 0, (error, channel) => {
        clearTimeout(late);
        if (error) {
          giveBack();
          return fail(error.message, error);
        }
        const stream = channels.add(channel, giveBack);
        if (isLate) stream.destroy();
        else resolve(stream);
      });
    });
  return { instance, open, end: (reason) => served.end(reason) };
}
