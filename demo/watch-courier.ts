import type { NetworkClient } from '../client/connect.ts';
import { MovesDocument } from '../client/generated/graphql.ts';

/** Reports each arrival of ada's courier, until it is told to stop. Never rejects. */
export async function watchCourier(
  client: NetworkClient | undefined,
  report: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  if (!client) return;
  try {
    for await (const { data } of client.feed(MovesDocument, { agent: 'ada/courier', after: 'now' })) {
      if (data.moves?.state === 'DONE') report(`the courier has arrived at ${data.moves.move?.to?.id}`);
    }
  } catch (error) {
    if (!signal.aborted) report(`the courier is out of sight: ${String(error)}`);
  }
}
