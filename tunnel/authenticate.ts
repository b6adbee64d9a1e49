import type { GraphQLError } from 'graphql';
import ssh2, { type AuthContext, type Connection, type PublicKeyAuthContext } from 'ssh2';
import { type PublicKey, parsePublicKey } from '../identity/public-key.ts';
import { invariant } from '../wire/invariant.ts';
import type { TunnelPeer } from './tunnel-peer.ts';

export interface AuthenticateOptions {
  /** Whose key it is; undefined for nobody's. */
  readonly authorize: (key: PublicKey) => TunnelPeer | undefined | Promise<TunnelPeer | undefined>;
  /** Why this peer, whose key is right, may not come in now; its code and its words are told to it. */
  readonly refusal: (peer: TunnelPeer) => GraphQLError | undefined;
  readonly onWrongKey: () => void;
  readonly maxKeys: number;
  /** The store of keys could not be asked; the client has been refused. */
  readonly onFault: (fault: unknown) => void;
  /** Once, when a key has been proved and the client is in. */
  readonly onPeer: (peer: TunnelPeer) => void;
}

/** Lets the client of a new connection prove an ed25519 key that somebody has. Ends the connection of one that offers too many others. */
export function authenticate(connection: Connection, options: AuthenticateOptions): void {
  const { refusal, onWrongKey, maxKeys, onFault, onPeer } = options;
  let peer: TunnelPeer | undefined;
  let refused: GraphQLError | undefined;
  let wrongKeys = 0;

  const wrong = (context: PublicKeyAuthContext): void => {
    wrongKeys += 1;
    onWrongKey();
    context.reject(['publickey']);
    if (wrongKeys >= maxKeys) connection.end();
  };
  const proveKey = async (context: PublicKeyAuthContext): Promise<void> => {
    const key = readKey(context);
    const owner = key && (await options.authorize(key));
    if (!key || !owner) return wrong(context);
    // Without a signature the client only asks whether the key would do.
    if (!context.signature || !context.blob) return context.accept();
    if (!isSignedBy(key, context.blob, context.signature)) return wrong(context);
    refused = refusal(owner);
    // SSH has no other way to say why: the text stands above a question, which stock clients show as well.
    if (refused) return context.reject(['keyboard-interactive']);
    peer = owner;
    context.accept();
  };
  const decide = async (context: AuthContext): Promise<void> => {
    if (context.method === 'publickey') return proveKey(context);
    if (context.method !== 'keyboard-interactive' || !refused) return context.reject(['publickey']);
    context.prompt(['Refused. '], String(refused.extensions.code), refused.message, () => context.reject([]));
  };
  connection.on('authentication', (context) => {
    decide(context).catch((fault: unknown) => {
      onFault(fault);
      context.reject(['publickey']);
    });
  });
  connection.once('ready', () => {
    invariant(peer, 'who is let in has a key');
    onPeer(peer);
  });
}

function readKey({ key: { algo, data } }: PublicKeyAuthContext): PublicKey | undefined {
  try {
    return parsePublicKey(`${algo} ${data.toString('base64')}`);
  } catch {
    return undefined;
  }
}

function isSignedBy(key: PublicKey, signed: Buffer, signature: Buffer): boolean {
  const parsed = ssh2.utils.parseKey(key.line);
  // What cannot be read as a signature comes back as an Error.
  return !(parsed instanceof Error) && parsed.verify(signed, signature) === true;
}
