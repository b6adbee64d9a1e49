import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import ssh2, { type SFTPWrapper } from 'ssh2';
import type { NodeKey } from '../identity/node-key.ts';
import { codedError } from '../wire/coded-error.ts';
import { type ProxyAddress, connectSsh } from './connect-ssh.ts';
import { type TunnelLimits, tunnelLimits } from './tunnel-limits.ts';

/** What fits into one packet of SSH, and is not taken apart. */
const chunkBytes = 28_672;
/** What changes in an agent while it is copied is most often there in one turn. */
const requestsAtOnce = 8;

export interface SftpClientOptions {
  /** A node that serves SSH. */
  readonly server: ProxyAddress;
  /** The fingerprints that its key may have. */
  readonly hostKeys: () => readonly string[];
  readonly key: NodeKey;
  readonly limits?: Partial<TunnelLimits>;
}

/** Files at another node. */
export interface SftpClient {
  /** The whole file is there under this name, or none. NODE_UNREACHABLE, NOT_FOUND. */
  write(path: string, bytes: Buffer): Promise<void>;
  /** NODE_UNREACHABLE, NOT_FOUND. */
  read(path: string): Promise<Buffer>;
  /** Idempotent. */
  close(): void;
}

/** Opens a connection for files, as this node. Rejects with NODE_UNREACHABLE, WRONG_PEER_KEY, TUNNEL_REFUSED. */
export function openSftp({ server, hostKeys, key, limits }: SftpClientOptions): Promise<SftpClient> {
  return new Promise((resolve, reject) => {
    const ended = new AbortController();
    // Each request that is on its way listens.
    setMaxListeners(Infinity, ended.signal);
    const end = connectSsh({
      proxy: server,
      hostKeys,
      key,
      instance: randomUUID(),
      limits: tunnelLimits(limits ?? {}),
      onReady: (client) => {
        client.sftp((error, sftp) => {
          if (error) return end(unreachable(error.message));
          resolve(createClient(sftp, ended.signal, () => end(unreachable('our end of it'))));
        });
      },
      onEnd: (fault) => {
        ended.abort(fault);
        reject(fault);
      },
    });
  });
}

function createClient(sftp: SFTPWrapper, ended: AbortSignal, close: () => void): SftpClient {
  /** What is under way when the connection ends has failed. */
  const run = <T>(work: (done: (error: Error | null | undefined, value: T) => void) => void): Promise<T> =>
    new Promise((resolve, reject) => {
      const lost = (): void => reject(asError(ended.reason));
      if (ended.aborted) return lost();
      ended.addEventListener('abort', lost, { once: true });
      work((error, value) => {
        ended.removeEventListener('abort', lost);
        if (error) reject(toFault(error));
        else resolve(value);
      });
    });
  return {
    async write(path, bytes) {
      const part = `${path}.${randomUUID()}`;
      const handle = await run<Buffer>((done) => sftp.open(part, 'w', done));
      await inChunks(0, async (at) => {
        const length = Math.min(chunkBytes, bytes.length - at);
        if (length <= 0) return false;
        await run<void>((done) =>
          sftp.write(handle, bytes, at, length, at, (error) => done(error, undefined)),
        );
        return true;
      });
      await run<void>((done) => sftp.close(handle, (error) => done(error, undefined)));
      const remove = () => run<void>((done) => sftp.unlink(path, (error) => done(error, undefined)));
      const rename = () => run<void>((done) => sftp.rename(part, path, (error) => done(error, undefined)));
      await rename().catch(async () => {
        // It is there from a try whose answer was lost.
        await remove();
        await rename();
      });
    },
    async read(path) {
      const handle = await run<Buffer>((done) => sftp.open(path, 'r', done));
      const chunks = new Map<number, Buffer>();
      const readAt = async (at: number): Promise<boolean> => {
        const chunk = Buffer.allocUnsafe(chunkBytes);
        const got = await run<number>((done) => sftp.read(handle, chunk, 0, chunkBytes, at, done));
        chunks.set(at, chunk.subarray(0, got));
        return got === chunkBytes;
      };
      // Most often that is all of it.
      if (await readAt(0)) await inChunks(chunkBytes, readAt);
      // Nobody waits for this.
      sftp.close(handle, () => undefined);
      return Buffer.concat([...chunks].toSorted(([one], [other]) => one - other).map(([, chunk]) => chunk));
    },
    close,
  };
}

/**
 * Many requests are on their way together: one after the other, each would cost a round trip.
 * @param work does the chunk at this offset; resolves with whether there may be more behind it
 */
async function inChunks(from: number, work: (at: number) => Promise<boolean>): Promise<void> {
  let next = from;
  let isOver = false;
  const worker = async (): Promise<void> => {
    while (!isOver) {
      const at = next;
      next += chunkBytes;
      if (!(await work(at))) isOver = true;
    }
  };
  await Promise.all(Array.from({ length: requestsAtOnce }, worker));
}

function toFault(error: Error): Error {
  const code = 'code' in error ? error.code : undefined;
  if (code === ssh2.utils.sftp.STATUS_CODE.NO_SUCH_FILE)
    return codedError('NOT_FOUND', 'There is no such file', { cause: error });
  return codedError('NODE_UNREACHABLE', `A file could not be handed over: ${error.message}`, {
    cause: error,
  });
}

function unreachable(what: string) {
  return codedError('NODE_UNREACHABLE', `Expected files by SFTP, got ${what}`);
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : unreachable('an end');
}
