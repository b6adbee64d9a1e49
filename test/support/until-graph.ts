import { connect } from '../../client/connect.ts';
import { NodeStatsStreamDocument } from '../../client/generated/graphql.ts';
import { postGraphql } from './post-graphql.ts';

/** Asks the graph at once and at each sample of its live stats, until `check` does not throw; the test's own time-out ends it otherwise. */
export async function untilGraph(url: string, query: string, check: (data: unknown) => void): Promise<void> {
  const client = connect(url);
  try {
    const changes = client.subscribe(NodeStatsStreamDocument, { intervalMs: 100 });
    const iterator = changes[Symbol.asyncIterator]();
    let next = iterator.next();
    for (;;) {
      const { body } = await postGraphql(`${url}/graphql`, { query });
      try {
        check(body.data);
        return;
      } catch {
        await next;
        next = iterator.next();
      }
    }
  } finally {
    client.close();
  }
}
