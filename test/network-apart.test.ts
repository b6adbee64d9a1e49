import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { codecraft } from './support/codecraft-process.ts';
import { makeNamespaces } from './support/network-namespaces.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

// Four processes, some of which start twice.
vi.setConfig({ testTimeout: 300_000 });

const run = promisify(execFile);

/** What a GET or a query answers to somebody in a namespace; undefined when nobody does. */
async function ask(namespace: string, url: string, query?: string): Promise<unknown> {
  const request = query === undefined ? {} : { method: 'POST', body: JSON.stringify({ query }) };
  const script = `fetch(${JSON.stringify(url)}, ${JSON.stringify({ ...request, headers: { 'content-type': 'application/json' } })})
    .then((answer) => answer.text()).then((text) => process.stdout.write(text), () => undefined)`;
  const { stdout } = await run('ip', ['netns', 'exec', namespace, process.execPath, '-e', script]);
  return stdout === '' ? undefined : (JSON.parse(stdout) as unknown);
}

test('on machines of their own, a laptop that nobody can dial is read through a proxy, also after kill -9 of the initial node', async () => {
  const { hub, spokes } = makeNamespaces(3);
  execFileSync('ip', ['netns', 'exec', hub, 'sysctl', '-qw', 'net.ipv4.ip_forward=1']);
  for (const { name, hubAddress } of spokes)
    execFileSync('ip', ['-n', name, 'route', 'add', 'default', 'via', hubAddress]);
  const [centre = '', gate = '', laptop = ''] = spokes.map(({ name }) => name);
  const [centreAddress, gateAddress] = ['10.77.0.2', '10.77.1.2'];
  const folder = temporaryFolder();
  const place = (name: string) => join(folder, name);
  const url = `http://${centreAddress}:4000`;

  mkdirSync(place('initial'));
  const everywhere = { kind: 'initial', name: 'centre', host: '0.0.0.0', allowPlainHttp: true };
  writeFileSync(
    join(place('initial'), 'config.json'),
    JSON.stringify({ ...everywhere, address: centreAddress, port: 4000 }),
  );
  const startInitial = async () => {
    const initial = codecraft(['initial', '--dir', place('initial')], { namespace: centre });
    await initial.waitFor(/The network is up/);
    return initial;
  };
  const initial = await startInitial();
  const token = async (kind: string) => {
    const made = codecraft(['nodes', 'token', '--kind', kind, '--dir', place('initial')]);
    const [found = ''] = await made.waitFor(/SHA256:\S+/);
    return found;
  };
  const start = async (namespace: string, kind: string, ...more: readonly string[]) => {
    const name = kind === 'proxy' ? 'gate' : 'laptop';
    const flags = ['node', '--dir', place(name), '--kind', kind, '--name', name, '--initial', url];
    const node = codecraft([...flags, '--join-token', await token(kind), ...more], { namespace });
    await node.waitFor(/node \S+ is up/);
  };
  await start(gate, 'proxy', '--host', '0.0.0.0', '--port', '4001');
  await start(laptop, 'local', '--proxy', 'gate');

  const query = '{ node(id: "laptop") { status proxy { id } stats { agents } } }';
  const untilRead = () =>
    vi.waitFor(
      async () =>
        expect(await ask(centre, `${url}/graphql`, query)).toMatchObject({
          data: { node: { status: 'ONLINE', proxy: { id: 'gate' }, stats: { agents: 0 } } },
        }),
      { timeout: 120_000, interval: 200 },
    );
  await untilRead();

  // Its port is closed to everybody else, and the proxy speaks plain HTTP with nobody but itself.
  expect(await ask(centre, 'http://10.77.2.2:4001/health')).toBeUndefined();
  expect(await ask(laptop, `http://${gateAddress}:4001/health`)).toBeUndefined();
  expect(await ask(gate, 'http://127.0.0.1:4001/health')).toBeDefined();

  initial.signal('SIGKILL');
  await initial.ended;
  await startInitial();
  await untilRead();
});
