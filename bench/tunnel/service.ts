import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

export const transferBytes = 256 * 1_048_576;
const chunk = Buffer.alloc(65_536, 'x');

/** What stands behind a tunnel; the first byte says what a visitor wants. */
export const wish = { up: 'U', down: 'D', echo: 'E' } as const;

/** A service on a port of this machine, for every contender the same. */
export async function startService(): Promise<{ readonly port: number; close(): void }> {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (first) => serve(socket, first));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => void server.close() };
}

function serve(socket: Socket, first: Buffer): void {
  const rest = first.subarray(1);
  switch (first.toString('latin1', 0, 1)) {
    case wish.up:
      return takeAll(socket, rest.length);
    case wish.down:
      return sendAll(socket);
    default:
      socket.on('data', (data) => socket.write(data));
      if (rest.length > 0) socket.write(rest);
  }
}

/** Answers with one byte when all has come. */
function takeAll(socket: Socket, already: number): void {
  let bytes = already;
  socket.on('data', (data) => {
    bytes += data.length;
    if (bytes >= transferBytes) socket.end('.');
  });
}

function sendAll(socket: Socket): void {
  let left = transferBytes;
  const send = (): void => {
    while (left > 0) {
      left -= chunk.length;
      if (!socket.write(chunk)) return void socket.once('drain', send);
    }
    socket.end();
  };
  send();
}

/** As `sendAll`, for the visitor's side. */
export function sendUp(socket: Socket): void {
  socket.write(wish.up);
  let left = transferBytes;
  const send = (): void => {
    while (left > 0) {
      left -= chunk.length;
      if (!socket.write(chunk)) return void socket.once('drain', send);
    }
  };
  send();
}
