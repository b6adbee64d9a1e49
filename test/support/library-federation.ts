import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { GraphQLError, parse } from 'graphql';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { startPlainGateway } from '../../nodes/start-plain-gateway.ts';
import { EventQueue } from '../../gateway/plain/event-queue.ts';
import { startHttpSubgraphServer } from './http-subgraph-server.ts';
import { temporaryFolder } from './temporary-folder.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external"])\n';

export const booksSdl = `${link}
  type Query { books(first: Int = 10): [Book] book(id: ID!): Book secret: String }
  type Mutation { rename(id: ID!, title: String!): Book }
  type Subscription { bookAdded: Book }
  type Book @key(fields: "id") { id: ID! title: String }
`;
export const loansSdl = `${link}
  type Query { lent: Int }
  type Book @key(fields: "id") { id: ID! reader: Reader copies: Int }
  type Reader { name: String! }
`;

/** Two subgraphs over HTTP that know books: one their titles, the other who reads them. */
export function startBooks(port?: number) {
  const titles = new Map(['1', '2', '3'].map((id) => [id, `Book ${id}`]));
  const watchers = new Set<EventQueue<{ bookAdded: unknown }>>();
  const book = (id: string) => ({ id, title: titles.get(id) ?? null });
  const resolvers = {
    Query: {
      books: (_: unknown, { first }: { first: number }) => [...titles.keys()].slice(0, first).map(book),
      book: (_: unknown, { id }: { id: string }) => book(id),
      secret: () => {
        throw new GraphQLError('Not for you', { extensions: { code: 'LIBRARY_CLOSED' } });
      },
    },
    Mutation: {
      rename: (_: unknown, { id, title }: { id: string; title: string }) => {
        titles.set(id, title);
        return book(id);
      },
    },
    Subscription: {
      bookAdded: {
        subscribe: () => {
          const queue = new EventQueue<{ bookAdded: unknown }>({
            capacity: 1_000,
            onOverflow: () => ({ bookAdded: null }),
            onClose: () => watchers.delete(queue),
          });
          watchers.add(queue);
          return queue;
        },
      },
    },
    Book: { __resolveReference: ({ id }: { id: string }) => book(id) },
  };
  const add = (id: string, title: string) => {
    titles.set(id, title);
    for (const watcher of watchers) watcher.push({ bookAdded: book(id) });
  };
  const started = startHttpSubgraphServer({ sdl: booksSdl, resolvers, ...(port ? { port } : {}) });
  return started.then((server) => ({ ...server, add, watchers }));
}

export function startLoans(port?: number) {
  const resolvers = {
    Query: { lent: () => 3 },
    Book: {
      __resolveReference: ({ id }: { id: string }) => ({
        id,
        reader: { name: `Reader of ${id}` },
        copies: Number(id),
      }),
    },
  };
  return startHttpSubgraphServer({ sdl: loansSdl, resolvers, ...(port ? { port } : {}) });
}

/** The supergraph of books and loans at these addresses. */
export function librarySupergraph(urls: { readonly books: string; readonly loans: string }): string {
  const result = composeServices([
    { name: 'books', url: urls.books, typeDefs: parse(booksSdl) },
    { name: 'loans', url: urls.loans, typeDefs: parse(loansSdl) },
  ]);
  if (!result.supergraphSdl) throw new Error(String(result.errors));
  return result.supergraphSdl;
}

/** A gateway in plain mode over subgraphs at these addresses, closed with the test. */
export function startLibraryGateway(urls: { readonly books: string; readonly loans: string }) {
  return startGatewayOf(librarySupergraph(urls));
}

/** A gateway in plain mode, closed with the test. */
export async function startGatewayOf(supergraphSdl: string) {
  const supergraphFile = join(temporaryFolder(), 'supergraph.graphql');
  writeFileSync(supergraphFile, supergraphSdl);
  const log = pino({ level: 'silent' });
  const gateway = await startPlainGateway({ supergraphFile, port: 0, host: '127.0.0.1', log });
  onTestFinished(() => gateway.close());
  return gateway;
}
