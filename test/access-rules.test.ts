import type { ExecutionResult } from 'graphql';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { composeShapes } from '../gateway/compose/compose-shapes.ts';
import { decodeJwt } from 'jose';
import { createViewerTokens } from '../identity/viewer-tokens.ts';
import { newKey } from './support/node-keys.ts';
import { payloadOf } from '../gateway/links/link-call.ts';
import { readSdl } from '../schema/read-sdl.ts';
import type { ExecutableShape } from '../wire/executable-shape.ts';
import { type AccessRow, type Asker, accessTable, people } from './support/access-table.ts';
import { at, openWorld } from './support/open-world.ts';
import { postGraphql } from './support/post-graphql.ts';
import { addPerson, registryOnDisk } from './support/registry-on-disk.ts';
import { type RealNetwork, ada, startRealNetwork } from './support/start-real-network.ts';
import { trafficOnDisk } from './support/traffic-on-disk.ts';
import { codedError } from '../wire/coded-error.ts';
import { openReadyClient } from './support/websocket-server.ts';

// Nodes that start on a busy machine take their time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const askers = Object.keys(people) as Asker[];

/** `ok`, or the code of the first error. */
function answerIn(result: unknown): unknown {
  return at(result, 'errors', 0, 'extensions', 'code') ?? (at(result, 'data') ? 'ok' : result);
}

test('every guarded field stands in the table', () => {
  const shapes = (['registry', 'world', 'traffic'] as const).map((name) => ({ name, sdl: readSdl(name) }));
  const guarded = [...composeShapes(shapes).access.keys()];
  // These can be done once only: see registry-sessions.test.ts and agents-graph.test.ts.
  const elsewhere = ['Mutation.signOut', 'Mutation.deleteAgent'];
  expect([...new Set(accessTable.map(({ field }) => field)), ...elsewhere].toSorted()).toEqual(
    guarded.toSorted(),
  );
});

describe('through the gateway', () => {
  let network: RealNetwork;
  const tokens: Partial<Record<Asker, string>> = {};

  beforeAll(async () => {
    const { player, developer, admin } = people;
    network = await startRealNetwork({ others: [player, developer, admin] });
    for (const asker of askers) {
      const username = people[asker]?.username;
      if (username !== undefined) tokens[asker] = await signIn(username);
    }
    for (const name of ['scout', 'guard'])
      await must(`mutation { deployAgent(node: "harbour", input: { name: "${name}", code: "0" }) { id } }`);
    for (const name of ['lamp', 'rope'])
      await must(
        `mutation { createEntity(node: "harbour", input: { type: ITEM, name: "${name}", data: { name: "x" } }) { id } }`,
      );
    await must('mutation { sendMessage(input: { to: "ada/scout", body: 0 }) { id } }');
  });
  afterAll(() => network.close());

  async function signIn(username: string): Promise<string> {
    const query = `mutation { signIn(username: "${username}", password: "${ada.password}") { token } }`;
    return String(
      at((await postGraphql(`${network.url}/graphql`, { query })).body, 'data', 'signIn', 'token'),
    );
  }
  const headersOf = (asker: Asker): Record<string, string> => {
    const token = tokens[asker];
    return token === undefined ? {} : { authorization: `Bearer ${token}` };
  };
  async function must(query: string): Promise<void> {
    expect(
      (await postGraphql(`${network.url}/graphql`, { query }, headersOf('owner'))).body.errors,
    ).toBeUndefined();
  }
  async function firstEvent(query: string, asker: Asker) {
    const client = await openReadyClient(`${network.url.replace(/^http/, 'ws')}/graphql`, {
      headers: headersOf(asker),
    });
    client.send({ id: '1', type: 'subscribe', payload: { query } });
    const { type, payload } = await client.next();
    client.socket.close();
    return type === 'error' ? { errors: payload } : payload;
  }

  test.each(accessTable)('$field: $query', async ({ query, answers }) => {
    const got: Partial<Record<Asker, unknown>> = {};
    for (const asker of askers) {
      const result = query.startsWith('subscription')
        ? await firstEvent(query, asker)
        : (await postGraphql(`${network.url}/graphql`, { query }, headersOf(asker))).body;
      got[asker] = answerIn(result);
    }
    expect(got).toEqual(answers);
  });

  test('a token gets nobody further at the door of a node than a stranger', async () => {
    for (const { shape, query, straight = query } of accessTable) {
      if (query.startsWith('subscription')) continue;
      const url = shape === 'registry' ? network.url : network.harbourUrl;
      const { body } = await postGraphql(
        `${url}/subgraphs/${shape}`,
        { query: straight },
        headersOf('admin'),
      );
      expect([straight, answerIn(body)]).toEqual([straight, 'UNAUTHENTICATED']);
    }
  });
});

describe('straight at the shape of a node', () => {
  async function open(): Promise<Record<AccessRow['shape'], ExecutableShape>> {
    const world = await openWorld({ node: 'harbour' });
    const nowhere = async (): Promise<never> => {
      throw codedError('NODE_UNKNOWN', 'nowhere');
    };
    const mover = { node: 'harbour', owner: undefined, move: nowhere, drain: async () => 0 };
    const { traffic } = await trafficOnDisk({ mover });
    const { registry, db } = await registryOnDisk({
      readEntity: async () => ({ type: 'ITEM', owner: 'ada', data: {} }),
    });
    for (const person of Object.values(people)) if (person) await addPerson(db, person.username, person.role);
    const { owner } = people;
    await world.ask(
      'mutation { deployAgent(node: "harbour", input: { name: "scout", code: "0" }) { id } }',
      {},
      owner,
    );
    for (const name of ['lamp', 'rope'])
      await world.ask(
        'mutation ($name: String!) { createEntity(node: "harbour", input: { type: ITEM, name: $name, data: { name: "x" } }) { id } }',
        { name },
        owner,
      );
    const query = 'mutation { sendMessage(input: { to: "ada/scout", body: 0 }) { id } }';
    await traffic.shape.execute({ query, viewer: owner });
    return { registry: registry.shape, world: world.world.shape, traffic: traffic.shape };
  }

  async function firstOf(shape: ExecutableShape, query: string, asker: Asker): Promise<ExecutionResult> {
    const viewer = people[asker];
    if (!query.startsWith('subscription')) return shape.execute({ query, viewer });
    const outcome = await shape.subscribe({ query, viewer });
    if (!(Symbol.asyncIterator in outcome)) return outcome;
    const { value } = await outcome.next();
    await outcome.return?.();
    return value as ExecutionResult;
  }

  test('it is as through the gateway', async () => {
    const shapes = await open();
    for (const { shape, query, straight = query, answers } of accessTable) {
      for (const asker of askers) {
        const answer = answerIn(await firstOf(shapes[shape], straight, asker));
        expect([straight, asker, answer]).toEqual([straight, asker, answers[asker]]);
      }
    }
  });
});

test('no more of a viewer goes over a link than the name and the role', async () => {
  const viewer = { username: 'ada', role: 'DEVELOPER', session: 'secret' } as const;
  const token = await createViewerTokens({ key: newKey() }).tokenFor(viewer, 'harbour');
  expect(JSON.stringify(decodeJwt(token))).not.toContain('secret');
  const request = { shape: 'world', query: '{ totals { nodes } }', viewer };
  expect(JSON.stringify(payloadOf(request, { viewerToken: token }))).not.toContain('secret');
});
