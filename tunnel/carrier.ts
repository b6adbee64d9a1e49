import type { Socket } from 'node:net';

/** The socket of an SSH connection, for its channels. */
export interface Carrier {
  readonly socket: Socket;
  /** To be called before something is sent: what one turn of the event loop sends goes to the operating system together. */
  gather(): void;
}

/** ssh2 writes each packet by itself, of which a short visit makes four: a system call each was a fifth of its CPU. */
export function createCarrier(socket: Socket): Carrier {
  let isGathering = false;
  const send = (): void => {
    isGathering = false;
    socket.uncork();
  };
  const gather = (): void => {
    if (isGathering) return;
    isGathering = true;
    socket.cork();
    setImmediate(send);
  };
  // Answers to what has come.
  socket.prependListener('data', gather);
  // Each channel that waits for room listens.
  socket.setMaxListeners(0);
  return { socket, gather };
}
