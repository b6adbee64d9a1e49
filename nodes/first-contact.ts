import type { NodeCertificate } from '../identity/node-certificate.ts';
import { secure } from '../identity/peer-tls.ts';
import { limits } from '../schema/limits.ts';
import { asError } from '../wire/as-error.ts';
import { type TcpAddress, dialTcp } from '../wire/dial.ts';
import type { Membership } from './identity.ts';

export interface FirstContactOptions {
  readonly address: TcpAddress;
  readonly certificate: NodeCertificate;
  /** What the node's folder says. */
  readonly membership: Membership | undefined;
  /** `--initial-key`. */
  readonly initialKey?: string | undefined;
  readonly joinToken?: string | undefined;
  /** Shows a person the fingerprint and waits for a yes. Without it nobody can be asked. */
  readonly confirm?: ((fingerprint: string) => Promise<boolean>) | undefined;
}

/** What a join token says of the initial node's key; undefined for a token without it. */
function keyInToken(token: string | undefined): string | undefined {
  const [fingerprint, secret] = token?.split('.') ?? [];
  return secret !== undefined && fingerprint?.startsWith('SHA256:') ? fingerprint : undefined;
}

/**
 * The fingerprint by which the initial node is known: as the membership has it, else as somebody has told it beforehand, else as a person has
 * confirmed it. Nothing is said to whoever answers before that. Rejects, saying how to go on, when nobody has told it, or another one than the
 * node has joined with.
 */
export async function learnInitialKey(options: FirstContactOptions): Promise<string> {
  const { membership } = options;
  const told = options.initialKey ?? keyInToken(options.joinToken);
  if (membership?.node !== undefined) {
    if (told === undefined || told === membership.initialKey) return membership.initialKey;
    throw new Error(
      `The node ${membership.node} has joined a network whose initial node has the key ${membership.initialKey}, not ${told}. Take another folder for another network.`,
    );
  }
  // Until it has joined, what was told before may have been a slip.
  const known = told ?? membership?.initialKey;
  if (known !== undefined) return known;
  const { host, port } = options.address;
  const fingerprint = await seeKey(options).catch((cause: unknown) => {
    throw new Error(
      `Expected the initial node at ${host}:${port}, to see its key, got: ${asError(cause).message}. Does it run, and is that its address (--initial)?`,
      { cause },
    );
  });
  if (await options.confirm?.(fingerprint)) return fingerprint;
  throw new Error(
    `Whoever answers at ${host}:${port} has the key ${fingerprint}. Ask whoever runs the initial node whether that is its key, and say so by --initial-key ${fingerprint}, or come with a join token from there.`,
  );
}

async function seeKey({
  address,
  certificate,
}: Pick<FirstContactOptions, 'address' | 'certificate'>): Promise<string> {
  const stream = await dialTcp(address, limits.dialTimeoutMs);
  let seen = '';
  const socket = await secure(stream, {
    certificate,
    accepts: ({ fingerprint }) => {
      seen = fingerprint;
      return true;
    },
    timeoutMs: limits.dialTimeoutMs,
  });
  socket.destroy();
  return seen;
}
