import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import { limits } from '../schema/limits.ts';
import { addressBlock } from '../wire/address-block.ts';
import { type Arrivals, type ArrivalsOptions, createArrivals } from '../wire/arrivals.ts';
import { type Guest, whoComes } from './who-comes.ts';

/** Takes a connection, paused, of which nothing has been read: the bytes that told who it is are back in it. */
type Accept = (socket: Socket) => void;

export interface PortOptions {
  /** 0 for any that is free. */
  readonly port: number;
  readonly host: string;
  /** A guest that nobody waits for is shown out. */
  readonly guests: Readonly<Partial<Record<Guest, Accept>>>;
  /** For connections of which nothing is known yet, instead of those of `schema/limits.ts`. */
  readonly arrivals?: Partial<ArrivalsOptions>;
}

export interface OpenPort {
  /** The one that was found. */
  readonly port: number;
  /** Takes no more connections; resolves when the last one is gone, which is when `drainMs` have passed at the latest. Idempotent. */
  close(drainMs?: number): Promise<void>;
}

/** One port for everything that a process serves, so that people open one in their firewall. Rejects when it cannot listen. */
export async function openPort({ port, host, guests, arrivals }: PortOptions): Promise<OpenPort> {
  const sockets = new Set<Socket>();
  const silent = createArrivals({
    max: limits.maxSilentConnections,
    maxPerPlace: limits.maxSilentPerAddress,
    timeoutMs: limits.firstBytesMs,
    ...arrivals,
  });
  const server = createServer({ noDelay: true, allowHalfOpen: true, pauseOnConnect: false }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // Whoever takes it over listens to this as well; before and after, a peer that is gone is no fault.
    socket.on('error', () => undefined);
    receive(socket, guests, silent);
  });
  await listen(server, port, host);
  let closing: Promise<void> | undefined;
  return {
    port: (server.address() as AddressInfo).port,
    close: (drainMs = 0) => (closing ??= close(server, sockets, drainMs)),
  };
}

/** Reads as much as is needed to tell who it is, puts it back, and hands the connection on. */
function receive(socket: Socket, guests: PortOptions['guests'], silent: Arrivals): void {
  let head: Buffer = Buffer.alloc(0);
  const settle = silent.enter(addressBlock(socket.remoteAddress ?? ''), () => socket.destroy());
  const read = (chunk: Buffer): void => {
    head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
    const guest = whoComes(head);
    if (guest === undefined) return;
    leave();
    const accept = guests[guest];
    if (!accept) {
      socket.destroy();
      return;
    }
    socket.pause();
    socket.unshift(head);
    if (guest !== 'http') socket.allowHalfOpen = false;
    accept(socket);
  };
  const leave = (): void => {
    settle();
    socket.off('data', read);
    socket.off('close', leave);
    socket.off('end', end);
  };
  const end = (): void => void socket.destroy();
  socket.on('data', read);
  socket.once('close', leave);
  socket.once('end', end);
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function close(server: Server, sockets: ReadonlySet<Socket>, drainMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const firm = setTimeout(() => {
    for (const socket of sockets) socket.destroy();
  }, drainMs);
  await closed;
  clearTimeout(firm);
}
