import { describe, expect, it } from 'vitest';
import { codedError } from '../wire/coded-error.ts';
import { type Tamper, TestNetwork, faultsOf } from './support/fleet-network.ts';
import { WorldRows } from './support/fleet-world.ts';

const pages =
  '{ entities(first: 3) { edges { cursor node { id } } nodes { name } pageInfo { hasNextPage endCursor } totalCount } }';

const patient = new TestNetwork({ breaker: { failures: Infinity } });

/** Two good nodes with two entities and an agent each, and between them one that the test spoils. */
function threeNodes(tamper?: Tamper, network = patient.reset()) {
  for (const node of ['n1', 'bad', 'n2']) {
    const rows = new WorldRows(node);
    rows.addEntity(node, 'dev', 'NPC', `a-${node}`);
    rows.addEntity(node, 'dev', 'NPC', `b-${node}`);
    rows.addAgent('dev', `of-${node}`);
    network.join(node, rows);
  }
  const bad = network.roster.get('bad');
  if (!bad) throw new Error('Expected the node to be there');
  bad.tamper = tamper;
  return { network, bad };
}

/** What the node would have answered, changed. */
function changed(change: (answer: Answered) => unknown): Tamper {
  return async (_request, next) => change((await next()) as Answered);
}

interface Answered {
  data: Record<string, Held>;
}
/** Anything at all: what a test does to an answer is not for the compiler to know. */
type Held = Record<string, never> & Record<string, never>[] & Record<string, unknown>;

function connectionOf({ data }: Answered): Record<string, Record<string, unknown>[]> {
  return Object.values(data)[0] as unknown as Record<string, Record<string, unknown>[]>;
}

const goodNames = ['a-n1', 'a-n2', 'b-n1'];

function namesIn(answer: { readonly data?: Record<string, unknown> | null }): unknown {
  return (answer.data as { entities: { nodes: { name: string }[] } }).entities.nodes.map(({ name }) => name);
}

const garbage: Readonly<Record<string, Tamper>> = {
  'a string': () => 'hello',
  nothing: () => undefined,
  null: () => null,
  'a list': () => [],
  'an empty object': () => ({}),
  'data of the wrong kind': () => ({ data: 'rows' }),
  'errors of the wrong kind': () => ({ data: null, errors: 'no' }),
  'no connection, without an error': () => ({ data: { entities: null } }),
  'a connection of the wrong kind': () => ({ data: { entities: [1, 2] } }),
  'edges of the wrong kind': changed((answer) => {
    for (const name of Object.keys(connectionOf(answer))) connectionOf(answer)[name] = 7 as never;
    return answer;
  }),
  'more rows than asked for': changed((answer) => {
    for (const list of Object.values(connectionOf(answer)))
      if (Array.isArray(list)) list.push(...list, ...list);
    return answer;
  }),
  'a list shorter than its neighbour': changed((answer) => {
    connectionOf(answer)['nodes']?.pop();
    return answer;
  }),
  'cursors that fall': changed((answer) => {
    for (const list of Object.values(connectionOf(answer))) if (Array.isArray(list)) list.reverse();
    return answer;
  }),
  'a cursor that is no text': changed((answer) => {
    for (const edge of connectionOf(answer)['fleet_edges'] ?? []) edge['fleet_cursor'] = 7;
    return answer;
  }),
  'a cursor beyond ASCII': changed((answer) => {
    for (const edge of connectionOf(answer)['fleet_edges'] ?? []) edge['fleet_cursor'] += '\u{1f600}';
    return answer;
  }),
  'a giant cursor': changed((answer) => {
    for (const edge of connectionOf(answer)['fleet_edges'] ?? []) edge['fleet_cursor'] += 'z'.repeat(5_000);
    return answer;
  }),
  'a row without its key': changed((answer) => {
    for (const edge of connectionOf(answer)['fleet_edges'] ?? []) edge['fleet_row'] = null;
    return answer;
  }),
  'a total that is no number': changed((answer) => {
    Object.assign(connectionOf(answer), { totalCount: 'many' });
    return answer;
  }),
  'the promise of more without a row': changed((answer) => {
    Object.assign(connectionOf(answer), {
      fleet_edges: [],
      edges: [],
      nodes: [],
      fleet_page: { hasNextPage: true },
    });
    return answer;
  }),
};

describe('a node that answers a page with', () => {
  it.each(Object.entries(garbage))('%s costs its own rows and is named', async (_name, tamper) => {
    const { network } = threeNodes(tamper);
    const answer = await network.run(pages);
    expect(faultsOf(answer)).toEqual(['NODE_BAD_ANSWER bad']);
    expect(answer.errors?.[0]?.path).toEqual(['entities']);
    expect(namesIn(answer)).toEqual(goodNames);
    expect(answer.extensions?.['network']).toEqual({ asked: 3, answered: 2, failed: ['bad'] });
  });
});

const entities = `{ a: node(id: "n1") { stats { agents } } b: node(id: "bad") { stats { agents } } }`;

const badEntities: Readonly<Record<string, Tamper>> = {
  'no list': () => ({ data: { _entities: null } }),
  'too few': () => ({ data: { _entities: [] } }),
  'too many': changed((answer) => {
    answer.data['_entities']?.push(...(answer.data['_entities'] ?? []));
    return answer;
  }),
  'something else than objects': () => ({ data: { _entities: ['n1'] } }),
  'the wrong typename': changed((answer) => {
    for (const row of answer.data['_entities'] ?? []) Object.assign(row, { fleet_type: 'Agent' });
    return answer;
  }),
};

describe('a node that answers for entities with', () => {
  it.each(Object.entries(badEntities))('%s costs its own rows and is named', async (_name, tamper) => {
    const { network } = threeNodes(tamper);
    const answer = await network.run(entities);
    expect(faultsOf(answer)).toEqual(['NODE_BAD_ANSWER bad']);
    expect(answer.errors?.[0]?.path?.[0]).toBe('b');
    expect(answer.data).toEqual({ a: { stats: { agents: 1 } }, b: { stats: null } });
  });
});

describe("somebody else's rows", () => {
  it('are left out of a page, counted, and nothing after them is skipped', async () => {
    const { network, bad } = threeNodes();
    bad.rows.addEntity('n1', 'dev', 'NPC', 'a-stolen');
    bad.rows.addEntity('n1', 'dev', 'NPC', 'a-taken');
    const first = await network.run(pages);
    expect(faultsOf(first)).toEqual(['FOREIGN_ROWS bad']);
    expect(first.errors?.[0]?.extensions?.['rows']).toBe(2);
    expect(namesIn(first)).toEqual(['a-bad', 'a-n1', 'a-n2']);

    const seen = await pageThrough(network);
    expect(seen).toEqual(['a-bad', 'a-n1', 'a-n2', 'b-bad', 'b-n1', 'b-n2']);
  });

  it('are found out when the node shows the client another key than the gateway', async () => {
    const { network } = threeNodes(
      changed((answer) => {
        const [edge] = connectionOf(answer)['edges'] ?? [];
        Object.assign(edge?.['node'] as object, { id: 'n1/dev/npc/forged' });
        return answer;
      }),
    );
    const answer = await network.run('{ entities { edges { node { id } } } }');
    expect(faultsOf(answer)).toEqual(['FOREIGN_ROWS bad']);
    expect(JSON.stringify(answer.data)).not.toContain('forged');
  });

  it('are not taken for a reference', async () => {
    const { network } = threeNodes(
      changed((answer) => {
        for (const row of answer.data['_entities'] ?? []) Object.assign(row, { fleet_key: 'n1' });
        return answer;
      }),
    );
    const answer = await network.run(entities);
    expect(faultsOf(answer)).toEqual(['FOREIGN_ROWS bad']);
    expect(answer.data).toEqual({ a: { stats: { agents: 1 } }, b: { stats: null } });
  });

  it('are not taken for the answer of a routed field', async () => {
    const { network } = threeNodes(
      changed(({ data }) => {
        for (const row of Object.values(data))
          Object.assign(row, { name: 'stolen', fleet_key: 'n1/dev/npc/a' });
        return { data };
      }),
    );
    const answer = await network.run('{ entity(id: "bad/dev/npc/a-bad") { id name } }');
    expect(answer.data).toEqual({ entity: null });
    expect(faultsOf(answer)).toEqual(['FOREIGN_ROWS bad']);
  });

  it('are not taken inside rows and references', async () => {
    const { network, bad } = threeNodes();
    bad.rows.addEntity('n1', 'dev', 'NPC', 'stolen');
    const query = '{ node(id: "bad") { entities { nodes { id name } edges { node { id } } totalCount } } }';
    const answer = await network.run(query);
    expect(answer.data).toMatchObject({
      node: {
        entities: { nodes: [{ name: 'a-bad' }, { name: 'b-bad' }, null], edges: [{}, {}, { node: null }] },
      },
    });
    expect(answer.errors).toMatchObject([
      { path: ['node', 'entities', 'nodes', 2], extensions: { code: 'FOREIGN_ROWS', node: 'bad', rows: 2 } },
    ]);

    bad.tamper = changed(({ data }) => {
      for (const row of Object.values(data)[0] as unknown as Record<string, unknown>[])
        row['node'] = { id: 'n1' };
      return { data };
    });
    const listed = await network.run('{ brokenFiles { path node { id } } }');
    expect(listed.data).toMatchObject({
      brokenFiles: [{ node: { id: 'n1' } }, { node: null }, { node: { id: 'n2' } }],
    });
    expect(faultsOf(listed)).toEqual(['FOREIGN_ROWS bad']);
  });

  it('show an agent on the move once, where the directory has it', async () => {
    const { network, bad } = threeNodes();
    bad.rows.addAgent('dev', 'of-n1');
    const answer = await network.run('{ agents { nodes { id } totalCount } }');
    expect(answer.data).toEqual({
      agents: { nodes: [{ id: 'dev/of-bad' }, { id: 'dev/of-n1' }, { id: 'dev/of-n2' }], totalCount: 3 },
    });
    expect(network.lookups).toHaveLength(1);
  });
});

describe('a node that does not answer', () => {
  const dead: Readonly<Record<string, readonly [string, Tamper]>> = {
    'dies mid-answer': ['NODE_UNREACHABLE', () => Promise.reject(codedError('NODE_UNREACHABLE', 'lost'))],
    'sends too much': [
      'NODE_ANSWER_TOO_LARGE',
      () => Promise.reject(codedError('NODE_ANSWER_TOO_LARGE', 'big')),
    ],
    'breaks its link in another way': ['NODE_UNREACHABLE', () => Promise.reject(new TypeError('odd'))],
    'is silent past the deadline': ['NODE_TIMEOUT', () => new Promise(() => undefined)],
  };
  it.each(Object.entries(dead))('and %s costs its own rows', async (_name, [code, tamper]) => {
    const { network } = threeNodes(tamper);
    const answer = await network.run(pages, { timeLeftMs: 1_500 });
    expect(faultsOf(answer)).toEqual([`${code} bad`]);
    expect(namesIn(answer)).toEqual(goodNames);
  });

  it('because its link is down is not waited for', async () => {
    const { network, bad } = threeNodes(() => new Promise(() => undefined));
    bad.state = 'CONNECTING';
    const answer = await network.run(pages);
    expect(faultsOf(answer)).toEqual(['NODE_UNREACHABLE bad']);
    expect(bad.requests).toEqual([]);
  });

  it('because its SDL cannot be read is said to be incompatible', async () => {
    const { network, bad } = threeNodes();
    bad.publishedSdl = 'type Query {';
    expect(faultsOf(await network.run(pages))).toEqual(['NODE_INCOMPATIBLE bad']);
    bad.publishedSdl = undefined;
    bad.state = 'INCOMPATIBLE';
    expect(faultsOf(await network.run(pages))).toEqual(['NODE_INCOMPATIBLE bad']);
    expect(bad.requests).toEqual([]);
  });

  it('is given the time that is left, and the signal', async () => {
    const { network, bad } = threeNodes();
    const { signal } = new AbortController();
    await network.run(pages, { timeLeftMs: 5_000, signal });
    await network.run(pages);
    const [timed, untimed] = bad.requests;
    expect(timed?.timeoutMs).toBeGreaterThan(4_000);
    expect(timed?.timeoutMs).toBeLessThanOrEqual(5_000);
    expect(timed?.signal).toBe(signal);
    expect(untimed?.timeoutMs).toBe(10_000);
  });
});

describe('a node that fails again and again', () => {
  const breaker = { failures: 3, openMs: 50 };

  it('is left alone, tried once after a while, and taken back', async () => {
    let answers = false;
    const { network, bad } = threeNodes(
      (_request, next) => (answers ? next() : 'garbage'),
      new TestNetwork({ breaker }),
    );
    for (let failure = 0; failure < 3; failure++) {
      expect(faultsOf(await network.run(pages))).toEqual(['NODE_BAD_ANSWER bad']);
    }
    expect(faultsOf(await network.run(pages))).toEqual(['NODE_SUSPENDED bad']);
    expect(bad.requests).toHaveLength(3);

    answers = true;
    await expect.poll(async () => faultsOf(await network.run(pages)), { interval: 5 }).toEqual([]);
    expect(faultsOf(await network.run(pages))).toEqual([]);
  });

  it('lets one request through to find out, while others do without it', async () => {
    const { network, bad } = threeNodes(() => 'garbage', new TestNetwork({ breaker }));
    for (let failure = 0; failure < 3; failure++) await network.run(pages);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const probes: Promise<unknown>[] = [];
    bad.tamper = async (_request, next) => {
      await held;
      return next();
    };
    await expect
      .poll(
        () => {
          probes.push(network.run(pages));
          return bad.requests.length;
        },
        { interval: 5 },
      )
      .toBe(4);
    expect(faultsOf(await network.run(pages))).toEqual(['NODE_SUSPENDED bad']);
    release();
    await Promise.all(probes);
    expect(faultsOf(await network.run(pages))).toEqual([]);
  });

  it('in its own rules only is not left alone', async () => {
    const refuse = changed(({ data }) => {
      const [root = ''] = Object.keys(data);
      return {
        data: { [root]: null },
        errors: [{ message: 'no', path: [root], extensions: { code: 'FORBIDDEN' } }],
      };
    });
    const { network } = threeNodes(refuse, new TestNetwork({ breaker }));
    for (let run = 0; run < 5; run++) expect(faultsOf(await network.run(pages))).toEqual(['FORBIDDEN bad']);
  });

  it('because it was given no time is not left alone', async () => {
    const { network, bad } = threeNodes(() => new Promise(() => undefined), new TestNetwork({ breaker }));
    for (let run = 0; run < 5; run++) await network.run(pages, { timeLeftMs: 50 });
    bad.tamper = undefined;
    expect(faultsOf(await network.run(pages))).toEqual([]);
  });
});

describe('errors inside the answer of a node', () => {
  it('keep their code and come where the rows have gone', async () => {
    const { network } = threeNodes(
      changed(({ data }) => {
        const connection = connectionOf({ data });
        Object.assign(connection['nodes']?.[1] ?? {}, { name: null });
        Object.assign(connection['edges']?.[0] ?? {}, { node: null });
        const [root = ''] = Object.keys(data);
        const conflict = { message: 'x', path: [root, 'nodes', 1, 'name'], extensions: { code: 'CONFLICT' } };
        const moved = { message: 'y', path: [root, 'edges', 0, 'node'], extensions: { code: 'MOVED' } };
        return { data, errors: [conflict, moved] };
      }),
    );
    const answer = await network.run('{ entities(first: 5) { edges { node { id } } nodes { name } } }');
    expect(answer.errors).toMatchObject([
      { message: 'x', path: ['entities', 'nodes', 3, 'name'], extensions: { code: 'CONFLICT', node: 'bad' } },
      { message: 'y', path: ['entities', 'edges', 0, 'node'], extensions: { code: 'MOVED', node: 'bad' } },
    ]);
  });

  it('of rows that are not on the page are dropped', async () => {
    const { network } = threeNodes(
      changed(({ data }) => {
        const path = [...Object.keys(data), 'nodes', 1, 'name'];
        return { data, errors: [{ message: 'x', path, extensions: { code: 'CONFLICT' } }] };
      }),
    );
    expect(await network.run('{ entities(first: 2) { nodes { name } } }')).not.toHaveProperty('errors');
  });

  it('that are many are counted, and odd ones made ordinary', async () => {
    const errors: unknown[] = [
      7,
      { message: 'm'.repeat(9_000), path: { a: 1 }, extensions: { code: 'MADE_UP', secret: 'x' } },
    ];
    for (let one = 0; one < 500; one++) {
      errors.push({ message: `e${one}`, path: ['entities'], extensions: { code: 'CONFLICT' } });
    }
    const { network } = threeNodes(changed((answer) => ({ ...answer, errors })));
    const answer = await network.run(pages);
    expect(answer.errors?.length).toBeLessThanOrEqual(21);
    expect(JSON.stringify(answer.errors).length).toBeLessThan(6_000);
    expect(JSON.stringify(answer.errors)).not.toContain('secret');
    expect(answer.errors?.at(-1)?.extensions).toMatchObject({
      code: 'SUBGRAPH_FAILED',
      node: 'bad',
      rows: 482,
    });
  });
});

/** Names of all rows, by pages of three. */
async function pageThrough(network: TestNetwork): Promise<readonly string[]> {
  const names: string[] = [];
  let after: string | null = null;
  for (;;) {
    const query =
      'query ($after: String) { entities(first: 3, after: $after) { nodes { name } pageInfo { hasNextPage endCursor } } }';
    const { data } = await network.run(query, { variables: { after } });
    const { nodes, pageInfo } = (data as { entities: Page }).entities;
    names.push(...nodes.map(({ name }) => name));
    if (!pageInfo.hasNextPage) return names;
    after = pageInfo.endCursor;
  }
}

interface Page {
  readonly nodes: readonly { readonly name: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}
