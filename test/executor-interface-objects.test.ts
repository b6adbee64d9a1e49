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
