import type { Duplex } from 'node:stream';
import type { GraphQLError } from 'graphql';
import type { Client } from 'ssh2';
import type { NodeKey } from '../identity/node-key.ts';
import { asError } from '../wire/as-error.ts';
import { codedError } from '../wire/coded-error.ts';
import type { RetryOptions } from '../wire/keep-connected.ts';
import { ChannelSet } from './channel-set.ts';
import { connectSsh, type ProxyAddress } from './connect-ssh.ts';
import { type Attempt, keepOpen } from './keep-open.ts';
import { type TunnelLimits, tunnelLimits } from './tunnel-limits.ts';

export interface TunnelDialerOptions extends RetryOptions {
  readonly proxy: ProxyAddress;
  /** The fingerprints that the proxy's key may have; asked at each attempt. */
  readonly hostKeys: () => readonly string[];
  /** One that the proxy lets dial: the initial node's. */
  readonly key: NodeKey;
  readonly instance: string;
  readonly limits?: Partial<TunnelLimits>;
}

export interface TunnelDialer {
  /** A channel to a node with a tunnel at the proxy, which the caller closes. Waits for an attempt under way. Rejects with NODE_UNREACHABLE and the cause. */
  dial(node: string): Promise<Duplex>;
  /** Ends the connection, with its channels; resolves when it is gone. Idempotent. */
  close(): Promise<void>;
}

interface Way {
  readonly client: Client;
  readonly channels: ChannelSet;
}
type Phase =
  | {
      readonly name: 'connecting';
      readonly way: Promise<Way>;
      readonly settle: (way: Way | GraphQLError) => void;
    }
  | { readonly name: 'open'; readonly way: Way }
  | { readonly name: 'down'; readonly fault: GraphQLError };

/** The gateway's way to tunnels that end at another node: one SSH connection to that proxy, dialled at once and again whenever it ends. */
export function openTunnelDialer(options: TunnelDialerOptions): TunnelDialer {
  const limits = tunnelLimits(options.limits);
  let phase: Phase = connecting();

  const open = ({ onOpen, onEnd }: Attempt): (() => void) => {
    if (phase.name !== 'connecting') phase = connecting();
    let channels: ChannelSet | undefined;
    const end = connectSsh({
      ...options,
      limits,
      onReady: (client, carrier) => {
        channels = new ChannelSet(carrier, limits.maxChannelsPerDialer, limits);
        const way = { client, channels };
        if (phase.name === 'connecting') phase.settle(way);
        phase = { name: 'open', way };
        onOpen();
      },
      onEnd: (fault) => {
        channels?.destroyAll(fault);
        if (phase.name === 'connecting') phase.settle(fault);
        phase = { name: 'down', fault };
        onEnd();
      },
    });
    return () => end(codedError('SHUTTING_DOWN', 'The dialler has been closed'));
  };
  const kept = keepOpen({
    retryFirstMs: limits.tunnelRetryFirstMs,
    retryCapMs: limits.tunnelRetryCapMs,
    ...options,
    open,
    onWait: () => undefined,
  });
  return {
    async dial(node) {
      const { client, channels } = await wayOf(phase);
      const giveBack = channels.take();
      if (!giveBack) throw unreachable(node, `${limits.maxChannelsPerDialer} channels already`);
      return new Promise((resolve, reject) => {
        const fail = (error: Error): void => {
          giveBack();
          reject(unreachable(node, error.message, error));
        };
        try {
          client.forwardOut('127.0.0.1', 0, node, 0, (error, channel) => {
            if (error) fail(error);
            else resolve(channels.add(channel, giveBack));
          });
        } catch (error) {
          // The connection has ended, and its close is still to come.
          fail(asError(error));
        }
      });
    },
    close: () => kept.close(),
  };
}

async function wayOf(phase: Phase): Promise<Way> {
  if (phase.name === 'down') throw phase.fault;
  return phase.way;
}

function connecting(): Phase {
  let settle: (way: Way | GraphQLError) => void = () => undefined;
  const way = new Promise<Way>((resolve, reject) => {
    settle = (outcome) => ('client' in outcome ? resolve(outcome) : reject(outcome));
  });
  // Nobody may be waiting for it.
  way.catch(() => undefined);
  return { name: 'connecting', way, settle };
}

function unreachable(node: string, what: string, cause?: Error): GraphQLError {
  return codedError('NODE_UNREACHABLE', `Expected a channel to ${node}, got ${what}`, { cause });
}
