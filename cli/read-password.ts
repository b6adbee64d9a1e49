import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';

export interface PasswordFlags {
  readonly password?: string;
  readonly passwordStdin?: boolean;
}

/**
 * The password a person gives by flag, by standard input, or, on a terminal, by typing it unseen behind the prompt; undefined for an empty or no
 * answer.
 */
export async function readPassword(
  { password, passwordStdin }: PasswordFlags,
  prompt: string,
): Promise<string | undefined> {
  if (password !== undefined) return password;
  if (passwordStdin) return (await text(process.stdin)).replace(/\r?\n$/, '');
  if (!process.stdin.isTTY) return undefined;
  process.stdout.write(prompt);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  const typed = await terminal.question('');
  terminal.close();
  process.stdout.write('\n');
  return typed || undefined;
}
