import { codedError } from '../wire/coded-error.ts';
import { ChannelSet } from './channel-set.ts';
import { joinStreams } from './join-streams.ts';
import type { ServedPeer } from './served-connection.ts';
import type { TunnelLimits } from './tunnel-limits.ts';
import type { TunnelTable } from './tunnel-table.ts';

/** Lets a peer open channels to live tunnels, by the names of their nodes, and to nothing else. The port that it names does not matter. */
export function serveDialer(served: ServedPeer, tunnels: TunnelTable, limits: TunnelLimits): void {
  const { connection, carrier } = served;
  const channels = new ChannelSet(carrier, limits.maxChannelsPerDialer, limits);
  served.onEnd((reason) =>
    channels.destroyAll(codedError('NODE_UNREACHABLE', `The connection of the dialler has ended: ${reason}`)),
  );

  connection.on('tcpip', (accept, reject, { destIP }) => {
    const giveBack = channels.take();
    if (!giveBack) return reject();
    tunnels.dial(destIP).then(
      (far) => {
        if (served.isEnded()) return void far.destroy();
        joinStreams(channels.add(accept(), giveBack), far);
      },
      () => {
        giveBack();
        if (!served.isEnded()) reject();
      },
    );
  });
}
