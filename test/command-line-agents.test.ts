import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { openRegistryTables } from '../nodes/open-tables.ts';
import { codecraft } from './support/codecraft-process.ts';
import { type Network, startNetwork } from './support/start-network.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { untilGraph } from './support/until-graph.ts';

// Each case starts a process for every command.
vi.setConfig({ testTimeout: 120_000 });

const program = (greeting: string) => `export function message({ sender }) {
  memory.met = (memory.met ?? 0) + 1;
  log('${greeting}', sender);
}
`;

/** A developer or an admin who has signed in, and a folder for what they write. */
async function signIn(network: Network, username: 'developer' | 'admin') {
  const home = temporaryFolder();
  const run = async (command: string, input = '') => {
    const ran = codecraft(command.split(' '), { env: { XDG_CONFIG_HOME: home }, input });
    const code = await ran.ended;
    return { code, output: ran.output() };
  };
  /** What it prints; the command has to succeed. */
  const ok = async (command: string, input?: string): Promise<string> => {
    const ran = await run(command, input);
    expect(ran).toMatchObject({ code: 0 });
    return ran.output;
  };
  await ok(`login --url ${network.initial.url} --username ${username} --password-stdin`, 'correct horse');
  return { home, run, ok };
}

const online = (network: Network, id: string) =>
  untilGraph(network.initial.url, '{ nodes(status: ONLINE) { nodes { id } } }', (data) =>
    expect(data).toMatchObject({ nodes: { nodes: expect.arrayContaining([{ id }]) as unknown } }),
  );

test('what people do with their agents, from the first deploy to the end', async () => {
  const network = await startNetwork();
  const { home, run, ok } = await signIn(network, 'developer');
  const folder = join(home, 'guard');
  mkdirSync(folder);
  writeFileSync(join(folder, 'agent.js'), program('hello'));
  expect(await ok(`deploy ${folder}`)).toContain('developer/guard on initial: version 1, running');
  expect(await ok('agent tell guard how-are-you')).toBe('developer/guard has your message\n');
  await vi.waitFor(async () => expect(await ok('agent log guard')).toContain('hello developer'), {
    timeout: 20_000,
  });
  writeFileSync(join(folder, 'agent.js'), program('good day'));
  expect(await ok(`deploy ${folder}`)).toContain('version 2, running');
  expect(await ok('agent rollback guard')).toMatch(/runs an older program as version \d/);
  expect(await ok('agent secret guard key', 'open sesame\n')).toBe('developer/guard has the secrets key\n');
  expect(JSON.parse(await ok('agent run guard memory.met'))).toBe(1);
  expect(await ok('agent list')).toMatch(/^developer\/guard +running +on initial {2}version 3$/m);
  expect(await ok('agent stop guard')).toBe('developer/guard is stopped\n');
  expect(JSON.parse(await ok('agent show guard'))).toMatchObject({
    id: 'developer/guard',
    status: 'STOPPED',
  });

  const file = join(home, 'guard.json');
  const exported = await ok('agent export guard');
  expect(exported).not.toContain('open sesame');
  writeFileSync(file, exported);
  expect(await ok(`agent import ${file} --name twin`)).toContain('developer/twin on initial; it is stopped');
  expect(await ok('agent start twin')).toBe('developer/twin is running\n');
  expect(JSON.parse(await ok('agent run twin memory.met'))).toBe(1);
  expect(await ok('agent delete twin')).toBe('developer/twin is no more\n');
  expect(await run('agent show twin')).toMatchObject({
    code: 1,
    output: expect.stringContaining('Nobody has claimed the agent id developer/twin') as string,
  });
});

test('an admin empties a node, and has agents of a node that is lost begin again elsewhere', async () => {
  const often = { checkpointEveryMs: 50 };
  const network = await startNetwork({}, often);
  const oslo = await network.join('oslo', { kind: 'trusted' }, often);
  await network.join('rome', { kind: 'trusted' }, often);
  for (const id of ['oslo', 'rome']) await online(network, id);
  for (const name of ['guard', 'guide']) {
    await network.ask(
      'mutation ($input: DeployAgentInput!) { deployAgent(node: "rome", input: $input) { id } }',
      { input: { name, code: program('hello') } },
      'DEVELOPER',
    );
  }
  const { ok } = await signIn(network, 'admin');
  expect(await ok(`node drain --dir ${network.place('rome')} --to oslo`)).toContain(
    'from rome to oslo: 2 agents',
  );
  await vi.waitFor(
    async () =>
      expect(await ok('agent list --owner developer')).toMatch(/guard .*on oslo[^]*guide .*on oslo/),
    { timeout: 20_000 },
  );
  const tables = await openRegistryTables(network.place('initial'));
  const checkpoints = tables.db.selectFrom('checkpoints').select('agent_id').where('epoch', '=', 2);
  await vi.waitFor(async () => expect(await checkpoints.execute()).toHaveLength(2), { timeout: 20_000 });
  await tables.close();
  await oslo.close();
  expect(await ok('agent recover developer/guard rome')).toMatch(/Begun again on rome, from 20.*\nLost: .+/);
  expect(await ok('agent list --owner developer')).toMatch(/guard .*on rome/);
});
