import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';

const session = z.object({
  /** Of the initial node. */
  url: z.string().min(1),
  username: z.string().min(1),
  token: z.string().min(1),
  expiresAt: z.string().min(1),
  /** PEM: a certificate to trust beside those that the machine trusts. */
  ca: z.string().optional(),
});

/** A session of the person who uses this program, as `codecraft login` keeps it. */
export type KeptSession = z.infer<typeof session>;

/** `$XDG_CONFIG_HOME/codecraft/session.json`, or below `~/.config`. */
function sessionFile(): string {
  const { XDG_CONFIG_HOME: home } = process.env;
  return join(home || join(homedir(), '.config'), 'codecraft', 'session.json');
}

/** Undefined when nobody has signed in. Throws for a file that others can read, or that is not one of ours, and says how to mend it. */
export function loadSession(): KeptSession | undefined {
  const file = sessionFile();
  const stats = statSync(file, { throwIfNoEntry: false });
  if (!stats) return undefined;
  if ((stats.mode & 0o077) !== 0) {
    throw new Error(
      `${file} can be read by others, who may have taken the session in it. End it (sign in again, and codecraft sessions list), and remove the file: rm ${file}`,
    );
  }
  try {
    return session.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new Error(`${file} is damaged: remove it, and sign in again`, { cause });
  }
}

/** Only its owner can read the file, at no moment anybody else. */
export function saveSession(value: KeptSession): void {
  const file = sessionFile();
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileAtomic.sync(file, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
}

export function removeSession(): void {
  rmSync(sessionFile(), { force: true });
}
