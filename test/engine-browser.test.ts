import { readFileSync } from 'node:fs';
import { build } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';
import { createEngine } from '../agents/engine/engine.ts';
import { createLocalRuntime } from '../agents/engine/local-runtime.ts';
import { quickJsFile, readQuickJs } from '../agents/process/read-quickjs.ts';
import { openBrowser } from './support/open-browser.ts';
import { batchOf, imageOf, inputOf, runDone } from './support/run-program.ts';

/** What a page would have, as one file; asking for anything of Node fails. */
async function bundleForBrowser(): Promise<string> {
  const entry = `
    import { createEngine } from './agents/engine/engine.ts';
    import { createLocalRuntime } from './agents/engine/local-runtime.ts';
    import { compileQuickJs } from './agents/engine/compile-quickjs.ts';
    globalThis.openRuntime = (build) => createLocalRuntime(createEngine({ wasm: compileQuickJs(build) }));`;
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

test('the engine runs in a browser, and comes to the same there', async () => {
  const browser = await openBrowser();
  onTestFinished(() => browser.close());
  // Elsewhere on earth, where dates would show otherwise.
  const page = await browser.newPage({ timezoneId: 'Asia/Kathmandu' });
  await page.addScriptTag({ type: 'module', content: await bundleForBrowser() });
  await page.waitForFunction('globalThis.openRuntime');
  const batch = batchOf([inputOf('message', 'hi'), { kind: 'command', text: 'for (;;);', at: 0, seed: 0 }]);
  const code = `export function message({ body }) { memory.got = body; say(new Date() + ' ' + new Date().getTimezoneOffset() + ' ' + Math.random()); }`;
  const results: unknown = await page.evaluate(`(async () => {
    const bytes = Uint8Array.from(atob('${readFileSync(quickJsFile()).toString('base64')}'), (c) => c.charCodeAt(0));
    const runtime = openRuntime(bytes);
    const batch = ${JSON.stringify(batch)};
    const load = async () => ({ code: ${JSON.stringify(code)}, memory: '{}', secrets: {} });
    const [message, endless] = batch.inputs;
    return [await runtime.run({ ...batch, inputs: [message] }, load), await runtime.run({ ...batch, inputs: [endless] }, load)];
  })()`);
  const here = createLocalRuntime(createEngine({ wasm: readQuickJs() }));
  const [message] = batch.inputs;
  const { outcomes, memory } = await runDone(
    here,
    { ...batch, inputs: message === undefined ? [] : [message] },
    imageOf(code),
  );
  expect(outcomes).toMatchObject([
    { effects: [{ text: expect.stringContaining('Fri Jan 02 2026 03:04:05 GMT+0000 0 0.0117') }] },
  ]);
  expect(results).toMatchObject([
    { kind: 'DONE', memory, outcomes },
    { kind: 'FAILED', failure: { kind: 'TIMEOUT' } },
  ]);
});
