import type { NodeCertificate } from '../identity/node-certificate.ts';
import { secure } from '../identity/peer-tls.ts';
import { limits } from '../schema/limits.ts';
import { type TcpAddress, dialTcp } from '../wire/dial.ts';

export interface FirstContactOptions {
  readonly address: TcpAddress;
  readonly certificate: NodeCertificate;
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
 * The fingerprint by which the initial node will be known from now on: as somebody has told it beforehand, else as a person has confirmed it. Nothing
 * is said to whoever answers before that. Rejects, saying how to go on, when nobody has told it.
 */
export async function learnInitialKey(options: FirstContactOptions): Promise<string> {
  const told = options.initialKey ?? keyInToken(options.joinToken);
  if (told !== undefined) return told;
  const { host, port } = options.address;
  const fingerprint = await seeKey(options);
  if (await options.confirm?.(fingerprint)) return fingerprint;
  throw new Error(
    `Whoever answers at ${host}:${port} has the key ${fingerprint}. Ask whoever runs the initial node whether that is its key, and say so by --initial-key ${fingerprint}, or come with a join token from there.`,
  );
}

async function seeKey({ address, certificate }: FirstContactOptions): Promise<string> {
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
