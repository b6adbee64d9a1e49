import { expect, test, vi } from 'vitest';
import { at } from './support/open-world.ts';
import { postGraphql } from './support/post-graphql.ts';
import { type Network, startNetwork } from './support/start-network.ts';
import { openReadyClient } from './support/websocket-server.ts';

// Nodes and processes that start on a busy machine take their time.
vi.setConfig({ testTimeout: 60_000 });

const greeter = `interface Hello { readonly name: string }
export function start() {
  enter(self.node + '/admin/location/square');
}
export function message({ body }: { body: Hello }) {
  memory.met = [...(memory.met ?? []), body.name];
  say('Hello, ' + body.name);
  log('met', body.name);
  if (body.name === 'trouble') throw new Error('go away');
}
`;

/** The events of a stream, as admins get them. */
async function follow({ initial }: Network, query: string): Promise<() => Promise<unknown>> {
  const signIn = 'mutation { signIn(username: "admin", password: "correct horse") { token } }';
  const { body } = await postGraphql(`${initial.url}/graphql`, { query: signIn });
  const token = String(at(body, 'data', 'signIn', 'token'));
  const client = await openReadyClient(`${initial.url.replace(/^http/, 'ws')}/graphql`, {
    headers: { authorization: `Bearer ${token}` },
  });
  client.send({ id: '1', type: 'subscribe', payload: { query } });
  return async () => at(await client.next(), 'payload', 'data');
}

test('a program in TypeScript runs behind its wall, is heard where it is, and its failures name its lines', async () => {
  const network = await startNetwork();
  const ask: Network['ask'] = (query, variables) => network.ask(query, variables);
  const { node } = network.initial;
  const square = `${node}/admin/location/square`;
  await ask(
    'mutation ($node: ID!) { createEntity(node: $node, input: { type: LOCATION, name: "square", data: {} }) { id } }',
    { node },
  );
  const nextHappening = await follow(
    network,
    `subscription { happenings(location: "${square}") { kind agent text } }`,
  );
  await ask(
    'mutation ($node: ID!, $code: String!) { deployAgent(node: $node, input: { name: "greeter", code: $code, start: true }) { id } }',
    { node, code: greeter },
  );
  const agent = 'admin/greeter';
  expect(await nextHappening()).toEqual({ happenings: { kind: 'ENTERED', agent, text: null } });
  expect(await ask(`{ presence(location: "${square}") { id location } }`)).toEqual({
    presence: [{ id: agent, location: square }],
  });

  const nextLine = await follow(network, `subscription { agentLog(agent: "${agent}") { level text } }`);
  expect(await nextLine()).toMatchObject({ agentLog: { level: 'info' } });
  for (const name of ['ada', 'trouble', 'bob'])
    await ask('mutation ($body: JSON!) { sendMessage(input: { to: "admin/greeter", body: $body }) { id } }', {
      body: { name },
    });
  for (const name of ['ada', 'bob'])
    expect(await nextHappening()).toEqual({ happenings: { kind: 'SAID', agent, text: `Hello, ${name}` } });
  expect(await nextLine()).toEqual({ agentLog: { level: 'info', text: 'met ada' } });
  expect(await nextLine()).toEqual({ agentLog: { level: 'info', text: 'met trouble' } });
  expect(await nextLine()).toEqual({
    agentLog: { level: 'error', text: expect.stringMatching(/go away\n.*:9:/s) },
  });
  expect(await nextLine()).toEqual({ agentLog: { level: 'info', text: 'met bob' } });
  const run = 'mutation { runInAgent(id: "admin/greeter", code: "memory.met.join()") { result error } }';
  expect(await ask(run)).toEqual({ runInAgent: { result: 'ada,bob', error: null } });
});
