import { Duplex } from 'node:stream';
import type { Channel } from 'ssh2';
import { codedError } from '../wire/coded-error.ts';
import type { Carrier } from './carrier.ts';
import type { TunnelLimits } from './tunnel-limits.ts';

/**
 * A channel of an SSH connection as a stream that behaves like a socket: it can be closed one way, destroyed at once, and it waits where the network
 * is slow. ssh2's own does none of the three: it closes both ways at the first end (on the server), leaves writers waiting for ever after a
 * close, and writes to the connection however full that is. As with a socket, it ends its own way when the far end has, unless `allowHalfOpen` is
 * set. Whoever gets it closes it; it ends with the connection, with an error.
 */
export class ChannelStream extends Duplex {
  readonly #channel: Channel;
  readonly #carrier: Carrier;
  readonly #maxBacklogBytes: number;
  #hasEnded = false;
  #isCut: boolean | undefined;
  #isClosed = false;
  #waiting: (() => void) | undefined;

  /** @param carrier what the connection runs on */
  constructor(channel: Channel, carrier: Carrier, limits: TunnelLimits) {
    // Below the size of a packet and of a read, every one of them would stop and start its source.
    super({ allowHalfOpen: false, highWaterMark: limits.maxChannelBufferBytes });
    this.#channel = channel;
    this.#carrier = carrier;
    this.#maxBacklogBytes = limits.maxTunnelBacklogBytes;
    // Connections end, and a holder that does not listen must not bring the process down; `close` follows.
    this.on('error', () => undefined);
    this.#watchPushes(limits.maxChannelBytes);
    channel.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) channel.pause();
    });
    channel.on('end', () => {
      this.#hasEnded = true;
      if (this.#isCut) return void this.destroy(closed());
      this.push(null);
      this.#closeWhenDone();
    });
    channel.on('close', () => {
      this.#isClosed = true;
      // Nobody takes what is still to be written; what came before may still be read.
      if (this.writableLength > 0) this.destroy(closed());
    });
    channel.on('error', (error: Error) => this.destroy(error));
  }

  override _read(): void {
    this.#channel.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    if (this.#isClosed) return done(closed());
    const { socket } = this.#carrier;
    if (socket.writableLength < this.#maxBacklogBytes) {
      this.#carrier.gather(chunk.length);
      this.#channel.write(chunk, (error) => done(error ?? undefined));
      return;
    }
    this.#waiting = () => this._write(chunk, _encoding, done);
    socket.once('drain', this.#waiting);
  }

  override _final(done: () => void): void {
    this.#carrier.gather();
    this.#channel.eof();
    this.#closeWhenDone();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (this.#waiting) this.#carrier.socket.off('drain', this.#waiting);
    this.#channel.removeAllListeners('data');
    this.#carrier.gather();
    this.#channel.close();
    // The far end may be waiting for room before it sees the close.
    this.#channel.resume();
    done(error);
  }

  /**
   * ssh2 counts what a peer may send and does not stop one that sends more: unread, it would fill the memory. And it tells of a channel that is cut off
   * as of one that ends.
   */
  #watchPushes(maxBytes: number): void {
    const channel = this.#channel;
    const push = channel.push.bind(channel);
    channel.push = (chunk) => {
      if (chunk === null) this.#isCut ??= isClosedChannel(channel);
      if (channel.readableLength > maxBytes) this.#carrier.socket.destroy();
      return push(chunk);
    };
  }

  #closeWhenDone(): void {
    if (this.#hasEnded && this.writableEnded && this.writableLength === 0) this.#channel.close();
  }
}

/** `closed` when the far end has closed the channel without having said that it will send no more. */
function isClosedChannel({ incoming }: Channel): boolean {
  return typeof incoming === 'object' && incoming !== null && Reflect.get(incoming, 'state') === 'closed';
}

function closed(): Error {
  return codedError('NODE_UNREACHABLE', 'Expected the far end of the channel to take it, got a close');
}
