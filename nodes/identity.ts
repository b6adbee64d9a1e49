import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';

/**
 * The node's public key line (`ssh-ed25519 AAAA…`). The pair is made at the first start, as OpenSSH writes it: `id_ed25519`, which only its
 * owner reads, and `id_ed25519.pub`.
 */
export function loadPublicKey(folder: string): string {
  const file = join(folder, 'id_ed25519');
  if (!existsSync(`${file}.pub`)) {
    mkdirSync(folder, { recursive: true });
    const pair = ssh2.utils.generateKeyPairSync('ed25519', { comment: 'codecraft' });
    writeFileSync(file, `${pair.private.trimEnd()}\n`, { mode: 0o600 });
    writeFileSync(`${file}.pub`, `${pair.public.trimEnd()}\n`);
  }
  return readFileSync(`${file}.pub`, 'utf8').trim();
}

/** What the network has told this node about itself: who it is, and the secret of its link. */
export interface Membership {
  readonly node: string;
  readonly secret: string;
}

const membership = z.object({ node: z.string().min(1), secret: z.string().min(1) });

/** Undefined before the first registration. Throws for a file that is not what `saveMembership` writes. */
export function loadMembership(folder: string): Membership | undefined {
  const file = membershipFile(folder);
  if (!existsSync(file)) return undefined;
  try {
    return membership.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new Error(
      `${file} is damaged. Restore it from a backup, or remove it to register as a new node (its agents stay with the old one).`,
      { cause },
    );
  }
}

/** On the disk when it returns: without it the node could not come back as itself. */
export function saveMembership(folder: string, value: Membership): void {
  writeFileAtomic.sync(membershipFile(folder), `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  chmodSync(membershipFile(folder), 0o600);
}

function membershipFile(folder: string): string {
  return join(folder, 'membership.json');
}
