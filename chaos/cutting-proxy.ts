import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, createConnection, createServer } from 'node:net';

/** Where servers listen, each on the port that its proxy has on 127.0.0.1: so that who calls a server's port meets the proxy. */
export const hiddenHost = '127.0.0.2';
const openHost = '127.0.0.1';

/** One connection through the proxy. */
interface CuttableConnection {
  /** Lets half of the next bytes through, whichever way they go, and resets both ends. Calls back when that has struck; returns what spares it until then. */
  cutInTheMiddle(struck: () => void): () => void;
  readonly isArmed: boolean;
  /** Whether SSH goes over it: a tunnel, or the files of a move. */
  readonly isSsh: boolean;
}

/** A way to a server on which connections break in the middle of what is said. What is said it cannot read: it is encrypted end to end. */
export interface CuttingProxy {
  readonly port: number;
  /** Connections that there have been; where nobody listened there was none. */
  readonly opened: number;
  readonly connections: ReadonlySet<CuttableConnection>;
  /** Resets all connections, and every new one. Returns the function that ends it. */
  shut(): () => void;
  close(): Promise<void>;
}

/** Takes any free port. Whoever starts it closes it. */
export async function startCuttingProxy(): Promise<CuttingProxy> {
  const connections = new Set<Connection>();
  let opened = 0;
  let shuts = 0;
  const server: Server = createServer((near) => {
    if (shuts > 0) return void near.resetAndDestroy();
    const far = createConnection(port, hiddenHost);
    far.on('connect', () => {
      opened += 1;
    });
    const connection = new Connection(near, far);
    connections.add(connection);
    near.on('close', () => connections.delete(connection));
  });
  server.listen(0, openHost);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    get opened() {
      return opened;
    },
    connections,
    shut() {
      shuts += 1;
      for (const connection of connections) connection.reset();
      return () => void (shuts -= 1);
    },
    close() {
      for (const connection of connections) connection.reset();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

class Connection implements CuttableConnection {
  readonly #ends: readonly [Socket, Socket];
  #struck: (() => void) | undefined;
  #isSsh = false;

  constructor(near: Socket, far: Socket) {
    this.#ends = [near, far];
    this.#carry(near, far);
    this.#carry(far, near);
    // Both ends of SSH say first who they are, in plain text.
    near.once('data', (bytes: Buffer) => {
      this.#isSsh = bytes.subarray(0, 4).toString('latin1') === 'SSH-';
    });
  }

  get isSsh(): boolean {
    return this.#isSsh;
  }

  get isArmed(): boolean {
    return this.#struck !== undefined;
  }

  cutInTheMiddle(struck: () => void): () => void {
    this.#struck = struck;
    return () => {
      if (this.#struck === struck) this.#struck = undefined;
    };
  }

  reset(): void {
    for (const end of this.#ends) end.resetAndDestroy();
  }

  #carry(from: Socket, to: Socket): void {
    from.setNoDelay(true);
    from.on('error', () => undefined);
    from.on('close', () => to.destroy());
    from.on('data', (bytes) => {
      if (this.#struck) return this.#strike(to, bytes);
      if (to.write(bytes)) return;
      from.pause();
      to.once('drain', () => from.resume());
    });
    from.on('end', () => to.end());
  }

  #strike(to: Socket, bytes: Buffer): void {
    const struck = this.#struck;
    this.#struck = undefined;
    // Half a message has to get there, or the far end would not notice that it is half of one.
    to.write(bytes.subarray(0, bytes.length >> 1), () => this.reset());
    struck?.();
  }
}
