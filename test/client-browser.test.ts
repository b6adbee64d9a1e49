import { createReadStream } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { compileForBrowser } from './support/compile-for-browser.ts';
import { startCuttableProxy } from './support/cuttable-proxy.ts';
import { openBrowser } from './support/open-browser.ts';
import { startSmallGraphServer } from './support/small-graph-server.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

// A browser on a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const graphqlWs = fileURLToPath(new URL('../node_modules/graphql-ws/dist/', import.meta.url));

const page = `<!doctype html><link rel="icon" href="data:,">
<script type="importmap">{ "imports": { "graphql-ws/client": "/graphql-ws/client.js" } }</script>`;

/** The page, our modules and the one package that they need. */
const serveFrom =
  (folder: string): RequestListener =>
  ({ url = '/' }, response) => {
    if (url === '/') return void response.writeHead(200, { 'content-type': 'text/html' }).end(page);
    const path = url.startsWith('/graphql-ws/') ? join(graphqlWs, url.slice(12)) : join(folder, url);
    createReadStream(path)
      .on('open', () => response.writeHead(200, { 'content-type': 'text/javascript' }))
      .on('error', () => response.writeHead(404).end())
      .pipe(response);
  };

/** Runs in the page. Text, since the test's own transpiler would change the imports. */
const program = `(async () => {
  const { connect } = await import('/client/connect.js');
  const { MessagesDocument, NetworkOverviewDocument } = await import('/client/generated/graphql.js');
  const client = connect(location.origin, { retryDelayMs: () => 1 });
  const { data, network } = await client.query(NetworkOverviewDocument);
  const bodies = [];
  for await (const event of client.feed(MessagesDocument, { agent: 'ada/bot' })) {
    bodies.push(event.data.messages.message.body);
    await window.heard(bodies.length);
    if (bodies.length === 6) break;
  }
  client.close();
  return { nodes: data.nodes.nodes.map(({ id }) => id), failed: network.failed, bodies };
})()`;

test('a browser loads the client as it is, without a bundler, and its feed survives a cut', async () => {
  const folder = temporaryFolder();
  await compileForBrowser(['client/connect.ts', 'client/generated/graphql.ts'], folder);
  const server = await startSmallGraphServer(serveFrom(folder));
  const proxy = await startCuttableProxy(server.port);
  const browser = await openBrowser();
  try {
    const tab = await browser.newPage();
    tab.setDefaultTimeout(60_000);
    const complaints: string[] = [];
    tab.on('pageerror', (error) => complaints.push(error.message));
    await tab.exposeFunction('heard', (count: number) => {
      if (count === 2) proxy.cut();
      if (count < 6) server.publish();
    });
    await tab.goto(`http://127.0.0.1:${proxy.port}/`);
    server.publish();
    expect(await tab.evaluate(program)).toEqual({
      nodes: ['a', 'b'],
      failed: ['b'],
      bodies: [1, 2, 3, 4, 5, 6],
    });
    expect(server.resumedAfter).toEqual([null, '2']);
    expect(complaints).toEqual([]);
  } finally {
    await browser.close();
    await proxy.close();
    await server.close();
  }
});
