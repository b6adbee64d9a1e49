import { describe, expect, it } from 'vitest';
import { composeGraph } from './support/compose-graph.ts';

const products = {
  sdl: `
    type Query { products: [Product!]! product(id: ID!): Product }
    type Product @key(fields: "id") { id: ID! name: String price(currency: String = "USD"): Int }
  `,
  resolvers: {
    Query: {
      products: () => ['1', '2', '3'].map((id) => ({ id })),
      product: (_: unknown, { id }: { id: string }) => ({ id }),
    },
    Product: {
      __resolveReference: (reference: unknown) => reference,
      name: ({ id }: { id: string }) => `product ${id}`,
      price: ({ id }: { id: string }, { currency }: { currency: string }) =>
        Number(id) * (currency === 'EUR' ? 1 : currency === 'USD' ? 100 : 10_000),
    },
  },
};
const shipping = {
  sdl: `
    type Product @key(fields: "id") {
      id: ID!
      price(currency: String = "USD"): Int @external
      cost: Int @requires(fields: "price(currency: \\"USD\\")")
      stock: Int
    }
  `,
  resolvers: {
    Product: {
      __resolveReference: (reference: unknown) => reference,
      cost: ({ price }: { price: number }) => price + 1,
      stock: ({ id }: { id: string }) => Number(id) - 1,
    },
  },
};

describe('private names', () => {
  const graph = composeGraph({ products, shipping });

  it('keeps a key that the client hides behind an alias', async () => {
    expect(await graph.run('{ products { id: name stock } }')).toEqual({
      data: {
        products: [
          { id: 'product 1', stock: 0 },
          { id: 'product 2', stock: 1 },
          { id: 'product 3', stock: 2 },
        ],
      },
    });
  });

  it('asks for what @requires names beside the same field with other arguments', async () => {
    expect(await graph.run('{ product(id: 2) { price(currency: "EUR") cost } }')).toEqual({
      data: { product: { price: 2, cost: 201 } },
    });
  });

  it('asks for what @requires names beside an alias of its name', async () => {
    expect(await graph.run('{ product(id: 2) { price: id cost } }')).toEqual({
      data: { product: { price: '2', cost: 201 } },
    });
  });

  it('lets the client call a field __typename', async () => {
    expect(await graph.run('{ product(id: 2) { __typename: name stock kind: __typename } }')).toEqual({
      data: { product: { __typename: 'product 2', stock: 1, kind: 'Product' } },
    });
  });

  it('lets the client name a variable as the planner does', async () => {
    const query = `query ($representations: ID!, $contextualArgument_1_0: String) {
      product(id: $representations) { price(currency: $contextualArgument_1_0) stock }
    }`;
    const variables = { representations: '3', contextualArgument_1_0: 'EUR' };
    expect(await graph.run(query, { variables })).toEqual({ data: { product: { price: 3, stock: 2 } } });
  });

  it('lets the client use names that every object has', async () => {
    expect(await graph.run('{ product(id: 1) { constructor: stock __proto__: name } }')).toEqual({
      data: { product: JSON.parse('{"constructor": 0, "__proto__": "product 1"}') },
    });
  });

  it('merges the same field with the same arguments and keeps others apart', async () => {
    const query = `{
      a: product(id: 1) { id } a: product(id: 1) { name }
      b: product(id: 2) { eur: price(currency: "EUR") usd: price price }
    }`;
    expect(await graph.run(query)).toEqual({
      data: { a: { id: '1', name: 'product 1' }, b: { eur: 2, usd: 200, price: 200 } },
    });
  });
});

describe('an operation that is refused', () => {
  const graph = composeGraph({ products, shipping });

  it('has a code and locations when it is not GraphQL', async () => {
    const { errors } = await graph.run('{ products {');
    expect(errors?.[0]).toMatchObject({
      locations: [{ line: 1, column: 13 }],
      extensions: { code: 'GRAPHQL_PARSE_FAILED' },
    });
  });

  it('has a code and locations when it does not fit the schema', async () => {
    const { errors, data } = await graph.run('{ products { nothing } }');
    expect(errors?.[0]).toMatchObject({
      locations: [{ line: 1, column: 14 }],
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
    });
    expect(data).toBeUndefined();
  });

  it.each([
    ['@include with a variable', 'subscription ($on: Boolean!) { ticks @include(if: $on) }'],
    ['@skip', 'subscription { ticks @skip(if: false) }'],
    ['a condition on a fragment', 'subscription { ... @include(if: true) { ticks } }'],
  ])('is a subscription with %s on its root field', async (_, query) => {
    const ticking = composeGraph({ a: { sdl: 'type Query { a: Int } type Subscription { ticks: Int }' } });
    expect((await ticking.run(query)).errors?.[0]).toMatchObject({
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
    });
  });

  it('is one with @defer', async () => {
    const { errors } = await graph.run('{ products { id ... @defer { name } } }');
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
  });

  it('is one whose name is not in the document', async () => {
    const { errors } = await graph.run('query A { products { id } }', { operationName: 'B' });
    expect(errors?.[0]?.extensions).toEqual({ code: 'OPERATION_RESOLUTION_FAILURE' });
  });

  it('is one of several when none is named', async () => {
    const { errors } = await graph.run('query A { products { id } } query B { products { id } }');
    expect(errors?.[0]?.extensions).toEqual({ code: 'OPERATION_RESOLUTION_FAILURE' });
  });

  it.each([
    ['too long', `{ products { id } } #${'x'.repeat(100_000)}`],
    ['of too many tokens', `{ ${'products { id } '.repeat(3_000)} }`],
    [
      'too deep',
      `{ ${'... { '.repeat(0)}${'a: __schema { types { '.repeat(1)}${'ofType { '.repeat(40)}name${' }'.repeat(43)}`,
    ],
    [
      'huge once its fragments are spread',
      `{ ...f0 } ${Array.from({ length: 25 }, (_, i) => `fragment f${i} on Query { ...f${i + 1} ...f${i + 1} }`).join(' ')} fragment f25 on Query { __typename }`,
    ],
  ])('is one that is %s', async (_, query) => {
    expect((await graph.run(query)).errors?.[0]?.extensions).toEqual({ code: 'OPERATION_TOO_LARGE' });
  });

  it('has variables of the wrong type, and gets no data', async () => {
    const answer = await graph.run('query ($id: ID!) { product(id: $id) { id } }', { variables: { id: {} } });
    expect(answer.errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT' });
    expect(answer).not.toHaveProperty('data');
  });

  it('has a condition that is null', async () => {
    const answer = await graph.run('query ($on: Boolean = true) { products { id name @include(if: $on) } }', {
      variables: { on: null },
    });
    expect(answer.errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT' });
  });
});

describe('introspection', () => {
  const graph = composeGraph({ products, shipping });

  it('is answered from the API schema beside data', async () => {
    const query = `query ($name: String!) {
      kind: __typename
      product(id: 1) { stock }
      type: __type(name: $name) { ...t }
      __schema { queryType { name } }
    } fragment t on __Type { name fields { name } }`;
    expect(await graph.run(query, { variables: { name: 'Product' } })).toEqual({
      data: {
        kind: 'Query',
        product: { stock: 0 },
        type: { name: 'Product', fields: ['id', 'name', 'price', 'cost', 'stock'].map((name) => ({ name })) },
        __schema: { queryType: { name: 'Query' } },
      },
    });
  });

  it('asks no subgraph when there is nothing else', async () => {
    const before = graph.sent.length;
    expect(await graph.run('{ __typename }')).toEqual({ data: { __typename: 'Query' } });
    expect(graph.sent.length).toBe(before);
  });
});

describe('conditions', () => {
  const graph = composeGraph({ products, shipping });
  const query = `query ($a: Boolean!, $b: Boolean = true) {
    product(id: 2) { stock @include(if: $a) name @skip(if: $b) id stock }
    other: product(id: 3) @include(if: $a) { cost @skip(if: $b) ... @include(if: $b) { stock } }
  }`;

  it.each([
    [
      { a: true, b: true },
      { product: { stock: 1, id: '2' }, other: { stock: 2 } },
    ],
    [
      { a: true, b: false },
      { product: { stock: 1, name: 'product 2', id: '2' }, other: { cost: 301 } },
    ],
    [{ a: false }, { product: { id: '2', stock: 1 } }],
  ])('decide about fields and their order: %o', async (variables, data) => {
    const answer = await graph.run(query, { variables });
    expect(JSON.stringify(answer)).toBe(JSON.stringify({ data }));
  });
});
