import type { PublicKey } from './public-key.ts';
import type { SignedText } from './ssh-signature.ts';

/** What the initial node gives a node to sign, good for one statement and a short time. */
export interface Challenge {
  /** Which network it is: a statement for one is of no use to another. */
  readonly origin: string;
  readonly id: string;
  readonly nonce: string;
}

/** What a node says of itself when it registers. */
export interface RegistrationClaim {
  readonly name: string;
  readonly kind: string;
  readonly address?: string | null | undefined;
  readonly port?: number | null | undefined;
}

/** What is signed to register: one thing per line, empty where absent. `ssh-keygen -Y sign -n NAMESPACE` signs it as well as we do. */
export function registrationStatement(
  { origin, id, nonce }: Challenge,
  { name, kind, address, port }: RegistrationClaim,
): SignedText {
  return {
    namespace: `node-register@${origin}`,
    text: lines(
      'codecraft-node-register-v1',
      origin,
      id,
      nonce,
      name,
      kind,
      address ?? '',
      String(port ?? ''),
    ),
  };
}

/** What the old and the new key of a node both sign when the one takes the other's place. */
export function rotationStatement(
  { origin, id, nonce }: Challenge,
  { node, from, to }: { readonly node: string; readonly from: PublicKey; readonly to: PublicKey },
): SignedText {
  return {
    namespace: `node-rotate@${origin}`,
    text: lines('codecraft-node-rotate-v1', origin, id, nonce, node, from.line, to.line),
  };
}

function lines(...values: readonly string[]): string {
  return `${values.join('\n')}\n`;
}
