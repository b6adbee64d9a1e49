import type { Channel } from 'ssh2';
import type { Carrier } from './carrier.ts';
import { ChannelStream } from './channel-stream.ts';
import type { TunnelLimits } from './tunnel-limits.ts';

/** The channels of one SSH connection: never more than so many, all gone when the connection goes. */
export class ChannelSet {
  readonly #carrier: Carrier;
  readonly #limits: TunnelLimits;
  readonly #max: number;
  readonly #streams = new Set<ChannelStream>();
  #taken = 0;

  constructor(carrier: Carrier, max: number, limits: TunnelLimits) {
    this.#carrier = carrier;
    this.#max = max;
    this.#limits = limits;
  }

  /** Takes a place for a channel that is being opened: what gives it back, or undefined when there is none. */
  take(): (() => void) | undefined {
    if (this.#taken >= this.#max) return undefined;
    this.#taken += 1;
    this.#carrier.gather();
    let isTaken = true;
    return () => {
      if (isTaken) this.#taken -= 1;
      isTaken = false;
    };
  }

  /** The stream of an open channel, whose place is given back when the far end, too, has closed it. */
  add(channel: Channel, giveBack: () => void): ChannelStream {
    const stream = new ChannelStream(channel, this.#carrier, this.#limits);
    this.#streams.add(stream);
    stream.once('close', () => this.#streams.delete(stream));
    channel.on('close', giveBack);
    return stream;
  }

  destroyAll(error: Error): void {
    for (const stream of this.#streams) stream.destroy(error);
  }
}
