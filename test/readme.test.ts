import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { type CodecraftProcess, shell } from './support/codecraft-process.ts';
import { findFreePorts } from './support/free-ports.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

// A dozen whole processes, one after the other.
vi.setConfig({ testTimeout: 420_000 });

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const packageJson = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  scripts: Record<string, string>;
};
const ci = readFileSync(new URL('../.ci/run', import.meta.url), 'utf8');

/** The commands of the README's blocks of shell, in order, a line that ends in a backslash joined with the next. */
const commands = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)]
  .map(([, block = '']) =>
    block
      .replace(/\\\n\s*/g, '')
      .trim()
      .split('\n'),
  )
  .flat();

const started = new Set<string>();

/** Runs the command of the README that begins so, with ports and folders of its own. */
function run(beginning: string, replace: Readonly<Record<string, string>>): CodecraftProcess {
  const command = commands.find((candidate) => candidate.startsWith(beginning));
  expect(command, `README.md has a command that begins with "${beginning}"`).toBeDefined();
  started.add(command ?? '');
  let line = command ?? '';
  for (const [text, replacement] of Object.entries(replace)) line = line.replaceAll(text, replacement);
  return shell(line);
}

test('every command of the README works as it stands there', async () => {
  const folder = temporaryFolder();
  const [initialPort = 0, nodePort = 0, gatewayPort = 0] = await findFreePorts(3);
  const place = {
    ':4000': `:${initialPort}`,
    '--port 4000': `--port ${initialPort}`,
    '--port 4001': `--port ${nodePort}`,
    ...Object.fromEntries(['my-network', 'my-node', 'my-laptop'].map((name) => [name, join(folder, name)])),
    // Where `login` keeps the session.
    'npm run': `env XDG_CONFIG_HOME=${folder} npm run`,
  };
  const finish = async (beginning: string, replace: Readonly<Record<string, string>> = place) => {
    const command = run(beginning, replace);
    const code = await command.ended;
    expect({ code, output: command.output() }).toMatchObject({ code: 0 });
    return command.output();
  };
  const initial = run('npm run -s codecraft -- initial', place);
  await initial.waitFor(/The network is up/);

  const project = { ...place, 'my-agent': join(folder, 'my-agent') };
  await finish('npm run -s codecraft -- init my-agent', project);
  await finish('npm run -s codecraft -- login --url http://127.0.0.1:4000 --username newcomer', {
    ...place,
    '--sign-up': '--sign-up --password open-sesame',
  });
  expect(await finish('npm run -s codecraft -- deploy', project)).toMatch(
    /Deployed newcomer\/\S+ on initial: version 1, running/,
  );
  const square = run('npm run -s codecraft -- agent watch', place);
  await square.waitFor(/town-square: newcomer\/\S+/);
  await finish('npm run -s codecraft -- agent tell');
  await square.waitFor(/newcomer\/\S+ says: newcomer talks to me for the first time\./);
  square.signal('SIGINT');
  await square.ended;
  expect(await finish('npm run -s codecraft -- agent log')).toMatch(/Deployed: code/);
  expect(await finish('npm run -s codecraft -- agent run')).toMatch(/"newcomer": 1/);
  await finish('npm run -s codecraft -- sandbox', project);

  const added = await finish('npm run -s codecraft -- users add');
  const [, password = ''] = /Added ada \(admin\)\nPassword: (\S+)/.exec(added) ?? [];
  const [joinToken = ''] = (await finish('npm run -s codecraft -- nodes token --kind trusted')).split('\n');
  const node = run('npm run -s codecraft -- node --dir my-node', { ...place, TOKEN: joinToken });
  await node.waitFor(/joined the network/);

  const signedIn = await finish('npm run -s codecraft -- login --url http://127.0.0.1:4000 --username ada', {
    ...place,
    '--username ada': `--username ada --password ${password}`,
  });
  expect(signedIn).toMatch(/Signed in as ada/);
  const [laptopToken = ''] = (await finish('npm run -s codecraft -- nodes token --kind local')).split('\n');
  const laptop = run('npm run -s codecraft -- node --dir my-laptop', { ...place, TOKEN: laptopToken });
  await laptop.waitFor(/the tunnel is open/);
  const listed = await finish('npm run -s codecraft -- nodes list');
  expect(listed).toMatch(/^mine +TRUSTED .*SHA256:\S+$/m);
  expect(listed).toMatch(/^laptop +LOCAL .*SHA256:\S+ {2}through initial$/m);
  expect(await finish('curl')).toContain('"totalCount":1');

  const gateway = run('npm run -s codecraft -- gateway', { '--port 4000': `--port ${gatewayPort}` });
  await gateway.waitFor(/The gateway is up/);
  const answer = await fetch(`http://127.0.0.1:${gatewayPort}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query":"{ __typename }"}',
  });
  expect(await answer.json()).toEqual({ data: { __typename: 'Query' } });

  const demo = run('npm start', { 'npm start': `npm start -- --port 0 --dir ${join(folder, 'demo')}` });
  await demo.waitFor(/Ctrl-C stops it all/);
  demo.signal('SIGTERM');
  await demo.ended;
  const bench = run('npm run bench', { 'npm run bench': 'npm run bench -- nothing' });
  expect(await bench.ended).toBe(1);
  expect(bench.output()).toMatch(/Expected any of gateway, /);

  const chaos = run('npm run chaos', { 'npm run chaos': 'npm run chaos -- --help' });
  expect(await chaos.ended).toBe(0);
  expect(chaos.output()).toMatch(/messages.*\n[^]*moves /);

  // What runs this very test.
  for (const command of ['npm ci', 'npm run check', 'npm test']) {
    expect(ci.split('\n')).toContain(command);
    started.add(command);
  }
  expect([...started].sort()).toEqual([...commands].sort());
});

test('every script that the README names is there', () => {
  const named = [...readme.matchAll(/npm run (?:-s )?([\w:]+)/g)].map(([, script = '']) => script);
  expect(Object.keys(packageJson.scripts)).toEqual(expect.arrayContaining(named));
});

test('every file that the README and the documents link to is there', () => {
  const documents = [
    'README.md',
    ...readdirSync(new URL('../docs', import.meta.url)).map((name) => `docs/${name}`),
  ];
  for (const document of documents.filter((name) => name.endsWith('.md'))) {
    const url = new URL(`../${document}`, import.meta.url);
    for (const [, target = ''] of readFileSync(url, 'utf8').matchAll(/\]\((?!http)([^)#]+)/g)) {
      expect(existsSync(new URL(target, url)), `${document} links to ${target}`).toBe(true);
    }
  }
});
