import { createHash } from 'node:crypto';
import { limits } from '../../../schema/limits.ts';
import { codedError } from '../../../wire/coded-error.ts';

/** Makes what can be run of what people write, and tries it in its owner's process; rejects with AGENT_BAD_CODE for what is no program. */
export type Compile = (code: string, owner: string) => Promise<string>;

export interface ReadCode {
  readonly code: string;
  /** SHA-256 of it, in hex. */
  readonly codeHash: string;
}

/** A program that may be stored. BAD_USER_INPUT, AGENT_BAD_CODE. */
export async function readCode(
  text: string,
  { owner, compile }: { readonly owner: string; readonly compile: Compile },
): Promise<ReadCode> {
  assertSize(text);
  const code = await compile(text, owner);
  assertSize(code);
  return { code, codeHash: createHash('sha256').update(code).digest('hex') };
}

function assertSize(code: string): void {
  const bytes = Buffer.byteLength(code);
  if (bytes > 0 && bytes <= limits.maxAgentCodeBytes) return;
  throw codedError('BAD_USER_INPUT', `Expected code of 1 to ${limits.maxAgentCodeBytes} bytes, got ${bytes}`);
}
