import { describe, expect, it } from 'vitest';
import type { SubgraphResult } from '../gateway/execute/subgraph.ts';
import { limits } from '../schema/limits.ts';
import { createNetworkReport } from '../gateway/execute/network-report.ts';
import { type SentFetch, composeGraph } from './support/compose-graph.ts';

const self = { __resolveReference: (reference: unknown) => reference };

const rowIds = ['1', '2', '1'];
const graph = composeGraph(
  {
    rows: {
      sdl: `
        type Query { rows: [Row] strict: [Row!]! value: Int kind: Kind names: [String!] nested: [[Int!]] thing: Thing }
        type Row @key(fields: "id") { id: ID! label: String }
        enum Kind { A B }
        union Thing = Row | Other
        type Other { n: Int! }
      `,
      resolvers: {
        Query: {
          rows: () => rowIds.map((id) => ({ id })),
          strict: () => rowIds.map((id) => ({ id })),
          value: () => 7,
        },
      },
    },
    details: {
      sdl: 'type Row @key(fields: "id") { id: ID! size: Int! note: String parts: [Part!] } type Part { name: String! }',
      resolvers: {
        Row: { ...self, size: () => 1, note: () => 'n', parts: () => [{ name: 'p' }, { name: 'q' }] },
      },
    },
  },
  {
    intercept: async (sent, next) => {
      const instead = answerInstead(sent);
      return instead === undefined ? next() : (instead as SubgraphResult);
    },
  },
);

let answerInstead: (sent: SentFetch) => unknown = () => undefined;

/** The graph, with subgraphs that answer this instead of what they would. */
function createGraph(answer: typeof answerInstead = () => undefined): typeof graph {
  answerInstead = answer;
  graph.sent.length = 0;
  return graph;
}

const fails =
  (subgraph: string, result: unknown) =>
  ({ fetch }: SentFetch) =>
    fetch.subgraph === subgraph ? result : undefined;

describe('an error of a subgraph', () => {
  it('has the client’s path and names, the code, and the subgraph, and no more', async () => {
    const spoiled = createGraph(
      fails('details', {
        data: { _entities: [{ c_text__note: null }, { c_text__note: 'fine' }] },
        errors: [
          {
            message: 'broken',
            path: ['_entities', 0, 'note'],
            locations: [{ line: 1, column: 1 }],
            extensions: { code: 'NOT_FOUND', why: 'x', stacktrace: ['secret'], exception: {} },
          },
        ],
      }),
    );
    // `note` is not what was asked for: the path is cut off where the client can see it.
    const answer = await spoiled.run('{ all: rows { text: note } }');
    expect(answer).toEqual({
      data: { all: [{ text: null }, { text: 'fine' }, { text: null }] },
      errors: [
        {
          message: 'broken',
          path: ['all', 0],
          extensions: { code: 'NOT_FOUND', why: 'x', service: 'details' },
        },
      ],
    });
  });

  it('reaches into lists under the client’s names', async () => {
    const spoiled = createGraph(({ fetch }) => {
      if (fetch.subgraph !== 'details') return undefined;
      const path = ['_entities', 1, 'c_bits__parts', 1, 'c_title__name'];
      return { data: { _entities: [null, { c_bits__parts: null }] }, errors: [{ message: 'x', path }] };
    });
    const { errors } = await spoiled.run('{ rows { bits: parts { title: name } } }');
    expect(errors).toEqual([
      {
        message: 'x',
        path: ['rows', 1, 'bits', 1, 'title'],
        extensions: { code: 'SUBGRAPH_FAILED', service: 'details' },
      },
    ]);
  });

  it('explains the nulls that it makes, at every place of its entity', async () => {
    const spoiled = createGraph(
      fails('details', { errors: [{ message: 'down', extensions: { code: 'NODE_UNREACHABLE' } }] }),
    );
    expect(await spoiled.run('{ rows { id size } }')).toEqual({
      data: { rows: [null, null, null] },
      errors: [
        { message: 'down', path: ['rows', 0], extensions: { code: 'NODE_UNREACHABLE', service: 'details' } },
      ],
    });
  });

  it('of a fetch at the root is at its first field', async () => {
    const spoiled = createGraph(fails('rows', { errors: [{ message: 'down' }] }));
    expect(await spoiled.run('{ a: value strict { id } }')).toEqual({
      data: null,
      errors: [{ message: 'down', path: ['a'], extensions: { code: 'SUBGRAPH_FAILED', service: 'rows' } }],
    });
  });

  it('keeps what did arrive', async () => {
    const spoiled = createGraph(
      fails('details', {
        data: { _entities: [{ size: 5, note: null }, null] },
        errors: [{ message: 'no', path: ['_entities', 1] }],
      }),
    );
    const answer = await spoiled.run('{ rows { size note } }');
    expect(answer.data).toEqual({ rows: [{ size: 5, note: null }, null, { size: 5, note: null }] });
    expect(answer.errors).toHaveLength(1);
  });
});

describe('a null in a non-null place', () => {
  it('is an error of its own when no subgraph explains it, and goes up to where null may be', async () => {
    const spoiled = createGraph(fails('details', { data: { _entities: [{ size: null }, { size: 2 }] } }));
    expect(await spoiled.run('{ rows { id size } }')).toEqual({
      data: { rows: [null, { id: '2', size: 2 }, null] },
      errors: [0, 2].map((index) => ({
        message: 'Cannot return null for non-nullable field Row.size.',
        path: ['rows', index, 'size'],
        extensions: { code: 'SUBGRAPH_FAILED' },
      })),
    });
  });

  it('takes the whole answer when nothing on the way may be null', async () => {
    const spoiled = createGraph(fails('details', { data: { _entities: [{ size: null }, { size: 2 }] } }));
    expect(await spoiled.run('{ strict { size } }')).toMatchObject({
      data: null,
      errors: [{ path: ['strict', 0, 'size'] }],
    });
  });

  it('is found again in items of lists', async () => {
    const spoiled = createGraph(fails('rows', { data: { names: ['a', null], nested: [[1], [null], null] } }));
    expect(await spoiled.run('{ names nested }')).toMatchObject({
      data: { names: null, nested: [[1], null, null] },
      errors: [{ path: ['names', 1] }, { path: ['nested', 1, 0] }],
    });
  });
});

describe('an answer that is wrong', () => {
  it.each([
    ['a string for an Int', { value: '7' }, 'value'],
    ['a fraction for an Int', { value: 7.5 }, 'value'],
    ['an Int that is too large', { value: 2 ** 31 }, 'value'],
    ['an object for an Int', { value: {} }, 'value'],
    ['an unknown value of an enum', { kind: 'C' }, 'kind'],
    ['an object for a list', { rows: {} }, 'rows { id }'],
    ['a list for an object', { thing: [] }, 'thing { __typename }'],
    ['a string for an object', { thing: 'x' }, 'thing { __typename }'],
    ['an object of no type', { thing: {} }, 'thing { __typename }'],
    [
      'an object of a type that is not in the union',
      { thing: { __typename: 'Query' } },
      'thing { __typename }',
    ],
    ['an object whose type is no string', { thing: { __typename: {} } }, 'thing { __typename }'],
    ['a list for a String', { names: ['a', ['b']] }, 'names'],
  ])('with %s is null with an error', async (_, data, selection) => {
    const answer = await createGraph(fails('rows', { data })).run(`{ ${selection} }`);
    expect(Object.values(answer.data ?? {})).toEqual([null]);
    expect(answer.errors).toHaveLength(1);
    expect(answer.errors?.[0]?.path?.[0]).toBe(Object.keys(answer.data ?? {})[0]);
  });

  it.each([
    ['nothing', null],
    ['a string', 'hello'],
    ['a list', []],
    ['an object without data', {}],
    ['data that is a list', { data: [] }],
    ['no entities', { data: {} }],
    ['entities that are no list', { data: { _entities: 7 } }],
    ['too few entities', { data: { _entities: [{ note: 'x' }] } }],
    ['too many entities', { data: { _entities: [{}, {}, {}] } }],
    ['errors that are no list', { errors: 'x' }],
    ['an error that is null', { errors: [null] }],
    ['an error with a foolish path', { errors: [{ message: 7, path: [{}], extensions: [] }] }],
  ])('in that it is %s leaves nulls and an error with a code', async (_, result) => {
    const answer = await createGraph(fails('details', result)).run('{ rows { id note } }');
    expect(answer.data).toEqual({ rows: ['1', '2', '1'].map((id) => ({ id, note: null })) });
    expect(answer.errors).toMatchObject([
      { path: ['rows', 0], extensions: { code: 'SUBGRAPH_FAILED', service: 'details' } },
    ]);
  });

  it('with an entity that is no object says so at its place', async () => {
    const spoiled = createGraph(fails('details', { data: { _entities: ['x', { note: 'y' }] } }));
    const answer = await spoiled.run('{ rows { note } }');
    expect(answer.data).toEqual({ rows: [{ note: null }, { note: 'y' }, { note: null }] });
    expect(answer.errors).toMatchObject([{ path: ['rows', 0] }]);
  });

  it('cannot reach the prototype of all objects', async () => {
    const hostile = JSON.parse(
      '{"data": {"rows": [{"__typename": "Row", "id": "1", "__proto__": {"polluted": 1}}], "__proto__": {"polluted": 1}}}',
    ) as unknown;
    await createGraph(fails('rows', hostile)).run('{ rows { id note } }');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('by the thousand has as many errors as an answer may', async () => {
    const rows = Array.from({ length: 1_000 }, (_, id) => ({ __typename: 'Row', id: String(id), label: 7 }));
    const answer = await createGraph(fails('rows', { data: { rows } })).run('{ rows { label } }');
    expect(answer.errors).toHaveLength(limits.maxErrorsPerAnswer);
    expect(answer.errors?.at(-1)?.extensions).toMatchObject({ omitted: 901 });
  });
});

describe('errors without end', () => {
  it('of one subgraph cost no more than can be shown', async () => {
    const errors = Array.from({ length: 200_000 }, () => ({ message: 'x', path: ['_entities', 0, 'note'] }));
    const answer = await createGraph(fails('details', { errors })).run('{ rows { note } }');
    expect(answer.errors).toHaveLength(limits.maxErrorsPerAnswer);
  });
});

describe('a subgraph that breaks its promise', () => {
  it.each([
    ['rejects', () => Promise.reject(new Error('secret'))],
    [
      'throws',
      () => {
        throw new Error('secret');
      },
    ],
  ])('and %s is an error without its words', async (_, misbehave) => {
    const spoiled = createGraph(({ fetch }) => (fetch.subgraph === 'details' ? misbehave() : undefined));
    const answer = await spoiled.run('{ rows { note } }');
    expect(answer.errors).toMatchObject([{ path: ['rows', 0], extensions: { code: 'SUBGRAPH_FAILED' } }]);
    expect(JSON.stringify(answer)).not.toContain('secret');
  });

  it('and never answers is given up at the deadline', async () => {
    const never = new Promise<never>(() => {});
    const spoiled = createGraph(({ fetch }) => (fetch.subgraph === 'details' ? never : undefined));
    const answer = await spoiled.run('{ value rows { id note } }', { deadline: performance.now() + 500 });
    expect(answer.data).toEqual({ value: 7, rows: ['1', '2', '1'].map((id) => ({ id, note: null })) });
    expect(answer.errors).toMatchObject([
      { path: ['rows', 0], extensions: { code: 'DEADLINE_EXCEEDED', service: 'details' } },
    ]);
  });

  it('is not asked after the deadline', async () => {
    const spoiled = createGraph();
    const answer = await spoiled.run('{ value }', { deadline: performance.now() - 1 });
    expect(answer).toMatchObject({
      data: { value: null },
      errors: [{ extensions: { code: 'DEADLINE_EXCEEDED' } }],
    });
    expect(spoiled.sent).toEqual([]);
  });

  it('is left as soon as the client is gone', async () => {
    const gone = new AbortController();
    const spoiled = createGraph(({ fetch }) => {
      if (fetch.subgraph !== 'details') return undefined;
      gone.abort();
      return new Promise<never>(() => {});
    });
    const answer = await spoiled.run('{ rows { id note } }', { signal: gone.signal });
    expect(answer.errors).toMatchObject([{ extensions: { code: 'DEADLINE_EXCEEDED' } }]);
  });
});

describe('a fetch', () => {
  it('is not sent when what it needs is missing', async () => {
    const spoiled = createGraph(fails('rows', { data: { rows: [{ __typename: 'Row', id: null }, null] } }));
    const answer = await spoiled.run('{ rows { label note } }');
    expect(answer.data).toEqual({ rows: [{ label: null, note: null }, null] });
    expect(spoiled.sent.map(({ fetch }) => fetch.subgraph)).toEqual(['rows']);
  });

  it('is told of in extensions.network when it reached nodes', async () => {
    const network = createNetworkReport();
    const spoiled = createGraph(() => {
      network.asked('b');
      network.asked('a');
      network.failed('b');
    });
    expect((await spoiled.run('{ value }', { network })).extensions).toEqual({
      network: { asked: 2, answered: 1, failed: ['b'] },
    });
  });
});
