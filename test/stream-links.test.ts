import { expect, onTestFinished, test } from 'vitest';
import { createNetworkReport } from '../gateway/execute/network-report.ts';
import { readFleetShape } from '../gateway/fleet/directives.ts';
import { NodeVersions } from '../gateway/fleet/node-versions.ts';
import { prepareFleetStream } from '../gateway/fleet/streams/prepare-fleet-stream.ts';
import { createRoster } from '../gateway/links/roster.ts';
import { openWebSocketLink } from '../gateway/links/websocket-link.ts';
import { readSdl } from '../schema/read-sdl.ts';
import { parse } from 'graphql';
import { startCuttableProxy } from './support/cuttable-proxy.ts';
import {
  type Inboxes,
  createInboxes,
  createNodeShape,
  cursorOf,
  streamSdl,
} from './support/stream-network.ts';
import { startLinkNode } from './support/link-node.ts';

const agent = 'ada/bot';
const text = `subscription { messages(agent: "${agent}") { body } }`;

/** A node in front of which the network can be cut, and the gateway's link to it. */
async function startNode(node: string, inboxes: Inboxes) {
  const published = createNodeShape(node, inboxes);
  const server = await startLinkNode({ node, shapes: [published.shape] });
  const proxy = await startCuttableProxy(server.port);
  const link = openWebSocketLink({
    node,
    dial: () => server.dial(proxy.port),
    retryFirstMs: 5,
    retryCapMs: 20,
  });
  onTestFinished(async () => {
    await link.close();
    await proxy.close();
  });
  return {
    link,
    proxy,
    /** Stops it and starts it again on the same port. */
    restart: async () => {
      await server.close();
      await startLinkNode({ node, shapes: [published.shape], port: server.port });
    },
  };
}

test('a feed over real links brings every message once and in order through cuts, restarts and moves', async () => {
  const inboxes = createInboxes();
  const [n1, n2] = [await startNode('n1', inboxes), await startNode('n2', inboxes)];
  const roster = createRoster({ onFault: (fault) => expect(fault).toBeUndefined() });
  roster.add(n1.link);
  roster.add(n2.link);
  const shape = readFleetShape({ name: 'traffic', sdl: `${streamSdl}\n${readSdl('fleet')}` }, 'n1');
  const prepared = prepareFleetStream({
    fetch: { subgraph: 'traffic', kind: 'subscription', document: parse(text), text, isEntityFetch: false },
    shape,
    roster,
    directory: inboxes.directory,
    versions: new NodeVersions(shape),
  });
  inboxes.move(agent, 'n1');
  const stream = prepared.subscribe(
    {},
    { viewer: undefined, deadline: Infinity, signal: undefined, network: createNetworkReport() },
  );
  onTestFinished(async () => void (await stream.return?.()));
  let published = 0;
  const seen: (string | undefined)[] = [];
  const exchange = async (count: number, meanwhile: () => unknown) => {
    for (let message = 0; message < count; message += 1) inboxes.publish(agent, (published += 1));
    await meanwhile();
    for (let message = 0; message < count; message += 1) inboxes.publish(agent, (published += 1));
    while (seen.length < published) {
      const step = await stream.next();
      if (step.done) throw new Error('The feed ended');
      seen.push(step.value.cursor);
    }
  };

  await exchange(5, () => undefined);
  await exchange(20, () => n1.proxy.cut());
  await exchange(20, () => n1.restart());
  await exchange(20, () => inboxes.move(agent, 'n2'));
  await exchange(20, () => {
    n2.proxy.cut();
    inboxes.move(agent, 'n1');
    n1.proxy.cut();
  });
  // More than a link keeps for one that does not read: the stream is opened again behind what was read.
  await exchange(1_000, () => undefined);

  expect(seen).toEqual(Array.from({ length: published }, (_, index) => cursorOf(index + 1)));
});
