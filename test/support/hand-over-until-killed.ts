import { createPost } from '../../subgraphs/traffic/create-post.ts';
import { openTraffic } from './traffic-on-disk.ts';

/**
 * A node that sends for an agent, sixteen messages at a time, to a home that says nothing: prints the number of each message that is in its outbox, until
 * it is killed.
 */
const [, , file = ''] = process.argv;
const { traffic, db } = await openTraffic(file, {
  epochOf: async (agent) => (agent === 'bob/parrot' ? 1 : undefined),
  post: createPost({
    self: 'a',
    initial: 'initial',
    locate: async (agents) => new Map(agents.map((agent) => [agent, { node: 'b', epoch: 1 }])),
    canReach: () => true,
    onReach: () => () => undefined,
    ask: () => new Promise(() => undefined),
  }),
});
let next = 0;

async function sendForEver(): Promise<never> {
  for (;;) {
    const number = (next += 1);
    const queued = await db
      .transaction()
      .execute((transaction) =>
        traffic.enqueue(transaction, { agent: 'bob/parrot', epoch: 1 }, [
          { to: 'ada/guard', body: number, hops: 0 },
        ]),
      );
    queued.committed();
    process.stdout.write(`${number}\n`);
  }
}
await Promise.all(Array.from({ length: 16 }, sendForEver));
