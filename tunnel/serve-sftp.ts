import ssh2, { type SFTPWrapper } from 'ssh2';
import type { ServedPeer } from './served-connection.ts';
import { SftpRefusal } from './sftp-refusal.ts';
import { SftpRequests } from './sftp-requests.ts';
import type { Spool } from './spool.ts';
import type { TunnelLimits } from './tunnel-limits.ts';

const { STATUS_CODE } = ssh2.utils.sftp;

/** Lets a peer open sessions for the `sftp` subsystem, and for nothing else, on the transfers that are open for it. */
export function serveSftp(served: ServedPeer, spool: Spool, limits: TunnelLimits): void {
  const { connection, peer } = served;
  let sessions = 0;
  connection.on('session', (accept, reject) => {
    // Over the connection's life, because ssh2 keeps a session that was opened for nothing.
    sessions += 1;
    if (sessions > limits.maxSftpSessions) return reject();
    accept().on('sftp', (acceptSftp) => {
      serveSession(acceptSftp(), new SftpRequests(() => spool.openFor(peer.node), limits), limits);
    });
  });
}

/** One request after the other, in the order in which they come. */
function serveSession(sftp: SFTPWrapper, requests: SftpRequests, limits: TunnelLimits): void {
  let last: Promise<void> = Promise.resolve();
  let waiting = 0;

  const answer = (id: number, carryOut: () => void | Promise<void>): void => {
    waiting += 1;
    if (waiting > limits.maxSftpRequests) return sftp.end();
    last = last
      .then(() => (unsentAnswersOf(sftp) > limits.maxSftpAnswers ? sftp.end() : carryOut()))
      .catch((error: unknown) => refuse(sftp, id, error))
      .finally(() => {
        waiting -= 1;
      });
  };
  const obey = (id: number, carryOut: () => void | Promise<void>): void =>
    answer(id, async () => {
      await carryOut();
      sftp.status(id, STATUS_CODE.OK);
    });

  sftp.on('OPEN', (id, path, flags) =>
    answer(id, async () => sftp.handle(id, await requests.open(path, flags))),
  );
  sftp.on('READ', (id, handle, offset, length) =>
    answer(id, () => sftp.data(id, requests.read(handle, offset, length))),
  );
  sftp.on('WRITE', (id, handle, offset, data) => obey(id, () => requests.write(handle, offset, data)));
  sftp.on('CLOSE', (id, handle) => obey(id, () => requests.close(handle)));
  for (const kind of ['STAT', 'LSTAT'] as const) {
    sftp.on(kind, (id: number, path: string) =>
      answer(id, async () => sftp.attrs(id, await requests.stat(path))),
    );
  }
  sftp.on('FSTAT', (id, handle) => answer(id, async () => sftp.attrs(id, await requests.statOpen(handle))));
  sftp.on('OPENDIR', (id, path) => answer(id, async () => sftp.handle(id, await requests.openFolder(path))));
  sftp.on('READDIR', (id, handle) => answer(id, () => sftp.name(id, [...requests.readFolder(handle)])));
  sftp.on('REMOVE', (id, path) => obey(id, () => requests.removeFile(path)));
  sftp.on('MKDIR', (id, path) => obey(id, () => requests.makeFolder(path)));
  sftp.on('RMDIR', (id, path) => obey(id, () => requests.removeFolder(path)));
  sftp.on('RENAME', (id, from, to) => obey(id, () => requests.rename(from, to)));
  sftp.on('REALPATH', (id, path) =>
    answer(id, () =>
      sftp.name(id, [{ filename: requests.realPath(path), longname: '', attrs: noAttributes }]),
    ),
  );

  sftp.on('error', () => undefined);
  // The client has said all; stock `sftp` then waits until we close, which ssh2 leaves to us.
  sftp.on('end', () => {
    void last.then(() => requests.closeAll()).finally(() => sftp.end());
  });
}

const noAttributes = { mode: 0, uid: 0, gid: 0, size: 0, atime: 0, mtime: 0 };

function refuse(sftp: SFTPWrapper, id: number, error: unknown): void {
  if (error instanceof SftpRefusal) return sftp.status(id, STATUS_CODE[error.status], error.message);
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
  if (code === 'ELOOP' || code === 'EACCES') return sftp.status(id, STATUS_CODE.PERMISSION_DENIED);
  sftp.status(id, STATUS_CODE.FAILURE, typeof code === 'string' ? code : 'Failure');
}

/** ssh2 keeps what does not fit the client's window without an end, and tells nobody how much that is. */
function unsentAnswersOf(sftp: SFTPWrapper): number {
  const answers: unknown = Reflect.get(sftp, '_buffer');
  return Array.isArray(answers) ? answers.length : 0;
}
