import { describe, expect, it } from 'vitest';
import { composeGraph } from './support/compose-graph.ts';

const self = { __resolveReference: (reference: unknown) => reference };

describe('@context', () => {
  const items = new Map([
    ['1', ['a', 'b']],
    ['2', ['a']],
    ['3', ['a']],
  ]);
  const graph = composeGraph({
    shops: {
      sdl: 'type Query { shops: [Shop!]! } type Shop @key(fields: "id") { id: ID! currency: String }',
      resolvers: {
        Query: { shops: () => ['1', '2', '3'].map((id) => ({ id })) },
        Shop: { ...self, currency: ({ id }: { id: string }) => (id === '2' ? 'USD' : 'EUR') },
      },
    },
    prices: {
      sdl: `
        type Query { open: [Shop!]! }
        type Shop @key(fields: "id") @context(name: "shop") { id: ID! currency: String @external items: [Item!]! }
        type Item @key(fields: "id") { id: ID! price(currency: String @fromContext(field: "$shop { currency }")): Price }
        type Price { text: String }
      `,
      resolvers: {
        Query: { open: () => ['2', '3', '1'].map((id) => ({ id })) },
        Shop: { ...self, items: ({ id }: { id: string }) => items.get(id)?.map((item) => ({ id: item })) },
        Item: {
          ...self,
          price: ({ id }: { id: string }, { currency }: { currency: string }) => ({
            text: `${id} in ${currency}`,
          }),
        },
      },
    },
  });

  it('gives the same entity another answer in another place, with one request for each context', async () => {
    const before = graph.sent.length;
    expect(await graph.run('{ shops { items { id price { text } } } }')).toEqual({
      data: {
        shops: [
          {
            items: [
              { id: 'a', price: { text: 'a in EUR' } },
              { id: 'b', price: { text: 'b in EUR' } },
            ],
          },
          { items: [{ id: 'a', price: { text: 'a in USD' } }] },
          { items: [{ id: 'a', price: { text: 'a in EUR' } }] },
        ],
      },
    });
    const pricing = graph.sent.slice(before).filter(({ fetch }) => fetch.text.includes('price('));
    expect(pricing.map(({ variables }) => variables['representations'])).toEqual([
      [
        { __typename: 'Shop', id: '1' },
        { __typename: 'Shop', id: '3' },
      ],
      [{ __typename: 'Shop', id: '2' }],
    ]);
  });

  it('is looked up around entities that are fetched again for it', async () => {
    expect(await graph.run('{ open { items { p: price { text } } } }')).toEqual({
      data: {
        open: [
          { items: [{ p: { text: 'a in USD' } }] },
          { items: [{ p: { text: 'a in EUR' } }] },
          { items: [{ p: { text: 'a in EUR' } }, { p: { text: 'b in EUR' } }] },
        ],
      },
    });
  });
});

describe('entities', () => {
  const graph = composeGraph({
    reviews: {
      sdl: `
        type Query { reviews: [Review!]! }
        type Review { text: String author: User about: Thing }
        union Thing = User | Place
        type User @key(fields: "id") @key(fields: "email") { id: ID! email: String! }
        type Place @key(fields: "at { x y }") { at: Point! }
        type Point @shareable { x: Int! y: Int! }
      `,
      resolvers: {
        Query: {
          reviews: () => [
            {
              text: 'a',
              author: { id: '1', email: 'one' },
              about: { __typename: 'Place', at: { x: 1, y: 2 } },
            },
            {
              text: 'b',
              author: { id: '1', email: 'one' },
              about: { __typename: 'User', id: '1', email: 'one' },
            },
            { text: 'c', author: null, about: { __typename: 'Place', at: { x: 1, y: 2 } } },
          ],
        },
      },
    },
    users: {
      sdl: 'type Query { n: Int } type User @key(fields: "id") { id: ID! name: String friends: [User!] zero: Int }',
      resolvers: {
        User: {
          ...self,
          name: ({ id }: { id: string }) => `user ${id}`,
          friends: () => [{ id: '2' }, { id: '3' }],
          zero: () => 0,
        },
      },
    },
    places: {
      sdl: `
        type Place @key(fields: "at { x y }") { at: Point! name: String zero: String }
        type Point @shareable { x: Int! y: Int! }
      `,
      resolvers: {
        Place: {
          ...self,
          name: ({ at }: { at: { x: number; y: number } }) => `${at.x}:${at.y}`,
          zero: () => '',
        },
      },
    },
  });

  it('are asked for once and put at each of their places', async () => {
    const before = graph.sent.length;
    const answer = await graph.run(
      '{ reviews { author { name friends { name } } about { ... on Place { name } } } }',
    );
    expect(answer).toEqual({
      data: {
        reviews: [
          {
            author: { name: 'user 1', friends: [{ name: 'user 2' }, { name: 'user 3' }] },
            about: { name: '1:2' },
          },
          { author: { name: 'user 1', friends: [{ name: 'user 2' }, { name: 'user 3' }] }, about: {} },
          { author: null, about: { name: '1:2' } },
        ],
      },
    });
    const batches = graph.sent.slice(before).map(({ variables }) => variables['representations']);
    expect(batches).toContainEqual([{ __typename: 'User', id: '1' }]);
    expect(batches).toContainEqual([{ __typename: 'Place', at: { x: 1, y: 2 } }]);
  });

  it('keep values that are false in JavaScript when types of one name are told apart', async () => {
    const query = '{ reviews { about { ... on User { v: zero } ... on Place { w: zero } } } }';
    expect((await graph.run(query)).data).toEqual({
      reviews: [{ about: { w: '' } }, { about: { v: 0 } }, { about: { w: '' } }],
    });
  });
});

describe('@inaccessible', () => {
  const graph = composeGraph({
    a: {
      sdl: `
        type Query { color: Color animals: [Animal] }
        enum Color { RED SECRET @inaccessible }
        interface Animal { name: String }
        type Cat implements Animal { name: String }
        type Ghost implements Animal @inaccessible { name: String }
      `,
      resolvers: {
        Query: {
          color: () => 'SECRET',
          animals: () => [
            { __typename: 'Cat', name: 'Tom' },
            { __typename: 'Ghost', name: 'Boo' },
          ],
        },
      },
    },
  });

  it('never shows a value or a type that is not for clients', async () => {
    const answer = await graph.run('{ color animals { name } }');
    expect(answer.data).toEqual({ color: null, animals: [{ name: 'Tom' }, null] });
    expect(answer.errors).toMatchObject([
      { path: ['color'], extensions: { code: 'SUBGRAPH_FAILED' } },
      { path: ['animals', 1], extensions: { code: 'UNRESOLVABLE_TYPE' } },
    ]);
    expect(JSON.stringify(answer)).not.toMatch(/SECRET|Ghost|Boo/);
  });
});

describe('mutations', () => {
  const log: string[] = [];
  const graph = composeGraph({
    a: {
      sdl: 'type Query { a: Int } type Mutation { a(n: Int!): Done } type Done @shareable { n: Int }',
      resolvers: {
        Mutation: { a: (_: unknown, { n }: { n: number }) => ({ n: log.push(`a${n}`) }) },
      },
    },
    b: {
      sdl: 'type Query { b: Int } type Mutation { b(n: Int!): Done } type Done @shareable { n: Int }',
      resolvers: {
        Mutation: { b: (_: unknown, { n }: { n: number }) => ({ n: log.push(`b${n}`) }) },
      },
    },
  });

  it('run one after the other, in order, over several subgraphs', async () => {
    const answer = await graph.run(
      'mutation { one: a(n: 1) { n } two: a(n: 2) { n } b(n: 3) { n } a(n: 4) { n } end: b(n: 5) { n } }',
    );
    expect(log).toEqual(['a1', 'a2', 'b3', 'a4', 'b5']);
    expect(JSON.stringify(answer.data)).toBe(
      JSON.stringify({ one: { n: 1 }, two: { n: 2 }, b: { n: 3 }, a: { n: 4 }, end: { n: 5 } }),
    );
  });
});
