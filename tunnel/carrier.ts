import type { Socket } from 'node:net';

/** The socket of an SSH connection, for its channels. */
export interface Carrier {
  readonly socket: Socket;
  /** To be called before so many bytes are sent: what is small goes to the operating system together with the rest of a turn of the event loop. */
  gather(bytes?: number): void;
}

const largeBytes = 16_384;

/** ssh2 writes each packet by itself, of which a short visit makes four: a system call each was a fifth of its CPU. */
export function createCarrier(socket: Socket): Carrier {
  let isGathering = false;
  const send = (): void => {
    if (isGathering) socket.uncork();
    isGathering = false;
  };
  const gather = (bytes = 0): void => {
    // Large ones would only live long enough to be a burden to the garbage collector.
    if (bytes >= largeBytes) return send();
    if (isGathering) return;
    isGathering = true;
    socket.cork();
    setImmediate(send);
  };
  // Answers to what has come.
  socket.prependListener('data', () => gather());
  // Each channel that waits for room listens.
  socket.setMaxListeners(0);
  return { socket, gather };
}
