import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { codecraft } from './support/codecraft-process.ts';
import { findFreePorts } from './support/free-ports.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

// Each case starts processes.
vi.setConfig({ testTimeout: 120_000 });

async function run(args: readonly string[], input?: string) {
  const ran = codecraft(args, input === undefined ? {} : { input });
  return { code: await ran.ended, output: ran.output() };
}

test.each(['', 'demo', 'initial', 'node', 'gateway', 'users', 'users add', 'login', 'nodes', 'certificate'])(
  'codecraft %s --help says what there is',
  async (command) => {
    const { code, output } = await run([...command.split(' ').filter(Boolean), '--help']);
    expect(code).toBe(0);
    expect(output).toMatch(/^Usage: codecraft/);
  },
);

test('a misspelt command is refused with the nearest one', async () => {
  const { code, output } = await run(['gatway']);
  expect(code).toBe(1);
  expect(output).toMatch(/Did you mean gateway\?/);
});

test('people are added, listed, given roles and passwords beside a running initial node', async () => {
  const dir = join(temporaryFolder(), 'initial');
  const initial = codecraft(['initial', '--dir', dir, '--port', '0']);
  const [, url = ''] = await initial.waitFor(/Its graph: (\S+)\/graphql/);

  expect((await run(['users', 'list', '--dir', dir])).output).toContain('Nobody yet');
  const added = await run(
    ['users', 'add', 'ada', '--role', 'admin', '--dir', dir, '--password-stdin'],
    'open sesame\n',
  );
  expect(added).toEqual({ code: 0, output: 'Added ada (admin)\n' });
  const made = await run(['users', 'add', 'grace', '--dir', dir]);
  expect(made.output).toMatch(/^Added grace \(player\)\nPassword: \S{16}\n$/);
  expect((await run(['users', 'role', 'grace', 'developer', '--dir', dir])).code).toBe(0);
  expect((await run(['users', 'password', 'grace', '--dir', dir, '--password', 'correct horse'])).code).toBe(
    0,
  );
  expect((await run(['users', 'disable', 'grace', '--reason', 'spam', '--dir', dir])).code).toBe(0);
  expect((await run(['users', 'list', '--dir', dir])).output).toMatch(/^grace .* disabled since /m);
  expect((await run(['users', 'disable', 'ada', '--dir', dir])).output).toContain('is the last admin');
  expect((await run(['users', 'enable', 'grace', '--dir', dir])).code).toBe(0);
  const list = await run(['users', 'list', '--json', '--dir', dir]);
  expect(JSON.parse(list.output)).toMatchObject([
    { username: 'ada', role: 'ADMIN' },
    { username: 'grace', role: 'DEVELOPER' },
  ]);
  const again = await run(['users', 'add', 'ada', '--dir', dir]);
  expect(again).toEqual({ code: 1, output: 'codecraft: The name ada is taken\n' });

  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query: 'mutation { signIn(username: "grace", password: "correct horse") { user { username role } } }',
    }),
  });
  expect(await answer.json()).toMatchObject({
    data: { signIn: { user: { username: 'grace', role: 'DEVELOPER' } } },
  });
  initial.signal('SIGTERM');
  expect(await initial.ended).toBe(0);
});

test('users of a folder that is no node are not made up', async () => {
  const dir = join(temporaryFolder(), 'nothing');
  const { code, output } = await run(['users', 'list', '--dir', dir]);
  expect(code).toBe(1);
  expect(output).toContain('There is no node in');
  expect(existsSync(dir)).toBe(false);
});

test('people are added to the initial node only', async () => {
  const dir = temporaryFolder();
  writeFileSync(
    join(dir, 'config.json'),
    '{ "kind": "trusted", "name": "harbour", "initial": "http://127.0.0.1:4000" }',
  );
  const { code, output } = await run(['users', 'add', 'eve', '--dir', dir]);
  expect(code).toBe(1);
  expect(output).toContain('is the folder of a node of the kind "trusted"');
});

/** An initial node whose key somebody has told. */
function knownInitial(port: number): string[] {
  return ['--initial', `http://127.0.0.1:${port}`, '--initial-key', `SHA256:${'A'.repeat(43)}`];
}

test('a node that has to see the key of an initial node that is not there says what it expected', async () => {
  const dir = join(temporaryFolder(), 'lone');
  const [port = 0] = await findFreePorts(1);
  const args = `node --dir ${dir} --kind trusted --name lone --port 0 --initial http://127.0.0.1:${port}`;
  const { code, output } = await run(args.split(' '));
  expect(code).toBe(1);
  expect(output).toMatch(
    new RegExp(`Expected the initial node at 127.0.0.1:${port}, .*ECONNREFUSED.*--initial`),
  );
});

test('a node that nobody has told of the initial node’s key says whose answers there, and how to go on', async () => {
  const folder = temporaryFolder();
  const dir = join(folder, 'initial');
  const initial = codecraft(['initial', '--dir', dir, '--port', '0']);
  const [, url = ''] = await initial.waitFor(/Its graph: (\S+)\/graphql/);
  const shown = await run(['keygen', '--dir', dir]);
  const [fingerprint = ''] = /SHA256:\S+/.exec(shown.output) ?? [];
  const args = `node --dir ${join(folder, 'node')} --kind trusted --name shy --port 0 --initial ${url}`;
  const { code, output } = await run(args.split(' '));
  expect(code).toBe(1);
  expect(output).toContain(`say so by --initial-key ${fingerprint}`);
});

test('a node that cannot reach its initial node says so at once, and stops at the first Ctrl-C', async () => {
  const dir = join(temporaryFolder(), 'lone');
  const [port = 0] = await findFreePorts(1);
  const node = codecraft([
    ...`node --dir ${dir} --kind trusted --name lone --port 0`.split(' '),
    ...knownInitial(port),
  ]);
  await node.waitFor(/ECONNREFUSED.*the initial node is out of reach/);
  node.signal('SIGINT');
  expect(await node.ended).toBe(130);
});

test('a file that is no supergraph is named', async () => {
  const { code, output } = await run(['gateway', '--supergraph', 'package.json', '--port', '0']);
  expect(code).toBe(1);
  expect(output).toContain('package.json: expected the SDL of a Federation 2 supergraph');
});

test('a second process on the same folder is refused and told who has it', async () => {
  const dir = join(temporaryFolder(), 'initial');
  const first = codecraft(['initial', '--dir', dir, '--port', '0']);
  await first.waitFor(/Its graph/);
  const { code, output } = await run(['initial', '--dir', dir, '--port', '0']);
  expect(code).toBe(1);
  expect(output).toContain(`in use by another process (${first.pid})`);
});

test('a damaged data.db is refused, told what to do about, and left as it is', async () => {
  const dir = join(temporaryFolder(), 'initial');
  const first = codecraft(['initial', '--dir', dir, '--port', '0']);
  await first.waitFor(/Its graph/);
  first.signal('SIGTERM');
  await first.ended;
  const file = join(dir, 'data.db');
  const damaged = readFileSync(file);
  damaged.fill(0x5a, 0, 2_000);
  writeFileSync(file, damaged);
  const { code, output } = await run(['initial', '--dir', dir, '--port', '0']);
  expect(code).toBe(1);
  expect(output).toContain(file);
  expect(output).toMatch(/backup/);
  expect(readFileSync(file).equals(damaged)).toBe(true);
});

test('a config.json that is wrong is refused with the key and what was expected', async () => {
  const dir = temporaryFolder();
  writeFileSync(join(dir, 'config.json'), '{ "kind": "initial", "port": "many", "colour": "blue" }');
  const { code, output } = await run(['initial', '--dir', dir]);
  expect(code).toBe(1);
  expect(output).toContain('port: expected a whole number from 0 to 65535, got "many"');
  expect(output).toContain('colour: there is no such key');
});

test('a node whose initial node is away waits for it, and joins when it comes', async () => {
  const folder = temporaryFolder();
  const dir = join(folder, 'initial');
  const first = codecraft(['initial', '--dir', dir, '--port', '0']);
  const [, url = ''] = await first.waitFor(/Its graph: (\S+)\/graphql/);
  first.signal('SIGKILL');
  await first.ended;
  const token = await run(['nodes', 'token', '--kind', 'trusted', '--dir', dir]);
  const [joinToken = ''] = token.output.split('\n');
  const args = `node --dir ${join(folder, 'node')} --kind trusted --name late --initial ${url} --port 0`;
  const node = codecraft(args.split(' '), { env: { CODECRAFT_JOIN_TOKEN: joinToken } });
  await node.waitFor(/the initial node is out of reach/);
  codecraft(['initial', '--dir', dir, '--port', new URL(url).port]);
  await node.waitFor(/joined the network/);
  await node.waitFor(/The trusted node late is up/);
  expect(existsSync(join(folder, 'node/membership.json'))).toBe(true);
});
