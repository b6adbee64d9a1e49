import { randomUUID } from 'node:crypto';
import ssh2, { type SFTPWrapper } from 'ssh2';
import type { NodeKey } from '../identity/node-key.ts';
import { codedError } from '../wire/coded-error.ts';
import { type ProxyAddress, connectSsh } from './connect-ssh.ts';
import { type TunnelLimits, tunnelLimits } from './tunnel-limits.ts';

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
      await run<void>((done) => sftp.writeFile(part, bytes, (error) => done(error, undefined)));
      const remove = () => run<void>((done) => sftp.unlink(path, (error) => done(error, undefined)));
      const rename = () => run<void>((done) => sftp.rename(part, path, (error) => done(error, undefined)));
      await rename().catch(async () => {
        // It is there from a try whose answer was lost.
        await remove();
        await rename();
      });
    },
    read: (path) => run<Buffer>((done) => sftp.readFile(path, done)),
    close,
  };
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
