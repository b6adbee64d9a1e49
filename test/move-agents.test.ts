import { randomBytes } from 'node:crypto';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { connect } from '../client/connect.ts';
import { MovesDocument } from '../client/generated/graphql.ts';
import type { MovingOptions } from '../nodes/moving/join-moves.ts';
import { unpackCheckpoint } from '../nodes/moving/pack-checkpoint.ts';
import type { MovePoint } from '../nodes/moving/moving-options.ts';
import { openNodeTables, openRegistryTables } from '../nodes/open-tables.ts';
import { deferred } from '../wire/deferred.ts';
import { startNetwork, type Network } from './support/start-network.ts';
import { untilGraph } from './support/until-graph.ts';

const agent = 'developer/guard';
const code = 'export function message() {}';

/** Of these kinds; what they are called is what they are. */
async function network(kinds: Readonly<Record<string, 'trusted' | 'local'>>, options: MovingOptions = {}) {
  const started = await startNetwork({}, options);
  for (const [name, kind] of Object.entries(kinds)) {
    await started.join(name, { kind, hosting: 'network' }, options);
    await online(started, name);
  }
  return started;
}

const online = (started: Network, id: string) =>
  untilGraph(started.initial.url, '{ nodes(status: ONLINE) { nodes { id } } }', (data) =>
    expect(data).toMatchObject({ nodes: { nodes: expect.arrayContaining([{ id }]) as unknown } }),
  );

async function deploy(started: Network, node: string, input: Record<string, unknown> = {}): Promise<void> {
  await started.ask(
    'mutation ($node: ID!, $input: DeployAgentInput!) { deployAgent(node: $node, input: $input) { id } }',
    { node, input: { name: 'guard', code, memory: { of: 'guard' }, ...input } },
    'DEVELOPER',
  );
}

async function move(started: Network, to: string, id = agent): Promise<string> {
  const query = 'mutation ($id: ID!, $to: ID!) { moveAgent(id: $id, to: $to) { id state to { id } } }';
  const { moveAgent } = Object(await started.ask(query, { id, to }, 'DEVELOPER'));
  expect(moveAgent).toMatchObject({ state: 'COPYING', to: { id: to } });
  return moveAgent.id;
}

async function stateOf(started: Network, id = agent) {
  const query = 'query ($id: ID!) { agent(id: $id) { epoch node { id } memory move { state } } }';
  return Object(await started.ask(query, { id }, 'DEVELOPER')).agent;
}

/** Until it lives there and is on no move. */
const settled = (started: Network, node: string, id = agent) =>
  vi.waitFor(
    async () => expect(await stateOf(started, id)).toMatchObject({ node: { id: node }, move: null }),
    { timeout: 10_000, interval: 20 },
  );

const send = async (started: Network, body: unknown) => {
  const query = 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { state } }';
  return started.ask(query, { input: { to: agent, body, id: `m${String(body)}` } }, 'DEVELOPER');
};

async function bodies(started: Network): Promise<unknown[]> {
  const query = 'query ($agent: ID!) { inbox(agent: $agent, first: 1000) { nodes { body } } }';
  const { inbox } = Object(await started.ask(query, { agent }, 'DEVELOPER'));
  return (inbox.nodes as { body: unknown }[]).map(({ body }) => body);
}

describe('an agent', () => {
  test.for([
    ['between nodes that can be dialled', { rome: 'trusted', oslo: 'trusted' }, 'rome', 'oslo'],
    ['from a laptop to a node that can be dialled', { rome: 'local', oslo: 'trusted' }, 'rome', 'oslo'],
    ['to a laptop', { rome: 'trusted', oslo: 'local' }, 'rome', 'oslo'],
    ['from laptop to laptop', { rome: 'local', oslo: 'local' }, 'rome', 'oslo'],
    ['to the initial node', { rome: 'trusted' }, 'rome', 'initial'],
    ['from the initial node to a laptop', { oslo: 'local' }, 'initial', 'oslo'],
  ] as const)('moves %s, with all that it has', async ([, kinds, from, to]) => {
    const started = await network(kinds);
    await deploy(started, from);
    for (let i = 0; i < 5; i += 1) await send(started, i);
    await move(started, to);
    await settled(started, to);
    expect(await stateOf(started)).toEqual({
      epoch: 2,
      node: { id: to },
      memory: { of: 'guard' },
      move: null,
    });
    expect(await bodies(started)).toEqual([0, 1, 2, 3, 4]);
    await move(started, from);
    await settled(started, from);
    expect(await stateOf(started)).toMatchObject({ epoch: 3 });
    expect(await bodies(started)).toEqual([0, 1, 2, 3, 4]);
  });

  test('that moves to and fro is found and written to by everybody, without an error', async () => {
    const started = await network({ rome: 'trusted', oslo: 'trusted' });
    await deploy(started, 'rome');
    let isOver = false;
    const sent: number[] = [];
    const sending = (async () => {
      for (let i = 0; !isOver; i += 1) {
        await send(started, i);
        sent.push(i);
      }
    })();
    const looking = (async () => {
      while (!isOver) expect(await stateOf(started)).toMatchObject({ memory: { of: 'guard' } });
    })();
    const client = connect(started.initial.url);
    onTestFinished(() => client.close());
    const watch = async (count: number, after?: string) => {
      const seen: string[] = [];
      const cursors: string[] = [];
      for await (const { data } of client.feed(MovesDocument, { agent, after: after ?? null })) {
        seen.push(`${data.moves?.move?.to?.id} ${data.moves?.state}`);
        cursors.push(data.moves?.cursor ?? '');
        if (seen.length === count) break;
      }
      return { seen, cursors };
    };
    const stops = ['oslo', 'rome', 'oslo', 'rome'];
    const watched = watch(4 * stops.length);
    for (const to of stops) {
      await move(started, to);
      await settled(started, to);
    }
    isOver = true;
    await Promise.all([sending, looking]);
    const { seen, cursors } = await watched;
    expect(seen).toEqual(
      stops.flatMap((to) => ['COPYING', 'FREEZING', 'COMMITTED', 'DONE'].map((state) => `${to} ${state}`)),
    );
    // Two who come back behind the same event share what they are told, and each gets all of it.
    const again = [1, 2].map(() => watch(seen.length - 6, cursors[5]));
    for (const { seen: rest } of await Promise.all(again)) expect(rest).toEqual(seen.slice(6));
    await vi.waitFor(
      async () => expect((await bodies(started)).toSorted((a, b) => Number(a) - Number(b))).toEqual(sent),
      { timeout: 10_000, interval: 50 },
    );
  });

  test('that the other node refuses goes on where it was, with a line in its log that says why', async () => {
    const started = await network({ rome: 'trusted' });
    await started.join('oslo', { kind: 'trusted', hosting: 'owner' });
    await online(started, 'oslo');
    await deploy(started, 'rome');
    await move(started, 'oslo');
    await settled(started, 'rome');
    expect(await stateOf(started)).toMatchObject({ epoch: 1 });
    const tables = await openNodeTables(started.place('rome'));
    // The registry has given it up before its home hears of that.
    await vi.waitFor(
      async () => {
        const lines = await tables.db.selectFrom('agent_logs').select('text').execute();
        expect(lines.map(({ text }) => text).join()).toContain('The move to oslo was given up');
      },
      { timeout: 10_000, interval: 20 },
    );
    await tables.close();
    expect(
      await started.ask('mutation { sendMessage(input: { to: "developer/guard", body: 1 }) { state } }'),
    ).toEqual({
      sendMessage: { state: 'STORED' },
    });
  });

  test('that is to go to a node which is away stays', { timeout: 30_000 }, async () => {
    const started = await network({ rome: 'trusted' });
    const oslo = await started.join('oslo', { kind: 'trusted' });
    await online(started, 'oslo');
    await deploy(started, 'rome');
    await oslo.close();
    await move(started, 'oslo');
    await settled(started, 'rome');
    expect(await stateOf(started)).toMatchObject({ epoch: 1 });
  });

  test('is not moved by strangers, not twice at once, and not to where it is', async () => {
    const points: MovePoint[] = [];
    let goOn = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const onPoint = async (point: MovePoint) => {
      points.push(point);
      if (point === 'before freeze') await held;
    };
    const started = await network({ rome: 'trusted', oslo: 'trusted' }, { onPoint });
    await deploy(started, 'rome');
    const query = 'mutation ($to: ID!) { moveAgent(id: "developer/guard", to: $to) { id } }';
    const code = (to: string, role: 'DEVELOPER' | 'PLAYER') =>
      started.ask(query, { to }, role).then(
        () => 'none',
        (error: Error) => /"code":"(\w+)"/.exec(error.message)?.[1],
      );
    expect(await code('oslo', 'PLAYER')).toBe('FORBIDDEN');
    expect(await code('rome', 'DEVELOPER')).toBe('BAD_USER_INPUT');
    expect(await code('atlantis', 'DEVELOPER')).toBe('NODE_UNKNOWN');
    await move(started, 'oslo');
    await vi.waitFor(() => expect(points).toContain('before freeze'));
    goOn();
    await settled(started, 'oslo');
  });
});

describe('a node', () => {
  test('that is drained has no agents any more', async () => {
    const started = await network({ rome: 'trusted', oslo: 'trusted' });
    const names = Array.from({ length: 12 }, (_, i) => `agent-${i}`);
    for (const name of names) await deploy(started, 'rome', { name });
    const query = 'mutation { drainNode(id: "rome", to: "oslo") }';
    await expect(started.ask(query, {}, 'DEVELOPER')).rejects.toThrow('FORBIDDEN');
    expect(await started.ask(query)).toEqual({ drainNode: 12 });
    for (const name of names) await settled(started, 'oslo', `developer/${name}`);
  });

  test('that was stopped before it had cleared away does so before the agent comes back', async () => {
    const heard = deferred<void>();
    const copied = deferred<void>();
    let isOnItsWayBack = false;
    const started = await network(
      { oslo: 'trusted' },
      {
        onPoint: (point) => {
          if (point === 'after copy' && isOnItsWayBack) copied.resolve();
          return point === 'before copy' && isOnItsWayBack ? heard.promise : undefined;
        },
      },
    );
    const rome = await started.join(
      'rome',
      { kind: 'trusted', hosting: 'network' },
      {
        onPoint: (point) => {
          if (point === 'before release') throw new Error('It is too late');
        },
      },
    );
    await online(started, 'rome');
    await deploy(started, 'rome');
    await send(started, 1);
    await move(started, 'oslo');
    await settled(started, 'oslo');
    await rome.close();
    isOnItsWayBack = true;
    const back = await move(started, 'rome');
    const order: MovePoint[] = [];
    await started.join(
      'rome',
      { kind: 'trusted', hosting: 'network' },
      {
        onPoint: (point) => void order.push(point),
        registry: (registry) => ({
          ...registry,
          onMove: (listener) =>
            registry.onMove((told) => {
              listener(told);
              if (told.id === back) heard.resolve();
            }),
          // What was cut short is learned after what is new.
          find: async (id) => {
            if (id !== back) await copied.promise;
            return registry.find(id);
          },
        }),
      },
    );
    await settled(started, 'rome');
    expect(order.slice(0, 3)).toEqual(['before release', 'after release', 'before accept']);
    expect(await bodies(started)).toEqual([1]);
  });

  test(
    'that is lost gives up its agents to an admin, and finds them gone when it comes back',
    { timeout: 30_000 },
    async () => {
      const options = { checkpointEveryMs: 50 };
      const started = await network({ oslo: 'trusted' }, options);
      const rome = await started.join('rome', { kind: 'trusted' }, options);
      await online(started, 'rome');
      // More than fits into one request, however well it is packed.
      const memory = { of: 'guard', filling: randomBytes(700_000).toString('base64') };
      await deploy(started, 'rome', { memory });
      await send(started, 1);
      const recover =
        'mutation { recoverAgent(id: "developer/guard", to: "oslo") { checkpointAt lost agent { epoch } } }';
      const found = async () => {
        const { recoverAgent } = Object(await started.ask(recover));
        return recoverAgent;
      };
      // What it is made anew from has the message.
      const tables = await openRegistryTables(started.place('initial'));
      await vi.waitFor(
        async () => {
          const { data } = await tables.db.selectFrom('checkpoints').select('data').executeTakeFirstOrThrow();
          expect(JSON.parse(await unpackCheckpoint(data))).toMatchObject({
            copy: { messages: [{ body: '1' }] },
          });
        },
        { timeout: 10_000, interval: 20 },
      );
      await tables.close();
      await rome.close();
      expect(await vi.waitFor(found, { timeout: 5_000 })).toMatchObject({ agent: { epoch: 2 } });
      await settled(started, 'oslo');
      expect(await bodies(started)).toEqual([1]);
      expect(await stateOf(started)).toMatchObject({ memory });
      await started.join('rome', { kind: 'trusted' }, options);
      await online(started, 'rome');
      await send(started, 2);
      expect(await bodies(started)).toEqual([1, 2]);
      expect(await stateOf(started)).toMatchObject({ epoch: 2, node: { id: 'oslo' } });
    },
  );
});
