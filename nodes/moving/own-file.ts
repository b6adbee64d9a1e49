import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { OpenFile } from '../../tunnel/sftp-client.ts';
import { codedError } from '../../wire/coded-error.ts';

/**
 * A file in this node's own spool, as those at other nodes are opened. Synchronous, as the database beside it is: it is in memory most often, and on a
 * busy machine a turn of the thread pool takes an agent that stands still a hundred times as long as the file. NOT_FOUND.
 */
export function openOwn(path: string, use: 'r' | 'w'): OpenFile {
  const file = openFile(path, use);
  let isOpen = true;
  return {
    read: async () => readFileSync(file),
    write: async (bytes) => {
      for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at, bytes.length - at, at);
    },
    close: () => {
      if (isOpen) closeSync(file);
      isOpen = false;
    },
  };
}

function openFile(path: string, use: 'r' | 'w'): number {
  try {
    return openSync(path, use, 0o600);
  } catch (cause) {
    throw codedError('NOT_FOUND', 'There is no such file', { cause });
  }
}
