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

/** A file that is open, at another node or here. */
export interface OpenFile {
  /** All that is in it now. NODE_UNREACHABLE, NOT_FOUND. */
  read(): Promise<Buffer>;
  /** From its beginning. NODE_UNREACHABLE, NOT_FOUND. */
  write(bytes: Buffer): Promise<void>;
  /** Nobody waits for this. */
  close(): void;
}

/** Files at another node. */
export interface SftpClient {
  /** To read what is there, or to write it anew. NODE_UNREACHABLE, NOT_FOUND. */
  open(path: string, use: 'r' | 'w'): Promise<OpenFile>;
  /** When the connection is gone, whoever has ended it; its reason is the fault. */
  readonly ended: AbortSignal;
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
    async open(path, use) {
      const handle = await run<Buffer>((done) => sftp.open(path, use, done));
      return {
        write: (bytes) =>
          inChunks(0, async (at) => {
            const length = Math.min(chunkBytes, bytes.length - at);
            if (length <= 0) return false;
            await run<void>((done) =>
              sftp.write(handle, bytes, at, length, at, (error) => done(error, undefined)),
            );
            return true;
          }),
        async read() {
          const chunks = new Map<number, Buffer>();
          const readAt = async (at: number): Promise<boolean> => {
            const chunk = Buffer.allocUnsafe(chunkBytes);
            const got = await run<number>((done) => sftp.read(handle, chunk, 0, chunkBytes, at, done));
            chunks.set(at, chunk.subarray(0, got));
            return got === chunkBytes;
          };
          // Most often that is all of it.
          if (await readAt(0)) await inChunks(chunkBytes, readAt);
          const inOrder = [...chunks].toSorted(([one], [other]) => one - other);
          return Buffer.concat(inOrder.map(([, chunk]) => chunk));
        },
        close: () => {
          if (!ended.aborted) sftp.close(handle, () => undefined);
        },
      };
    },
    ended,
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
