import { LINK_PROTOCOL } from '../wire/link-vocabulary.ts';
import { offeredProtocols } from './client-hello.ts';

/** Who may come to a port: somebody with plain HTTP, a person with TLS, another node with TLS, somebody with SSH. */
export type Guest = 'http' | 'https' | 'node' | 'ssh';

const tlsHandshake = 0x16;
const sshPrefix = 'SSH-';

/** Tells by the first bytes of a connection; undefined while more are needed. */
export function whoComes(bytes: Buffer): Guest | undefined {
  if (bytes[0] === tlsHandshake) {
    const protocols = offeredProtocols(bytes);
    return protocols && (protocols.includes(LINK_PROTOCOL) ? 'node' : 'https');
  }
  const start = bytes.toString('latin1', 0, sshPrefix.length);
  if (start === sshPrefix) return 'ssh';
  return sshPrefix.startsWith(start) ? undefined : 'http';
}
