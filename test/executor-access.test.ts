import { describe, expect, it } from 'vitest';
import { composeGraph } from './support/compose-graph.ts';

const self = { __resolveReference: (reference: unknown) => reference };

const graph = composeGraph(
  {
    a: {
      sdl: `
        type Query { open: Int secret: Int things: [Thing] strict: Item }
        type Mutation { first: Int second: Int }
        type Subscription { ticks: Int }
        interface Thing { id: ID! price: Int owner: String }
        type Item implements Thing @key(fields: "id") { id: ID! price: Int owner: String code: Int! }
        type Gift implements Thing { id: ID! price: Int owner: String }
      `,
      resolvers: {
        Query: {
          open: () => 1,
          secret: () => 2,
          strict: () => ({ id: 'i' }),
          things: () => [
            { __typename: 'Item', id: 'i', price: 3, owner: 'me' },
            { __typename: 'Gift', id: 'g', price: 4, owner: 'you' },
          ],
        },
        Mutation: { first: () => 1, second: () => 2 },
        Item: { code: () => 9 },
      },
    },
    b: {
      sdl: 'type Item @key(fields: "id") { id: ID! memory: String }',
      resolvers: { Item: { ...self, memory: () => 'deep' } },
    },
  },
  {
    access: new Map([
      ['Query.secret', 'PLAYER'],
      ['Mutation.second', 'ADMIN'],
      ['Subscription.ticks', 'PLAYER'],
      ['Item.price', 'DEVELOPER'],
      ['Item.code', 'PLAYER'],
      ['Item.memory', 'PLAYER'],
      ['Thing.owner', 'PLAYER'],
    ]),
  },
);

describe('a field that needs a role', () => {
  it('is null with UNAUTHENTICATED for a stranger, and is not fetched', async () => {
    const before = graph.sent.length;
    expect(await graph.run('{ open mine: secret }')).toEqual({
      data: { open: 1, mine: null },
      errors: [
        {
          message: 'Sign in first: send the token of your session',
          path: ['mine'],
          extensions: { code: 'UNAUTHENTICATED' },
        },
      ],
    });
    expect(graph.sent.slice(before).map(({ fetch }) => fetch.text)).toEqual(['{open}']);
  });

  it('is there for whoever has the role or a higher one', async () => {
    for (const role of ['PLAYER', 'DEVELOPER', 'ADMIN'] as const) {
      expect(await graph.run('{ secret }', { role })).toEqual({ data: { secret: 2 } });
    }
  });

  it('is null with FORBIDDEN for a lower role, at each place, on an interface too', async () => {
    const answer = await graph.run('{ things { id cost: price } }', { role: 'PLAYER' });
    expect(answer.data).toEqual({
      things: [
        { id: 'i', cost: null },
        { id: 'g', cost: 4 },
      ],
    });
    expect(answer.errors).toMatchObject([{ path: ['things', 0, 'cost'], extensions: { code: 'FORBIDDEN' } }]);
  });

  it('is protected on every implementation when the interface says so', async () => {
    const answer = await graph.run('{ things { owner ... on Gift { own: owner } } }');
    expect(answer.data).toEqual({ things: [{ owner: null }, { owner: null, own: null }] });
    expect(answer.errors).toHaveLength(3);
  });

  it('is no reason to ask another subgraph', async () => {
    const before = graph.sent.length;
    const answer = await graph.run('{ strict { memory } }');
    expect(answer).toMatchObject({
      data: { strict: { memory: null } },
      errors: [{ path: ['strict', 'memory'] }],
    });
    expect(graph.sent.slice(before).map(({ fetch }) => fetch.subgraph)).toEqual(['a']);
  });

  it('takes the object around it when it may not be null', async () => {
    const answer = await graph.run('{ strict { id code } }');
    expect(answer).toMatchObject({ data: { strict: null }, errors: [{ path: ['strict', 'code'] }] });
  });
});

describe('a refused root field', () => {
  it('of a mutation is never sent, and its neighbours are', async () => {
    const before = graph.sent.length;
    const answer = await graph.run('mutation { first second }', { role: 'DEVELOPER' });
    expect(answer.data).toEqual({ first: 1, second: null });
    expect(graph.sent.slice(before).map(({ fetch }) => fetch.text)).toEqual(['mutation{first}']);
  });

  it('of a mutation alone sends nothing', async () => {
    const before = graph.sent.length;
    expect((await graph.run('mutation { second }')).errors?.[0]?.extensions).toEqual({
      code: 'UNAUTHENTICATED',
    });
    expect(graph.sent.length).toBe(before);
  });

  it('of a subscription opens no stream', async () => {
    const { stream } = graph.subscribe('subscription { now: ticks }');
    expect(stream).toMatchObject({ errors: [{ path: ['now'], extensions: { code: 'UNAUTHENTICATED' } }] });
  });
});

describe('the cache', () => {
  it('shares one compiled operation among roles that see the same', () => {
    const request = { query: '{ open }', operationName: undefined };
    const outcome = graph.operations.compile({ ...request, role: undefined });
    expect(outcome.ok && outcome.operation).toBe(graph.operations.cached({ ...request, role: 'ADMIN' }));
  });

  it('never gives one role what was compiled for another', () => {
    const request = { query: '{ open secret }', operationName: undefined };
    graph.operations.compile({ ...request, role: 'PLAYER' });
    expect(graph.operations.cached({ ...request, role: 'ADMIN' })).toBeDefined();
    expect(graph.operations.cached({ ...request, role: undefined })).toBeUndefined();
  });

  it('knows whether the conditions of a request have been planned', () => {
    const request = {
      query: 'query ($on: Boolean!) { open secret @include(if: $on) }',
      role: 'ADMIN',
    } as const;
    graph.operations.compile({ ...request, variables: { on: true } });
    expect(graph.operations.cached({ ...request, variables: { on: true } })).toBeDefined();
    expect(graph.operations.cached({ ...request, variables: { on: false } })).toBeUndefined();
  });
});
