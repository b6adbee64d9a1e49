import { describe, expect, it } from 'vitest';
import type { OperationEvent } from '../gateway/execute/operation.ts';
import { composeGraph } from './support/compose-graph.ts';

const self = { __resolveReference: (reference: unknown) => reference };

function createGraph(events: readonly unknown[] = [{ id: '1' }, { id: '2' }]) {
  let isClosed = false;
  const graph = composeGraph({
    news: {
      sdl: `
        type Query { n: Int }
        type Subscription { added(kind: String): Post strict: Post! }
        type Post @key(fields: "id") { id: ID! }
      `,
      resolvers: {
        Subscription: {
          added: {
            async *subscribe() {
              try {
                for (const added of events) yield { added };
                await new Promise(() => {});
              } finally {
                isClosed = true;
              }
            },
          },
          strict: {
            async *subscribe() {
              for (const strict of events) yield { strict };
            },
          },
        },
      },
    },
    posts: {
      sdl: 'type Post @key(fields: "id") { id: ID! title(upper: Boolean = false): String size: Int! }',
      resolvers: {
        Post: {
          ...self,
          title: ({ id }: { id: string }, { upper }: { upper: boolean }) =>
            upper ? `POST ${id}` : `post ${id}`,
          size: ({ id }: { id: string }) => (id === '2' ? null : 1),
        },
      },
    },
  });
  return { ...graph, isClosed: () => isClosed };
}

function open(graph: ReturnType<typeof createGraph>, query: string, variables = {}) {
  const { stream } = graph.subscribe(query, { variables });
  if (!('next' in stream)) throw new Error(JSON.stringify(stream));
  return stream;
}

async function next(stream: AsyncIterator<OperationEvent>): Promise<unknown> {
  const step = await stream.next();
  return step.done ? 'done' : JSON.parse(JSON.stringify(step.value.result));
}

describe('a subscription', () => {
  it('has each event completed by the other subgraphs and shaped as the client asked', async () => {
    const graph = createGraph();
    const stream = open(
      graph,
      'subscription ($up: Boolean) { new: added(kind: "x") { key: id id: title(upper: $up) } }',
      {
        up: true,
      },
    );
    expect(await next(stream)).toEqual({ data: { new: { key: '1', id: 'POST 1' } } });
    expect(await next(stream)).toEqual({ data: { new: { key: '2', id: 'POST 2' } } });
    await stream.return?.();
  });

  it('goes on after an event that fails', async () => {
    const stream = open(createGraph([{ id: '2' }, null, { id: '1' }]), 'subscription { added { id size } }');
    expect(await next(stream)).toMatchObject({
      data: { added: null },
      errors: [{ path: ['added', 'size'] }],
    });
    expect(await next(stream)).toEqual({ data: { added: null } });
    expect(await next(stream)).toEqual({ data: { added: { id: '1', size: 1 } } });
    await stream.return?.();
  });

  it('ends when its source ends', async () => {
    const stream = open(createGraph([{ id: '1' }, { id: '2' }]), 'subscription { strict { size } }');
    expect(await next(stream)).toEqual({ data: { strict: { size: 1 } } });
    expect(await next(stream)).toMatchObject({ data: null, errors: [{ path: ['strict', 'size'] }] });
    expect(await next(stream)).toBe('done');
  });

  it('closes its source when its reader goes', async () => {
    const graph = createGraph();
    const stream = open(graph, 'subscription { added { id } }');
    await next(stream);
    await stream.return?.();
    expect(graph.isClosed()).toBe(true);
    expect(await next(stream)).toBe('done');
  });

  it('is refused for variables of the wrong type', async () => {
    const { stream } = createGraph().subscribe('subscription ($k: String) { added(kind: $k) { id } }', {
      variables: { k: 7 },
    });
    expect(stream).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });
});
