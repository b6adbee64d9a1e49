import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';

/** A stream that has messages for the socket and waits to be asked for them. */
export interface OutboxSource {
  /** The text of the next message, or undefined when there is none now. */
  nextMessage(): string | undefined;
}

export interface OutboxOptions {
  readonly webSocket: WebSocket;
  /** The connection below it. */
  readonly socket: Socket;
  /** Bytes not yet taken by the operating system past which streams pause, and so does reading from the client. */
  readonly maxBacklogBytes: number;
}

/**
 * What goes out on one client's socket. Answers go at once; streams are pulled, each in its turn, only as long as the socket takes what it is
 * given: a client that does not read holds a bounded backlog, and nothing else grows. All that is ready in one turn of the event loop goes out
 * in one write.
 */
export class Outbox {
  readonly #webSocket: WebSocket;
  readonly #socket: Socket;
  readonly #maxBacklogBytes: number;
  readonly #ready = new Set<OutboxSource>();
  #flush: NodeJS.Immediate | undefined;

  constructor({ webSocket, socket, maxBacklogBytes }: OutboxOptions) {
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.#maxBacklogBytes = maxBacklogBytes;
    socket.on('drain', () => this.#onDrain());
  }

  /** Sends one message now. */
  send(message: string): void {
    if (this.#webSocket.readyState !== this.#webSocket.OPEN) return;
    this.#webSocket.send(message);
    if (this.#isFull()) this.#webSocket.pause();
  }

  /** The source has messages; it is pulled soon, until it has none. */
  ready(source: OutboxSource): void {
    this.#ready.add(source);
    if (!this.#isFull()) this.#schedule();
  }

  /** Nothing of this source is sent any more. */
  forget(source: OutboxSource): void {
    this.#ready.delete(source);
  }

  /** Sends what is ready as far as the socket takes it. */
  flush(): void {
    if (this.#flush) clearImmediate(this.#flush);
    this.#flush = undefined;
    if (this.#ready.size === 0) return;
    this.#socket.cork();
    // Sources that have more are put at the end of the set, where this loop meets them again: each gets its turn.
    for (const source of this.#ready) {
      if (this.#isFull()) break;
      this.#ready.delete(source);
      const message = source.nextMessage();
      if (message === undefined) continue;
      this.#ready.add(source);
      this.send(message);
    }
    this.#socket.uncork();
  }

  close(): void {
    if (this.#flush) clearImmediate(this.#flush);
    this.#ready.clear();
  }

  #schedule(): void {
    this.#flush ??= setImmediate(() => this.flush());
  }

  #onDrain(): void {
    if (this.#webSocket.isPaused) this.#webSocket.resume();
    if (this.#ready.size > 0) this.#schedule();
  }

  #isFull(): boolean {
    return this.#webSocket.bufferedAmount >= this.#maxBacklogBytes;
  }
}
