import type { FormattedExecutionResult } from 'graphql';
import type { Link, LinkRequest } from '../../wire/link.ts';

const rowsHeld = 100;

/**
 * A node that has its answers ready as text: what is measured is the gateway, and the reading of JSON that every link does. It knows the two
 * questions of the bench, whatever their response names.
 */
export function createCannedNode(node: string, sdl: string): Link {
  const answers = new Map<string, string>();
  const execute = async (request: LinkRequest): Promise<FormattedExecutionResult> => {
    const first = pageSizeOf(request);
    const question = `${first} ${request.query}`;
    const known = answers.get(question);
    const text = known ?? JSON.stringify({ data: answerTo(request, node, first) });
    if (!known) answers.set(question, text);
    return JSON.parse(text) as FormattedExecutionResult;
  };
  return {
    node,
    state: 'UP',
    sdl: () => sdl,
    execute,
    subscribe: () => oneStat(node),
    onStateChange: () => () => undefined,
    close: async () => undefined,
  };
}

/** The private variable with the page's size, whatever it is called. */
function pageSizeOf({ variables }: LinkRequest): number {
  const sizes = Object.values(variables ?? {}).filter((value) => typeof value === 'number');
  return sizes[0] ?? 0;
}

function answerTo({ query }: LinkRequest, node: string, first: number): Record<string, unknown> {
  if (query.includes('$representations')) {
    const stats = { cpuPercent: 1.5, memoryMb: 120, agents: 4 };
    return { _entities: [{ stats, fleet_type: 'Node', fleet_key: node }] };
  }
  const name = /(\w+): entities\(/.exec(query)?.[1] ?? 'entities';
  const rows = Array.from(
    { length: Math.min(first, rowsHeld) },
    (_, index) => `dev/npc/row-${String(index).padStart(3, '0')}`,
  );
  return {
    [name]: {
      nodes: rows.map((row) => ({ id: `${node}/${row}`, name: row })),
      pageInfo: { hasNextPage: true, endCursor: null },
      fleet_edges: rows.map((row) => ({
        fleet_cursor: `${row},${node},`,
        fleet_row: { fleet_key: `${node}/${row}` },
      })),
      fleet_page: { hasNextPage: true },
    },
  };
}

/** One event, then silence until it is closed. */
function oneStat(node: string): AsyncIterableIterator<FormattedExecutionResult> {
  let close = (): void => undefined;
  const closed = new Promise<void>((resolve) => (close = resolve));
  let isFirst = true;
  const event = { agents: 4, fleet_mark: { id: node } };
  return {
    async next() {
      if (isFirst) {
        isFirst = false;
        return { done: false, value: { data: { nodeStats: event, c_nodeStats__nodeStats: event } } };
      }
      await closed;
      return { done: true, value: undefined };
    },
    async return() {
      close();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
