import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';

const defaultPageSize = 50;

/** `first` as rows to read: null is the default. Throws BAD_PAGE_SIZE. */
export function readPageSize(first: number | null | undefined): number {
  const size = first ?? defaultPageSize;
  if (size >= 1 && size <= limits.maxPageSize) return size;
  throw codedError('BAD_PAGE_SIZE', `Expected first to be from 1 to ${limits.maxPageSize}, got ${size}`);
}

/** A page of rows, as the resolvers of connections pass it on. */
export interface Page<Row> {
  readonly edges: readonly { readonly cursor: string; readonly node: Row }[];
  readonly hasNextPage: boolean;
  /** Counts all rows of the list, when asked. */
  readonly countAll: () => Promise<number>;
}

interface PageSource<Row> {
  /** One more than `size` where there are as many: the surplus one tells that there is a next page. */
  readonly rows: readonly Row[];
  readonly size: number;
  readonly cursorOf: (row: Row) => string;
  readonly countAll: () => Promise<number>;
}

export function createPage<Row>(source: PageSource<Row>): Page<Row> {
  const { rows, size, cursorOf, countAll } = source;
  return {
    edges: rows.slice(0, size).map((node) => ({ cursor: cursorOf(node), node })),
    hasNextPage: rows.length > size,
    countAll,
  };
}

/** The resolvers of a connection type whose value is a `Page`. */
export function createConnectionResolvers<Row>() {
  return {
    edges: (page: Page<Row>) => [...page.edges],
    nodes: (page: Page<Row>) => page.edges.map((edge) => edge.node),
    pageInfo: (page: Page<Row>) => ({
      hasNextPage: page.hasNextPage,
      endCursor: page.edges.at(-1)?.cursor ?? null,
    }),
    totalCount: (page: Page<Row>) => page.countAll(),
  };
}
