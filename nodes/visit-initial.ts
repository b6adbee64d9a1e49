import { createNodeCertificate } from '../identity/node-certificate.ts';
import { limits } from '../schema/limits.ts';
import { closeCodes } from '../schema/close-codes.ts';
import { NETWORK_PATH } from '../wire/link-vocabulary.ts';
import { type Connection, openConnection } from '../wire/open-connection.ts';
import type { NodeConfig } from './config.ts';
import { learnInitialKey } from './first-contact.ts';
import { loadKey, loadMembership } from './identity.ts';
import { addressOfInitial } from './initial-address.ts';
import { dialInitial } from './join-network.ts';

export interface VisitOptions {
  readonly folder: string;
  readonly config: NodeConfig;
  readonly confirmInitialKey?: ((fingerprint: string) => Promise<boolean>) | undefined;
}

/** Opens one connection to the initial node with the node's key, for one errand; the node itself may be running or not. Rejects when there is none. */
export async function visitInitial<T>(
  { folder, config, confirmInitialKey }: VisitOptions,
  errand: (connection: Connection) => Promise<T>,
): Promise<T> {
  const certificate = await createNodeCertificate(loadKey(folder, config));
  const address = addressOfInitial(config.initial);
  const membership = loadMembership(folder);
  const confirm = confirmInitialKey;
  const initialKey = await learnInitialKey({ ...config, address, certificate, membership, confirm });
  let connection: Connection | undefined;
  const opened = new Promise<Connection>((resolve, reject) => {
    const dialled = openConnection({
      dial: dialInitial({ address, certificate, initialKey }),
      path: NETWORK_PATH,
      maxMessageBytes: limits.maxRequestBytes,
      onOpen: () => resolve(dialled),
      onClose: ({ reason }) =>
        reject(
          new Error(
            `The initial node at ${address.host}:${address.port} cannot be asked: ${reason}. Does it run, and is that its address ("initial" in config.json)?`,
          ),
        ),
    });
    connection = dialled;
  });
  try {
    return await errand(await opened);
  } finally {
    connection?.close(closeCodes.NORMAL, 'Done');
  }
}
