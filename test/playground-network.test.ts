import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openBrowser } from './support/open-browser.ts';
import { ada, startRealNetwork, type RealNetwork } from './support/start-real-network.ts';
import { watchPage } from './support/watch-page.ts';

// A browser on a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let network: RealNetwork;
let browser: Browser;
beforeAll(async () => {
  [network, browser] = await Promise.all([startRealNetwork(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await network?.close();
});

test('the network’s own address shows all its nodes, live events, and who signs in', async () => {
  const page = await browser.newPage();
  page.setDefaultTimeout(60_000);
  const behaviour = watchPage(page);
  const answer = page.locator('.result-window');
  const run = () => page.getByRole('button', { name: /Execute query/ }).click();
  await page.goto(network.url);
  await page.locator('.graphiql-query-editor .CodeMirror').waitFor();

  await run();
  await answer.getByText('"harbour"').first().waitFor();
  await page.getByText('All 2 nodes that were asked answered').waitFor();

  await page.getByRole('tab', { name: 'LiveStats' }).click();
  await run();
  await answer.getByText('"cpuPercent"').waitFor();
  await page.getByText(/Live: \d\d? events/).waitFor();
  await page.getByRole('button', { name: /Stop query/ }).click();
  await page.getByText(/Stopped after/).waitFor();

  await page.getByLabel('Name').fill(ada.username);
  await page.getByLabel('Password').fill(ada.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('ada · developer').waitFor();

  expect(behaviour()).toEqual({ complaints: [], origins: [network.url] });
});
