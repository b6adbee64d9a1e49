import { once } from 'node:events';
import { connect } from 'node:net';
import { onTestFinished, describe, expect, test } from 'vitest';
import { createNodeCertificate } from '../identity/node-certificate.ts';
import type { NodeKey } from '../identity/node-key.ts';
import { mintViewerToken } from '../identity/viewer-token.ts';
import type { Viewer } from '../wire/viewer.ts';
import { postGraphql } from './support/post-graphql.ts';
import { secure } from '../identity/peer-tls.ts';
import { openWebSocketLink } from '../gateway/links/websocket-link.ts';
import { type TunnelStatus, openTunnel } from '../tunnel/tunnel-client.ts';
import { dialTcp } from '../wire/dial.ts';
import { EventLog } from './support/event-log.ts';
import { newKey } from './support/node-keys.ts';
import { startNetwork } from './support/start-network.ts';
import { startTappedProxy } from './support/tapped-proxy.ts';
import { untilGraph } from './support/until-graph.ts';

/** A link as the initial node would have it, but with this key. */
async function linkWith(
  key: NodeKey,
  port: number,
  tokenFor?: (viewer: Viewer, node: string) => Promise<string>,
) {
  const certificate = await createNodeCertificate(key);
  const problems = new EventLog<string>();
  const link = openWebSocketLink({
    node: 'harbour',
    tokenFor,
    dial: async () =>
      secure(await dialTcp({ host: '127.0.0.1', port }, 3_000), {
        certificate,
        accepts: () => true,
        timeoutMs: 3_000,
      }),
    random: () => {
      problems.push(link.problem ?? '');
      return 1;
    },
  });
  onTestFinished(() => link.close());
  return { link, problems };
}

const portOf = ({ url }: { readonly url: string }) => Number(new URL(url).port);

describe("a node's port", () => {
  test("lets no link in with a key that is not the initial node's", async () => {
    const network = await startNetwork();
    const harbour = await network.join('harbour', { kind: 'trusted' });
    const { link, problems } = await linkWith(newKey(), portOf(harbour));
    await problems.until(() => true);
    expect(link).toMatchObject({ state: 'CONNECTING', problem: 'Forbidden' });
    const right = await linkWith(network.keyOf('initial'), portOf(harbour));
    await new Promise<void>((resolve) => void right.link.onStateChange(() => resolve()));
    expect(right.link.state).toBe('UP');
  });

  test('serves another member nothing but what is for members', async () => {
    const network = await startNetwork();
    const harbour = await network.join('harbour', { kind: 'trusted' });
    await network.join('forest', { kind: 'trusted' });
    const { link } = await linkWith(network.keyOf('forest'), portOf(harbour));
    await new Promise<void>((resolve) => void link.onStateChange(() => resolve()));
    expect(link.state).toBe('UP');
    expect(await link.execute({ shape: 'world', query: '{ totals { nodes } }' })).toMatchObject({
      errors: [{ extensions: { code: 'SUBGRAPH_FAILED' } }],
    });
  });

  test('wants a certificate', async () => {
    const network = await startNetwork();
    const harbour = await network.join('harbour', { kind: 'trusted' });
    const socket = connect(portOf(harbour), '127.0.0.1');
    socket.on('error', () => undefined);
    // A ClientHello that offers our protocol and stops there.
    socket.write(Buffer.from('160301000401000000', 'hex'));
    const answered: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => void answered.push(chunk));
    await once(socket, 'close');
    expect(Buffer.concat(answered).includes('HTTP')).toBe(false);
  });
});

describe("a person's identity on its way to a node", () => {
  const viewer = { username: 'developer', role: 'DEVELOPER' } as const;
  const query =
    'mutation { createEntity(node: "harbour", input: { type: ITEM, name: "lamp", data: {name: "Lamp"} }) { id } }';

  test.each<[string, (key: NodeKey) => Promise<string>, string | undefined]>([
    [
      'minted for it',
      (key) => mintViewerToken({ key, audience: 'harbour', viewer, now: Date.now() }),
      undefined,
    ],
    [
      'minted for another node',
      (key) => mintViewerToken({ key, audience: 'forest', viewer, now: Date.now() }),
      'VIEWER_REFUSED',
    ],
    [
      'minted by somebody else',
      () => mintViewerToken({ key: newKey(), audience: 'harbour', viewer, now: Date.now() }),
      'VIEWER_REFUSED',
    ],
    ['made up', () => Promise.resolve('e30.e30.'), 'VIEWER_REFUSED'],
  ])('%s is taken for what it is', async (_, mint, code) => {
    const network = await startNetwork();
    const harbour = await network.join('harbour', { kind: 'trusted' });
    const initial = network.keyOf('initial');
    const token = await mint(initial);
    const { link } = await linkWith(initial, portOf(harbour), () => Promise.resolve(token));
    await new Promise<void>((resolve) => void link.onStateChange(() => resolve()));
    const answer = await link.execute({ shape: 'world', query, viewer });
    expect(answer.errors?.[0]?.extensions?.['code']).toBe(code);
    const { createEntity: made } = { createEntity: undefined, ...answer.data };
    expect(made ?? undefined).toEqual(code === undefined ? { id: 'harbour/developer/item/lamp' } : undefined);
  });

  test('is worth nothing at the gateway, or at a door for strangers', async () => {
    const network = await startNetwork();
    const harbour = await network.join('harbour', { kind: 'trusted' });
    const key = network.keyOf('initial');
    const token = await mintViewerToken({ key, audience: 'harbour', viewer, now: Date.now() });
    const headers = { authorization: `Bearer ${token}` };
    const me = await postGraphql(`${network.initial.url}/graphql`, { query: '{ me { username } }' }, headers);
    expect(me).toMatchObject({
      status: 401,
      body: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    });
    const { body } = await postGraphql(`${harbour.url}/subgraphs/world`, { query }, headers);
    expect(body).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  });
});

describe('whoever carries the bytes of a link', () => {
  test('can neither read nor replay them', async () => {
    const network = await startNetwork();
    const proxy = await startTappedProxy();
    const harbour = await network.join('harbour', { kind: 'trusted' });
    proxy.leadTo(portOf(harbour));
    const { link } = await linkWith(network.keyOf('initial'), proxy.port);
    await new Promise<void>((resolve) => void link.onStateChange(() => resolve()));
    const canary = 'a-word-that-nobody-else-says';
    const answer = await link.execute({
      shape: 'world',
      query: `{ ${canary.replaceAll('-', '_')}: __typename }`,
    });
    expect(answer).toMatchObject({ data: { [canary.replaceAll('-', '_')]: 'Query' } });
    expect(proxy.sent().length).toBeGreaterThan(500);
    for (const bytes of [proxy.sent(), proxy.received()]) {
      expect(bytes.includes(canary.replaceAll('-', '_'))).toBe(false);
      expect(bytes.includes('__typename')).toBe(false);
    }
    // The same bytes once more: the handshake is another one, so they say nothing.
    const replay = connect(portOf(harbour), '127.0.0.1');
    replay.on('error', () => undefined);
    replay.write(proxy.sent());
    const answered: Buffer[] = [];
    replay.on('data', (chunk: Buffer) => void answered.push(chunk));
    await once(replay, 'close');
    expect(Buffer.concat(answered).includes('connection_ack')).toBe(false);
  });
});

describe('a node that is thrown out', () => {
  test.each([
    ['dialled', { kind: 'trusted' }],
    ['behind a tunnel', { kind: 'local' }],
  ])('and %s loses its link, its tunnel and its connection within two seconds', async (_, flags) => {
    const network = await startNetwork();
    const node = await network.join('laptop', flags);
    const picture = '{ nodes { nodes { id status } } }';
    await untilGraph(network.initial.url, picture, (data) =>
      expect(data).toMatchObject({ nodes: { nodes: [{}, { id: 'laptop', status: 'ONLINE' }] } }),
    );
    const begun = performance.now();
    await network.ask('mutation { revokeNode(id: "laptop", reason: "it lied") { status } }');
    const { stats } = (await network.ask('{ node(id: "laptop") { stats { agents } } }').then(
      () => ({ stats: 'answered' }),
      (error: unknown) => ({ stats: String(error) }),
    )) as { stats: string };
    expect(stats).toContain('NODE_UNKNOWN');
    await untilNotReady(node.url);
    expect(performance.now() - begun).toBeLessThan(2_000);
  });
});

describe('a node that is thrown out loses within two seconds', { timeout: 60_000 }, () => {
  const revoke = (id: string) => `mutation { revokeNode(id: "${id}", reason: "it lied") { status } }`;

  test('its connections to other members, and is let in by none', async () => {
    const network = await startNetwork();
    const harbour = await network.join('harbour', { kind: 'trusted' });
    await network.join('forest', { kind: 'trusted' });
    const { link, problems } = await linkWith(network.keyOf('forest'), portOf(harbour));
    await new Promise<void>((resolve) => void link.onStateChange(() => resolve()));
    expect(link.state).toBe('UP');
    const down = new Promise<void>((resolve) => void link.onStateChange(() => resolve()));
    const begun = performance.now();
    await network.ask(revoke('forest'));
    await down;
    expect(performance.now() - begun).toBeLessThan(2_000);
    await problems.until((problem) => problem === 'Forbidden');
  });

  test('its tunnel at another node than the initial one', async () => {
    const network = await startNetwork();
    const gate = await network.join('gate', { kind: 'proxy' });
    await network.join('laptop', { kind: 'local', tunnel: 'external' });
    const statuses = new EventLog<TunnelStatus>();
    const tunnel = openTunnel({
      proxy: { host: '127.0.0.1', port: portOf(gate) },
      hostKeys: () => [network.keyOf('gate').publicKey.fingerprint],
      node: 'laptop',
      key: network.keyOf('laptop'),
      instance: 'by-hand',
      accept: (channel) => void channel.destroy(),
      onStatus: (status) => statuses.push(status),
    });
    onTestFinished(() => tunnel.close());
    await statuses.until(({ phase }) => phase === 'open');
    const begun = performance.now();
    await network.ask(revoke('laptop'));
    await statuses.until(({ phase }) => phase === 'waiting');
    expect(performance.now() - begun).toBeLessThan(2_000);
    await statuses.until(
      (status) => status.phase === 'waiting' && status.fault.extensions.code === 'TUNNEL_REFUSED',
    );
  });

  test('the links that go through it, if it is a proxy', async () => {
    const network = await startNetwork();
    await network.join('gate', { kind: 'proxy' });
    await network.join('laptop', { kind: 'local', proxy: 'gate' });
    const laptop = '{ node(id: "laptop") { status } }';
    const until = (status: string) =>
      untilGraph(network.initial.url, laptop, (data) => expect(data).toEqual({ node: { status } }));
    await until('ONLINE');
    const begun = performance.now();
    await network.ask(revoke('gate'));
    await until('OFFLINE');
    expect(performance.now() - begun).toBeLessThan(2_000);
  });
});

/** A node that is no member says so at /ready; its connection to the initial node ends by an event that only it sees. */
async function untilNotReady(url: string): Promise<void> {
  for (;;) {
    const { status } = await fetch(`${url}/ready`);
    if (status === 503) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
