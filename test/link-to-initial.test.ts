import { expect, onTestFinished, test } from 'vitest';
import { type NetworkClientOptions, type NetworkStatus, connectToInitial } from '../nodes/network-client.ts';
import { EventLog } from './support/event-log.ts';
import { afterWelcome, type Reply, startFalseNode } from './support/false-node.ts';
import { plainDial } from './support/link-node.ts';
import { newKey } from './support/node-keys.ts';

function connect(port: number, options: Partial<NetworkClientOptions> = {}) {
  const statuses = new EventLog<NetworkStatus>();
  const client = connectToInitial({
    dial: plainDial(port),
    key: newKey(),
    registration: () => ({ name: 'rome', kind: 'LOCAL', port: 4001 }),
    onStatus: (status) => statuses.push(status),
    retryFirstMs: 1,
    retryCapMs: 1,
    ...options,
  });
  onTestFinished(() => client.close());
  return { client, statuses };
}

const answer =
  (payload: unknown): Reply =>
  ({ id, type }, socket) => {
    if (type !== 'subscribe') return;
    socket.send(JSON.stringify({ id, type: 'next', payload }));
    socket.send(JSON.stringify({ id, type: 'complete' }));
  };
const refusal = (code: string) => answer({ errors: [{ message: `No: ${code}`, extensions: { code } }] });
const unreachable = { extensions: { code: 'INITIAL_UNREACHABLE' } };

test.each(['JOIN_REFUSED', 'NODE_REVOKED', 'NODE_RETIRED', 'BAD_SIGNATURE', 'BAD_USER_INPUT'])(
  'a node that is refused by %s says so and does not come again',
  async (code) => {
    const initial = await startFalseNode(afterWelcome(refusal(code)));
    const { client, statuses } = connect(initial.port);
    await statuses.until(({ phase }) => phase === 'REFUSED');
    await client.close();
    expect(statuses.entries[0]).toEqual({ phase: 'REFUSED', problem: `No: ${code}` });
    expect(initial.connections()).toBe(1);
  },
);

test.each<[string, Reply]>([
  ['is too busy', refusal('RATE_LIMITED')],
  ['has a fault', refusal('INTERNAL_SERVER_ERROR')],
  ['answers with a code that nobody knows', refusal('WHATEVER')],
  ['answers with something else', answer({ data: { registerNode: { node: 'rome' } } })],
  ['answers with what is no result', answer({ data: 7 })],
  ['answers with garbage', (_, socket) => socket.send('garbage')],
  ['hangs up', (_, socket) => socket.close(1000)],
])('a node whose initial node %s comes again', async (_, reply) => {
  const asked = new EventLog<number>();
  const initial = await startFalseNode(
    afterWelcome((message, socket) => {
      asked.push(asked.entries.length);
      reply(message, socket);
    }),
  );
  const { client } = connect(initial.port);
  await asked.has(2);
  expect(client.status).toMatchObject({ phase: 'CONNECTING' });
  await expect(client.claimAgent('ada/guard')).rejects.toMatchObject(unreachable);
});

test('a node asks in vain while nobody is there, and after it was closed', async () => {
  const { client } = connect(1);
  await expect(client.releaseAgent('ada/guard')).rejects.toMatchObject(unreachable);
  await client.close();
  await expect(client.agentHomes([])).rejects.toMatchObject(unreachable);
  expect(client.status).toEqual({ phase: 'CLOSED' });
});
