import type { NodeConfig } from '../config.ts';
import { addressOfInitial } from '../initial-address.ts';
import type { Joining } from '../join-network.ts';
import type { NetworkBook } from '../network-book.ts';
import type { SpoolPlace } from './join-moves.ts';

/** Where a member serves files: the initial node where it was joined, whatever it says that its address is. */
export async function findSpool(
  { initialKey }: Joining,
  {
    id,
    initial,
    config,
    book,
  }: {
    readonly id: string;
    readonly initial: string;
    readonly config: NodeConfig;
    readonly book: NetworkBook;
  },
): Promise<SpoolPlace | undefined> {
  if (id !== initial) return book.peer(id);
  const { host: address, port } = addressOfInitial(config.initial);
  return { address, port, fingerprints: [initialKey] };
}
