import type { NetworkClient } from '../client/connect.ts';
import { MovesDocument } from '../client/generated/graphql.ts';

/** Reports each arrival of ada's courier, until it is told to stop. Never rejects. */
export async function watchCourier(
  client: NetworkClient | undefined,
  report: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  if (!client) return;
  let arrived: string | undefined;
  try {
    for await (const { data } of client.subscribe(MovesDocument, { agent: 'ada/courier' })) {
      const { id, state, to } = data.moves ?? {};
      if (state !== 'DONE' || id === arrived) continue;
      arrived = id;
      report(`the courier has arrived at ${to?.id}`);
    }
  } catch (error) {
    if (!signal.aborted) report(`the courier is out of sight: ${String(error)}`);
  }
}
