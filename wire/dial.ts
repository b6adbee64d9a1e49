import { connect } from 'node:net';
import type { Duplex } from 'node:stream';

/** Opens a stream to one place; whoever called closes it. Rejects, in a time of its own, with an Error that says why there is none. */
export type Dial = () => Promise<Duplex>;

export interface TcpAddress {
  readonly host: string;
  readonly port: number;
}

/** A TCP connection, with small messages sent at once. */
export function dialTcp({ host, port }: TcpAddress, timeoutMs: number): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    const fail = (error: Error): void => {
      socket.destroy();
      reject(error);
    };
    const late = (): void => fail(new Error(`${host}:${port} did not answer in ${timeoutMs} ms`));
    socket.setTimeout(timeoutMs, late);
    socket.once('error', fail);
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.off('timeout', late);
      socket.off('error', fail);
      resolve(socket);
    });
  });
}
