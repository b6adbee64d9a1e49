import type { Duplex } from 'node:stream';
import type { GraphQLError } from 'graphql';
import type { NodeKey } from '../identity/node-key.ts';
import { codedError } from '../wire/coded-error.ts';
import type { RetryOptions } from '../wire/keep-connected.ts';
import { ChannelSet } from './channel-set.ts';
import { connectSsh, type ProxyAddress } from './connect-ssh.ts';
import { type Attempt, keepOpen } from './keep-open.ts';
import { type TunnelLimits, tunnelLimits } from './tunnel-limits.ts';

export interface TunnelClientOptions extends RetryOptions {
  readonly proxy: ProxyAddress;
  /** The fingerprints that the proxy's key may have; asked at each attempt. */
  readonly hostKeys: () => readonly string[];
  /** Our own id, the name of the tunnel. */
  readonly node: string;
  readonly key: NodeKey;
  /** Of this process, another one at each start: letters, digits, `_` and `-`, at most 64. */
  readonly instance: string;
  /** Takes each channel that comes through the tunnel, and closes it. It is as a socket that somebody has accepted. */
  readonly accept: (channel: Duplex) => void;
  readonly onStatus?: (status: TunnelStatus) => void;
  readonly limits?: Partial<TunnelLimits>;
}

export type TunnelStatus =
  | { readonly phase: 'connecting' | 'open' | 'closed' }
  /** Between two attempts. NODE_UNREACHABLE, TUNNEL_REFUSED, WRONG_PEER_KEY; TUNNEL_CONTESTED, for a minute and more. */
  | { readonly phase: 'waiting'; readonly fault: GraphQLError; readonly waitMs: number };

export interface TunnelClient {
  readonly status: TunnelStatus;
  /** Ends the tunnel, with its channels; resolves when it is gone. Idempotent. */
  close(): Promise<void>;
}

/** The local node's end of its tunnel: dials the proxy and asks for channels to itself, and again whenever that ends. Throws for an instance that is none. */
export function openTunnel(options: TunnelClientOptions): TunnelClient {
  const { node, instance, accept, onStatus } = options;
  if (!/^[\w-]{1,64}$/.test(instance))
    throw codedError('BAD_USER_INPUT', `Expected an instance of letters, digits and dashes, got ${instance}`);
  const limits = tunnelLimits(options.limits);
  let status: TunnelStatus = { phase: 'connecting' };
  let fault: GraphQLError = closed();

  const tell = (next: TunnelStatus): void => {
    status = next;
    onStatus?.(next);
  };
  const open = ({ onOpen, onEnd }: Attempt): (() => void) => {
    let channels: ChannelSet | undefined;
    tell({ phase: 'connecting' });
    const end = connectSsh({
      ...options,
      limits,
      onReady: (client, carrier) => {
        const set = new ChannelSet(carrier, limits.maxChannelsPerTunnel, limits);
        channels = set;
        client.on('close', () => set.destroyAll(fault));
        client.on('tcp connection', (_details, acceptChannel, reject) => {
          const giveBack = set.take();
          if (giveBack) accept(set.add(acceptChannel(), giveBack));
          else reject();
        });
        client.forwardIn(node, 0, (error) => {
          if (error) return end(codedError('TUNNEL_REFUSED', `Expected a tunnel for ${node}, got a refusal`));
          onOpen();
          tell({ phase: 'open' });
        });
      },
      onEnd: (reason) => {
        fault = reason;
        channels?.destroyAll(reason);
        onEnd(reason.extensions.code === 'TUNNEL_CONTESTED' ? limits.tunnelContestMs : 0);
      },
    });
    return () => end(closed());
  };
  const kept = keepOpen({
    retryFirstMs: limits.tunnelRetryFirstMs,
    retryCapMs: limits.tunnelRetryCapMs,
    ...options,
    open,
    onWait: (waitMs) => tell({ phase: 'waiting', fault, waitMs }),
  });
  return {
    get status() {
      return status;
    },
    async close() {
      await kept.close();
      if (status.phase !== 'closed') tell({ phase: 'closed' });
    },
  };
}

function closed(): GraphQLError {
  return codedError('SHUTTING_DOWN', 'The tunnel has been closed');
}
