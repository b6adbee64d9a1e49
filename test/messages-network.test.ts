import { describe, expect, test } from 'vitest';
import { startNetwork, type Network } from './support/start-network.ts';
import { untilGraph } from './support/until-graph.ts';

const deploy = (network: Network, node: string, name: string) =>
  network.ask(
    'mutation ($node: ID!, $name: String!) { deployAgent(node: $node, input: { name: $name, code: "0" }) { id } }',
    { node, name },
    'DEVELOPER',
  );

const send = async (network: Network, input: Record<string, unknown>) => {
  const query =
    'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { id state sequence duplicate } }';
  const { sendMessage } = Object(await network.ask(query, { input }, 'DEVELOPER'));
  return Object(sendMessage);
};

const inbox = async (network: Network, agent: string) => {
  const query =
    'query ($agent: ID!) { inbox(agent: $agent) { nodes { body sequence sender { username } from { id } } } }';
  const { inbox: page } = Object(await network.ask(query, { agent }, 'DEVELOPER'));
  return page.nodes;
};

const online = (network: Network, id: string) =>
  untilGraph(network.initial.url, '{ nodes(status: ONLINE) { nodes { id } } }', (data) =>
    expect(data).toMatchObject({ nodes: { nodes: expect.arrayContaining([{ id }]) as unknown } }),
  );

describe('a message', () => {
  test('of a person is stored at the home of the agent, and again as a duplicate', async () => {
    const network = await startNetwork();
    await network.join('harbour', { kind: 'trusted' });
    await online(network, 'harbour');
    await deploy(network, 'harbour', 'guard');
    const input = { to: 'developer/guard', body: { n: 1 }, id: 'a' };
    expect(await send(network, input)).toEqual({ id: 'a', state: 'STORED', sequence: 1, duplicate: false });
    expect(await send(network, input)).toEqual({ id: 'a', state: 'STORED', sequence: 1, duplicate: true });
    expect(await inbox(network, 'developer/guard')).toEqual([
      { body: { n: 1 }, sequence: 1, sender: { username: 'developer' }, from: null },
    ]);
  });

  test('to a home that is away waits at the initial node, and comes in order when it is back', async () => {
    const network = await startNetwork();
    const harbour = await network.join('harbour', { kind: 'trusted' });
    await online(network, 'harbour');
    await deploy(network, 'harbour', 'guard');
    await harbour.close();
    for (const n of [1, 2, 3]) {
      expect(await send(network, { to: 'developer/guard', body: n })).toMatchObject({
        state: 'QUEUED',
        sequence: null,
      });
    }
    await network.join('harbour', { kind: 'trusted' });
    await online(network, 'harbour');
    expect(await send(network, { to: 'developer/guard', body: 4 })).toMatchObject({ duplicate: false });
    const query = '{ nodes { nodes { id } } }';
    await untilGraph(network.initial.url, query, () => undefined);
    for (;;) {
      const rows = await inbox(network, 'developer/guard');
      if (rows.length < 4) continue;
      expect(rows.map(({ body }: { body: unknown }) => body)).toEqual([1, 2, 3, 4]);
      break;
    }
  });

  test.each([
    ['between two nodes that can dial each other', { kind: 'trusted' }],
    ['between two nodes of which one is behind a tunnel', { kind: 'local', hosting: 'network' }],
    ['between two nodes that talk through the initial node only', { kind: 'trusted', directMessages: false }],
  ])('of an agent arrives, %s', async (_, flags) => {
    const network = await startNetwork();
    await network.join('harbour', { kind: 'trusted' });
    await network.join('forest', flags);
    await online(network, 'harbour');
    await online(network, 'forest');
    await deploy(network, 'harbour', 'guard');
    await deploy(network, 'forest', 'scout');
    for (const [from, to] of [
      ['developer/scout', 'developer/guard'],
      ['developer/guard', 'developer/scout'],
    ] as const) {
      for (const n of [1, 2, 3]) {
        expect(await send(network, { from, to, body: n })).toMatchObject({ state: 'STORED', sequence: n });
      }
      expect(await inbox(network, to)).toMatchObject([
        { body: 1, sender: { username: 'developer' }, from: { id: from } },
        { body: 2 },
        { body: 3 },
      ]);
    }
  });
});
