import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';

/**
 * Whether there is still somebody at the other end of a socket. Asked at every beat: a client that has sent nothing since the last one (not
 * even the pong that it owes) is cut, unless it is still taking what was written to it: then the pong waits behind that.
 */
export class Heartbeat {
  readonly #webSocket: WebSocket;
  readonly #socket: Socket;
  #hasBeenHeard = true;
  #backlog = { bytes: 0, taken: 0 };

  constructor(webSocket: WebSocket, socket: Socket) {
    this.#webSocket = webSocket;
    this.#socket = socket;
    webSocket.on('pong', () => this.heard());
    webSocket.on('ping', () => this.heard());
  }

  /** Something came. */
  heard(): void {
    this.#hasBeenHeard = true;
  }

  beat(): void {
    const { writableLength, bytesWritten } = this.#socket;
    const taken = bytesWritten - writableLength;
    const isTaking = this.#backlog.bytes > 0 && taken > this.#backlog.taken;
    if (!this.#hasBeenHeard && !isTaking) return this.#webSocket.terminate();
    this.#hasBeenHeard = false;
    this.#backlog = { bytes: writableLength, taken };
    if (this.#webSocket.readyState === this.#webSocket.OPEN) this.#webSocket.ping();
  }
}
