import { cpSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { openSandbox } from '../agents/sandbox/open-sandbox.ts';
import type { SandboxReport } from '../agents/sandbox/sandbox-state.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const samples = fileURLToPath(new URL('../agents/samples', import.meta.url));
const names = readdirSync(samples)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => basename(file, '.ts'));

async function open(...chosen: readonly string[]) {
  const folder = temporaryFolder();
  for (const name of chosen) cpSync(join(samples, `${name}.ts`), join(folder, `${name}.ts`));
  const reports: SandboxReport[] = [];
  const onProblem = (problem: string) => expect.fail(problem);
  const report = (happened: SandboxReport) => void reports.push(happened);
  const opened = await openSandbox({ folder, owner: 'me', seed: 1, report, onProblem });
  onTestFinished(() => opened.close());
  const memory = (name: string): unknown =>
    JSON.parse(opened.sandbox.agents.find(({ id }) => id === `me/${name}`)?.memory ?? 'null');
  const send = (to: string, body: unknown) =>
    opened.apply({ kind: 'send', to: `me/${to}`, from: 'bob', body });
  const tick = (count: number) => opened.apply({ kind: 'tick', count });
  return { reports, memory, send, tick };
}

test.each(names)(
  'the sample %s takes whatever is sent to it, and minutes of ticks, without a failure',
  async (name) => {
    const { reports, send, tick } = await open(name);
    for (const body of [null, 1, 'hello', {}, [], { ask: 'prices' }, { buy: 'bread' }])
      await send(name, body);
    await tick(130);
    expect(reports.filter(({ kind }) => kind === 'failed')).toEqual([]);
  },
);

test('the courier goes round, and hands over what it carries where it arrives', async () => {
  const { reports, memory, send, tick } = await open('courier', 'greeter');
  await send('courier', { route: ['sandbox', 'harbour', 'forest'] });
  await send('courier', { to: 'me/greeter', parcel: 'a letter' });
  await tick(16);
  const moves = reports.filter(({ kind }) => kind === 'move').map(({ text }) => text);
  expect(moves).toEqual(['harbour', 'forest', 'sandbox']);
  expect(memory('courier')).toMatchObject({ delivered: 1, bag: [] });
  expect(reports.some(({ agent, text }) => agent === 'me/greeter' && text.includes('me/courier'))).toBe(true);
});

test('the game master says more, less, and who has won', async () => {
  const { reports, memory, send } = await open('game-master');
  const { secret } = memory('game-master') as { readonly secret: number };
  await send('game-master', secret);
  expect(memory('game-master')).toMatchObject({ wins: { bob: 1 } });
  expect(reports.some(({ kind, text }) => kind === 'say' && text.includes(`bob has it: ${secret}!`))).toBe(
    true,
  );
});
