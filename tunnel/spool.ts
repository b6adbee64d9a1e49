import { mkdirSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { codedError } from '../wire/coded-error.ts';
import { TransferFolder } from './transfer-folder.ts';
import { type TunnelLimits, tunnelLimits } from './tunnel-limits.ts';

/** A folder in which nodes hand each other files, a folder in it per transfer. */
export interface Spool {
  /** Lets a node reach a transfer by SFTP, as `/<transfer>/…`; the same one may be open for several. BAD_USER_INPUT for a name that is no word. */
  open(node: string, transfer: string): OpenTransfer;
  /** What is open for a node, by name. */
  openFor(node: string): ReadonlyMap<string, TransferFolder>;
}

interface OpenTransfer {
  /** Where its files are. */
  readonly folder: string;
  /** The node reaches it no more. The last one to close deletes the folder, with what is in it. Idempotent. */
  close(): void;
}

export function createSpool(
  folder: string,
  options: { readonly limits?: Partial<TunnelLimits> } = {},
): Spool {
  const limits = tunnelLimits(options.limits);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const root = realpathSync(folder);
  const users = new Map<string, Set<string>>();
  const byNode = new Map<string, Map<string, TransferFolder>>();
  const none: ReadonlyMap<string, TransferFolder> = new Map();

  const find = (transfer: string): TransferFolder => {
    for (const open of byNode.values()) {
      const found = open.get(transfer);
      if (found) return found;
    }
    return new TransferFolder(join(root, transfer), limits);
  };
  const forget = (node: string, transfer: string, found: TransferFolder): void => {
    const open = byNode.get(node);
    if (open?.get(transfer) !== found) return;
    open.delete(transfer);
    if (open.size === 0) byNode.delete(node);
    const left = users.get(transfer);
    left?.delete(node);
    if (left && left.size > 0) return;
    users.delete(transfer);
    found.close();
    rmSync(found.root, { recursive: true, force: true });
  };
  return {
    open(node, transfer) {
      if (!/^\w[\w-]{0,63}$/.test(transfer))
        throw codedError(
          'BAD_USER_INPUT',
          `Expected a transfer's name of letters, digits and dashes, got ${transfer}`,
        );
      const open = byNode.get(node) ?? new Map<string, TransferFolder>();
      if (open.has(transfer))
        throw codedError(
          'ALREADY_EXISTS',
          `Expected a transfer that is not open for ${node} yet, got ${transfer}`,
        );
      const found = find(transfer);
      byNode.set(node, open.set(transfer, found));
      users.set(transfer, (users.get(transfer) ?? new Set()).add(node));
      return { folder: found.root, close: () => forget(node, transfer, found) };
    },
    openFor: (node) => byNode.get(node) ?? none,
  };
}
