import { describe, expect, it } from 'vitest';
import { composeGraph } from './support/compose-graph.ts';

const self = { __resolveReference: (reference: unknown) => reference };

describe('interface objects', () => {
  const media = {
    sdl: `
      type Query { shelf: [Media] }
      interface Media @key(fields: "id") { id: ID! title: String }
      type Book implements Media @key(fields: "id") { id: ID! title: String pages: Int }
      type Film implements Media @key(fields: "id") { id: ID! title: String minutes: Int }
    `,
    resolvers: {
      Query: { shelf: () => [{ id: 'b1' }, { id: 'f1' }] },
      Media: {
        __resolveType: ({ id }: { id: string }) => (id.startsWith('b') ? 'Book' : 'Film'),
        __resolveReference: ({ id }: { id: string }) => (/^[bf]/.test(id) ? { id } : null),
      },
      Book: { ...self, title: ({ id }: { id: string }) => `book ${id}`, pages: () => 100 },
      Film: { ...self, title: ({ id }: { id: string }) => `film ${id}`, minutes: () => 90 },
    },
  };
  const ratings = {
    sdl: `
      type Query { best: [Media] worst: Media }
      type Media @key(fields: "id") @interfaceObject { id: ID! rating: Int }
    `,
    resolvers: {
      Query: { best: () => [{ id: 'b2' }, { id: 'f2' }], worst: () => ({ id: 'x9' }) },
      Media: { ...self, rating: ({ id }: { id: string }) => Number(id.slice(1)) },
    },
  };
  const graph = composeGraph({ media, ratings });

  it('have fields on every implementation', async () => {
    const query = '{ shelf { __typename id rating ... on Book { pages } ... on Film { minutes } } }';
    expect(await graph.run(query)).toEqual({
      data: {
        shelf: [
          { __typename: 'Book', id: 'b1', rating: 1, pages: 100 },
          { __typename: 'Film', id: 'f1', rating: 1, minutes: 90 },
        ],
      },
    });
  });

  it('get their real types where they are the beginning', async () => {
    const query = '{ best { __typename rating title ... on Book { pages more: rating } } }';
    expect(await graph.run(query)).toEqual({
      data: {
        best: [
          { __typename: 'Book', rating: 2, title: 'book b2', pages: 100, more: 2 },
          { __typename: 'Film', rating: 2, title: 'film f2' },
        ],
      },
    });
  });

  it('tell an implementation apart by a fragment alone', async () => {
    expect(await graph.run('{ best { id ... on Film { rating } } }')).toEqual({
      data: { best: [{ id: 'b2' }, { id: 'f2', rating: 2 }] },
    });
  });

  it('need no type where nothing depends on it', async () => {
    expect(await graph.run('{ worst { id rating } }')).toEqual({ data: { worst: { id: 'x9', rating: 9 } } });
  });

  it('are an error where no subgraph knows the type', async () => {
    const answer = await graph.run('{ worst { __typename id rating } }');
    expect(answer.data).toEqual({ worst: null });
    expect(answer.errors).toMatchObject([{ path: ['worst'], extensions: { code: 'UNRESOLVABLE_TYPE' } }]);
  });
});

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
