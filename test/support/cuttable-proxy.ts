import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server on this machine that can be cut, as a network would. */
export interface CuttableProxy {
  readonly port: number;
  /** Connections under way, each counted once. */
  readonly connections: number;
  /** Resets every connection; the next ones go through. */
  cut(): void;
  /** Refuses new connections until `resume`. Those there stay. */
  refuse(): void;
  /** Lets nothing through any more, in either direction, and closes nothing: a link gone dead. */
  freeze(): void;
  resume(): void;
  close(): Promise<void>;
}

/** Whoever starts it closes it. */
export async function startCuttableProxy(targetPort: number): Promise<CuttableProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let isRefusing = false;
  const server = createServer((near) => {
    if (isRefusing) return void near.resetAndDestroy();
    const far = createConnection(targetPort, '127.0.0.1');
    const pair = [near, far] as const;
    pairs.add(pair);
    for (const [socket, other] of [pair, [far, near] as const]) {
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('close', () => {
        other.destroy();
        pairs.delete(pair);
      });
      socket.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const destroyAll = () => {
    for (const [near, far] of pairs) {
      near.resetAndDestroy();
      far.resetAndDestroy();
    }
  };
  return {
    port,
    get connections() {
      return pairs.size;
    },
    cut: destroyAll,
    refuse() {
      isRefusing = true;
    },
    freeze() {
      for (const [near, far] of pairs) {
        near.unpipe(far).pause();
        far.unpipe(near).pause();
      }
    },
    resume() {
      isRefusing = false;
    },
    close() {
      destroyAll();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
