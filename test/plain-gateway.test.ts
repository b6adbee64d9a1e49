import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { createClient } from 'graphql-ws';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startBooks, startGatewayOf, startLibraryGateway, startLoans } from './support/library-federation.ts';
import { startOddServer } from './support/http-subgraph-server.ts';
import { postGraphql } from './support/post-graphql.ts';

const nowhere = 'http://127.0.0.1:1/graphql';

async function startLibrary() {
  const [books, loans] = await Promise.all([startBooks(), startLoans()]);
  const gateway = await startLibraryGateway({ books: books.url, loans: loans.url });
  const graphql = `${gateway.url}/graphql`;
  return {
    books,
    loans,
    gateway,
    ask: (query: string, variables?: unknown) => postGraphql(graphql, { query, variables }),
  };
}

function watch(url: string, query: string) {
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  return client.iterate<Record<string, unknown>>({ query });
}

describe('a gateway in plain mode', () => {
  test('joins what two servers know', async () => {
    const { ask, books, loans } = await startLibrary();
    const { status, body } = await ask('query ($n: Int) { books(first: $n) { title reader { name } } }', {
      n: 2,
    });
    expect(body).toEqual({
      data: {
        books: [
          { title: 'Book 1', reader: { name: 'Reader of 1' } },
          { title: 'Book 2', reader: { name: 'Reader of 2' } },
        ],
      },
    });
    expect(status).toBe(200);
    expect(books.posts).toHaveLength(1);
    expect(books.posts[0]?.variables).toEqual({ n: 2 });
    expect(loans.posts).toHaveLength(1);
    expect(loans.posts[0]?.variables).toHaveProperty('representations.length', 2);
  });

  test('carries out mutations', async () => {
    const { ask } = await startLibrary();
    const { body } = await ask('mutation { rename(id: "1", title: "New") { title copies } }');
    expect(body).toEqual({ data: { rename: { title: 'New', copies: 1 } } });
  });

  test('hands on what a subgraph says of its own errors', async () => {
    const { ask } = await startLibrary();
    const { status, body } = await ask('{ secret lent }');
    expect(status).toBe(200);
    expect(body.data).toEqual({ secret: null, lent: 3 });
    expect(body.errors).toEqual([
      { message: 'Not for you', path: ['secret'], extensions: { code: 'LIBRARY_CLOSED', service: 'books' } },
    ]);
  });

  test('is ready when no subgraph is up, and finds them when they come', async () => {
    const books = await startBooks();
    const spare = await startOddServer((_, response) => response.end());
    await spare.close();
    const gateway = await startLibraryGateway({ books: books.url, loans: spare.url });
    const ask = (query: string) => postGraphql(`${gateway.url}/graphql`, { query });

    expect((await ask('{ __typename }')).body).toEqual({ data: { __typename: 'Query' } });
    const without = await ask('{ book(id: "2") { title copies } }');
    expect(without.body.data).toEqual({ book: { title: 'Book 2', copies: null } });
    expect(without.body.errors).toMatchObject([
      { path: ['book'], extensions: { code: 'SUBGRAPH_FAILED', service: 'loans' } },
    ]);

    await startLoans(spare.port);
    expect((await ask('{ book(id: "2") { title copies } }')).body).toEqual({
      data: { book: { title: 'Book 2', copies: 2 } },
    });
  });

  test('asks a restarted subgraph again when the connection that it kept is gone', async () => {
    const { ask, loans } = await startLibrary();
    await ask('{ lent }');
    await loans.close();
    await startLoans(loans.port);
    expect((await ask('{ lent }')).body).toEqual({ data: { lent: 3 } });
  });

  test('says which path and service failed when everything is down', async () => {
    const gateway = await startLibraryGateway({ books: nowhere, loans: nowhere });
    const { status, body } = await postGraphql(`${gateway.url}/graphql`, { query: '{ lent }' });
    expect(status).toBe(200);
    expect(body.data).toEqual({ lent: null });
    expect(body.errors).toMatchObject([
      { path: ['lent'], extensions: { code: 'SUBGRAPH_FAILED', service: 'loans' } },
    ]);
  });
});

describe('a gateway in plain mode is started', () => {
  const compose = (imports: string, sdl: string) => {
    const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${imports}])`;
    const composed = composeServices([{ name: 'a', url: nowhere, typeDefs: parse(`${link} ${sdl}`) }]);
    if (!composed.supergraphSdl) throw new Error(String(composed.errors));
    return composed.supergraphSdl;
  };

  test('with arguments from context, which Apollo has no gateway for in JavaScript', async () => {
    const sdl = `
      type Query { user: User }
      type User @context(name: "user") @key(fields: "id") { id: ID! locale: String desk: Desk }
      type Desk @key(fields: "id") { id: ID! label(locale: String @fromContext(field: "$user { locale }")): String }
    `;
    const { url } = await startGatewayOf(compose('"@key", "@context", "@fromContext"', sdl));
    const { body } = await postGraphql(`${url}/graphql`, { query: '{ __typename }' });
    expect(body).toEqual({ data: { __typename: 'Query' } });
  });

  test('never with access rules that it would not keep', async () => {
    const started = startGatewayOf(compose('"@authenticated"', 'type Query { a: Int @authenticated }'));
    await expect(started).rejects.toThrow('authenticated');
  });

  test('never with a schema that is no supergraph', async () => {
    await expect(startGatewayOf('type Query { a: Int }')).rejects.toThrow(
      'Expected a Federation 2 supergraph',
    );
  });
});

describe('a subscription in plain mode', () => {
  test('is completed by the other subgraph, event by event', async () => {
    const { gateway, books } = await startLibrary();
    const events = watch(gateway.url, 'subscription { bookAdded { title reader { name } } }');
    const first = events.next();
    await expect.poll(() => books.watchers.size).toBe(1);
    books.add('7', 'Seven');
    expect((await first).value).toEqual({
      data: { bookAdded: { title: 'Seven', reader: { name: 'Reader of 7' } } },
    });
    books.add('8', 'Eight');
    expect((await events.next()).value).toMatchObject({ data: { bookAdded: { title: 'Eight' } } });
  });

  test('leaves nothing open upstream when its reader goes', async () => {
    const { gateway, books } = await startLibrary();
    const events = watch(gateway.url, 'subscription { bookAdded { title } }');
    void events.next();
    await expect.poll(() => books.watchers.size).toBe(1);
    await events.return?.();
    await expect.poll(() => books.watchers.size).toBe(0);
    await expect.poll(() => books.sockets.size).toBe(0);
  });

  test('ends with an error when the subgraph breaks off', async () => {
    const { gateway, books } = await startLibrary();
    const events = watch(gateway.url, 'subscription { bookAdded { title } }');
    const first = events.next();
    await expect.poll(() => books.watchers.size).toBe(1);
    await books.close();
    expect((await first).value).toMatchObject({
      errors: [{ extensions: { code: 'SUBGRAPH_FAILED', service: 'books' } }],
    });
    expect((await events.next()).done).toBe(true);
  });

  test('ends with an error when the subgraph closes its socket in good order', async () => {
    const { gateway, books } = await startLibrary();
    const events = watch(gateway.url, 'subscription { bookAdded { title } }');
    const first = events.next();
    await expect.poll(() => books.watchers.size).toBe(1);
    for (const socket of books.sockets) socket.close(1000, 'Bye');
    expect((await first).value).toMatchObject({ errors: [{ extensions: { code: 'SUBGRAPH_FAILED' } }] });
  });

  test('ends with an error when the subgraph is down', async () => {
    const gateway = await startLibraryGateway({ books: nowhere, loans: nowhere });
    const events = watch(gateway.url, 'subscription { bookAdded { title } }');
    expect((await events.next()).value).toMatchObject({
      errors: [{ extensions: { code: 'SUBGRAPH_FAILED', service: 'books' } }],
    });
    expect((await events.next()).done).toBe(true);
  });
});
