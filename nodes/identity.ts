import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { type NodeKey, loadNodeKey, readNodeKey } from '../identity/node-key.ts';

/** The node's own key: the one that its configuration names, or one in its folder, which is made at the first start. */
export function loadKey(folder: string, { key }: { readonly key?: string | undefined }): NodeKey {
  return key === undefined ? loadNodeKey(keyFileIn(folder)) : readNodeKey(key);
}

/** Where a node keeps its key unless it is told otherwise, as OpenSSH would call it. */
export function keyFileIn(folder: string): string {
  return join(folder, 'id_ed25519');
}

/** What this node knows of its network: the initial node's key, and once it has been approved its own id. */
export interface Membership {
  /** `SHA256:…`. Whoever has another key is not the initial node. */
  readonly initialKey: string;
  readonly node?: string | undefined;
  /** The initial node's id. */
  readonly initial?: string | undefined;
}

const membership = z.object({
  initialKey: z.string().min(1),
  node: z.string().min(1).optional(),
  initial: z.string().min(1).optional(),
});

/** Undefined before the first contact. Throws for a file that is not what `saveMembership` writes. */
export function loadMembership(folder: string): Membership | undefined {
  const file = membershipFile(folder);
  if (!existsSync(file)) return undefined;
  try {
    return membership.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new Error(
      `${file} is damaged. Restore it from a backup, or remove it and say by --initial-key whom to trust: the node is known by its key and comes back as itself.`,
      { cause },
    );
  }
}

/** On the disk when it returns. */
export function saveMembership(folder: string, value: Membership): void {
  writeFileAtomic.sync(membershipFile(folder), `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  chmodSync(membershipFile(folder), 0o600);
}

function membershipFile(folder: string): string {
  return join(folder, 'membership.json');
}
