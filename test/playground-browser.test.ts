import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { playgroundRoutes } from '../gateway/edge/playground.ts';
import { openBrowser } from './support/open-browser.ts';
import { startSmallGraphServer, type SmallGraphServer } from './support/small-graph-server.ts';
import { watchPage, type PageBehaviour } from './support/watch-page.ts';

// A browser on a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const routes = playgroundRoutes();
let browser: Browser;
let server: SmallGraphServer;
let page: Page;
let behaviour: () => PageBehaviour;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

beforeEach(async () => {
  const [root, playground] = routes;
  server = await startSmallGraphServer((request, response) => {
    void (request.url === '/' ? root : playground)?.handle(request, response);
  });
  page = await browser.newPage();
  page.setDefaultTimeout(60_000);
  behaviour = watchPage(page);
  await page.goto(server.url);
  await page.locator('.graphiql-query-editor .CodeMirror').waitFor();
});
afterEach(async () => {
  await page.close();
  await server.close();
});

const good = () => ({ complaints: [], origins: [server.url] });

const press = (name: string | RegExp) => page.getByRole('button', { name }).click();
const openTab = (name: string) => page.getByRole('tab', { name }).click();
const answer = (): Locator => page.locator('.result-window');
const bar = (text: string | RegExp) => page.locator('#network', { hasText: text }).waitFor();

test('a query over all nodes is answered, and the bar says which node is missing', async () => {
  await press(/Execute query/);
  await answer().getByText('"NODE_UNREACHABLE"').waitFor();
  await bar('1 of 2 nodes answered; missing: b');
  expect(behaviour()).toEqual(good());
});

test('a live event arrives over the WebSocket, until the stream is stopped', async () => {
  await openTab('LiveStats');
  await press(/Execute query/);
  await server.until(() => server.streams === 1);
  server.sample(12.5);
  await answer().getByText('12.5').waitFor();
  await bar('Live: 1 events');
  await press(/Stop query/);
  await server.until(() => server.streams === 0);
  await bar('Stopped after 1 events');
  expect(behaviour()).toEqual(good());
});

test('whoever signs in asks and listens as that person, also after a reload', async () => {
  await page.getByLabel('Name').fill('ada');
  await page.getByLabel('Password').fill('wrong');
  await press('Sign in');
  await bar('The name or the password is wrong');
  await page.getByLabel('Password').fill('open sesame');
  await press('Sign in');
  await page.getByText('ada · player').waitFor();

  await page.reload();
  await openTab('Messages');
  await press(/Execute query/);
  await server.until(() => server.subscribers.length === 1);
  expect(server.subscribers).toEqual(['sesame']);
  server.publish();
  await answer().getByText('"1"').waitFor();

  await press('Sign out');
  await page.getByLabel('Name').waitFor();
  expect(behaviour()).toEqual(good());
});

test('a token in the headers editor goes into connection_init; one that is refused is told of', async () => {
  await openTab('Messages');
  await press('Headers');
  // Inserted as a whole: the editor would close brackets and quotes by itself.
  const write = async (headers: string) => {
    await page.locator('.graphiql-editor:visible .CodeMirror').last().click();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText(headers);
  };
  await write('{ "Authorization": "Bearer by-hand" }');
  await press(/Execute query/);
  await server.until(() => server.subscribers.length === 1);
  expect(server.subscribers).toEqual(['by-hand']);
  await press(/Stop query/);
  await write('{ "Authorization": "Bearer revoked" }');
  await press(/Execute query/);
  await answer().getByText('The WebSocket was closed (4403): Forbidden').waitFor();
  await bar('Ended by an error after 0 events');
  expect(behaviour()).toEqual(good());
});

test('the documentation, the settings and what the editor suggests work under the policy of the page', async () => {
  await press('Show Documentation Explorer');
  await page.getByText('A GraphQL schema provides a root type').waitFor();
  await press('Open settings dialog');
  await page.getByRole('dialog').getByText('Theme').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('.graphiql-query-editor .CodeMirror').click();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('{ tot');
  await page.locator('.CodeMirror-hints').getByText('totals').waitFor();
  expect(behaviour()).toEqual(good());
});
