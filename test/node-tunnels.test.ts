import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onTestFinished, describe, expect, test } from 'vitest';
import { postGraphql } from './support/post-graphql.ts';
import { startNetwork } from './support/start-network.ts';
import { untilGraph } from './support/until-graph.ts';

const picture = '{ nodes { nodes { id status port proxy { id } stats { agents } } } }';

describe('a node that nobody can dial', () => {
  test('is a full member through its tunnel at the initial node', async () => {
    const network = await startNetwork();
    await network.join('laptop', { kind: 'local' });
    await untilGraph(network.initial.url, picture, (data) =>
      expect(data).toMatchObject({
        nodes: {
          nodes: [
            { id: 'initial' },
            { id: 'laptop', status: 'ONLINE', port: null, proxy: { id: 'initial' }, stats: { agents: 0 } },
          ],
        },
      }),
    );
  });

  test('is a full member through its tunnel at another node', async () => {
    const network = await startNetwork();
    await network.join('gate', { kind: 'proxy' });
    await network.join('laptop', { kind: 'local', proxy: 'gate' });
    await untilGraph(network.initial.url, picture, (data) =>
      expect(data).toMatchObject({
        nodes: {
          nodes: [
            { id: 'initial' },
            { id: 'gate' },
            { id: 'laptop', status: 'ONLINE', proxy: { id: 'gate' }, stats: { agents: 0 } },
          ],
        },
      }),
    );
  });

  test('can be tunnelled by stock ssh', async () => {
    const network = await startNetwork();
    const laptop = await network.join('laptop', { kind: 'local', tunnel: 'external' });
    const to = new URL(laptop.url).port;
    const options = [
      'IdentitiesOnly=yes',
      'StrictHostKeyChecking=no',
      'UserKnownHostsFile=/dev/null',
      'ExitOnForwardFailure=yes',
    ];
    const ssh = spawn('ssh', [
      '-N',
      '-R',
      `laptop:1:127.0.0.1:${to}`,
      '-p',
      String(network.port),
      '-i',
      join(network.place('laptop'), 'id_ed25519'),
      ...options.flatMap((option) => ['-o', option]),
      'node@127.0.0.1',
    ]);
    onTestFinished(async () => {
      const ended = once(ssh, 'exit');
      ssh.kill();
      await ended;
    });
    await untilGraph(network.initial.url, picture, (data) =>
      expect(data).toMatchObject({
        nodes: { nodes: [{ id: 'initial' }, { status: 'ONLINE', proxy: { id: 'initial' } }] },
      }),
    );
  });

  test('is offline as soon as it has gone, and answers for nothing', async () => {
    const network = await startNetwork();
    const laptop = await network.join('laptop', { kind: 'local' });
    await untilGraph(network.initial.url, picture, (data) =>
      expect(data).toMatchObject({ nodes: { nodes: [{}, { status: 'ONLINE' }] } }),
    );
    await laptop.close();
    const { body } = await postGraphql(`${network.initial.url}/graphql`, { query: picture });
    expect(body).toMatchObject({ data: { nodes: { nodes: [{}, { status: 'OFFLINE' }] } } });
  });
});
