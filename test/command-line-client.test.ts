import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { readNodeKey } from '../identity/node-key.ts';
import { codecraft } from './support/codecraft-process.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

// Each case starts processes.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let home: string;
beforeEach(() => {
  home = temporaryFolder();
});

async function run(command: string, input?: string) {
  const ran = codecraft(command.split(' '), {
    env: { XDG_CONFIG_HOME: home },
    ...(input === undefined ? {} : { input }),
  });
  return { code: await ran.ended, output: ran.output() };
}
const sessionFile = () => join(home, 'codecraft', 'session.json');

async function startInitial(before: readonly string[] = []) {
  const dir = join(temporaryFolder(), 'initial');
  for (const command of before) expect((await run(`${command} --dir ${dir}`)).code).toBe(0);
  const initial = codecraft(['initial', '--dir', dir, '--port', '0', '--log-level', 'warn']);
  const [, url = ''] = await initial.waitFor(/Its graph: (\S+)\/graphql/);
  await run(`users add ada --role admin --dir ${dir} --password-stdin`, 'open sesame');
  return { dir, url };
}

test('a person signs in, over HTTPS with a certificate of their own, looks around, and signs out', async () => {
  const { dir, url } = await startInitial(['certificate']);
  expect(url).toMatch(/^https:/);
  const ca = join(dir, 'tls-cert.pem');
  expect(statSync(join(dir, 'tls-key.pem')).mode & 0o777).toBe(0o600);
  const login = `login --url ${url} --username ada --password-stdin`;
  expect(await run(login, 'open sesame')).toMatchObject({
    code: 1,
    output: expect.stringMatching(/self-signed certificate.*--ca FILE/) as string,
  });
  expect(existsSync(sessionFile())).toBe(false);
  const signedIn = await run(`${login} --ca ${ca}`, 'open sesame\n');
  expect(signedIn).toEqual({
    code: 0,
    output: expect.stringMatching(/^Signed in as ada until 20/) as string,
  });
  expect(statSync(sessionFile()).mode & 0o777).toBe(0o600);
  expect((await run('whoami')).output).toMatch(/^ada \(admin\) at https:/);

  await run(`${login} --ca ${ca}`, 'open sesame');
  const sessions = JSON.parse((await run('sessions list --json')).output) as {
    id: string;
    current: boolean;
  }[];
  expect(sessions).toHaveLength(2);
  const other = sessions.find(({ current }) => !current)?.id ?? '';
  expect(await run(`sessions end ${other}`)).toEqual({ code: 0, output: `Ended ${other}\n` });
  expect((await run(`sessions end ${other}`)).output).toContain('You have no open session with that id');

  const kept = readFileSync(sessionFile(), 'utf8');
  expect(await run('logout')).toEqual({ code: 0, output: `Signed out of ${url}\n` });
  expect(existsSync(sessionFile())).toBe(false);
  expect((await run('whoami')).output).toContain('You have not signed in');
  // What was in it is of no use any more.
  writeFileSync(sessionFile(), kept, { mode: 0o600 });
  expect((await run('whoami')).output).toMatch(/has ended: .*codecraft .*login --url https:/);
  expect((await run('logout')).output).toContain('had ended already');
});

test('an admin lets nodes in by fingerprint or by token, and throws them out', async () => {
  const { dir, url } = await startInitial();
  await run(`login --url ${url} --username ada --password-stdin`, 'open sesame');
  const folder = temporaryFolder();
  const { fingerprint: initialKey } = readNodeKey(join(dir, 'id_ed25519')).publicKey;
  const settings = { kind: 'trusted', name: 'rome', initial: url, initialKey, port: 0 };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(settings));
  const node = codecraft(['node', '--dir', folder]);
  await node.waitFor(/waits for an admin/);
  const waiting = JSON.parse((await run('nodes list --pending --json')).output) as { fingerprint: string }[];
  const fingerprint = waiting[0]?.fingerprint ?? '';
  expect(fingerprint).toMatch(/^SHA256:/);
  expect((await run('nodes approve SHA256:another')).output).toContain('SHA256:another');
  expect((await run(`nodes approve ${fingerprint}`)).output).toBe('Approved rome (trusted)\n');
  await node.waitFor(/joined the network/);
  expect((await run('nodes list')).output).toContain('rome');
  expect((await run('nodes revoke rome --reason spam')).output).toBe('Revoked rome\n');

  const byGraph = await run('nodes token --kind local');
  const byFolder = await run(`nodes token --kind local --seconds 60 --dir ${dir}`);
  for (const { code, output } of [byGraph, byFolder]) {
    expect(code).toBe(0);
    expect(output).toMatch(/^SHA256:\S{20,}\nFor one local node, until 20/);
    expect(output).toContain(initialKey);
  }
  expect((await run('nodes token --kind local --seconds soon')).output).toContain('whole number of seconds');
});

test('a session that others can read, or that is damaged, is not used', async () => {
  const { url } = await startInitial();
  await run(`login --url ${url} --username ada --password-stdin`, 'open sesame');
  chmodSync(sessionFile(), 0o644);
  const { code, output } = await run('whoami');
  expect(code).toBe(1);
  expect(output).toContain(`${sessionFile()} can be read by others`);
  await run(`login --url ${url} --username ada --password-stdin`, 'open sesame');
  expect((await run('whoami')).code).toBe(0);
  writeFileSync(sessionFile(), '{"token": 7}', { mode: 0o600 });
  expect((await run('whoami')).output).toContain('is damaged: remove it');
});

test.each([
  ['login --url http://play.example --username ada --password x', 'is plain HTTP to another machine'],
  ['login --url nonsense --username ada --password x', '--url: expected an address'],
  ['login --url http://127.0.0.1:1 --username ada', 'Expected a name (--username) and a password'],
  ['login --url http://127.0.0.1:1 --username ada --password x', 'No answer from http://127.0.0.1:1/graphql'],
  ['login --url https://127.0.0.1:1 --username ada --password x --ca no-such.pem', 'no-such.pem'],
  ['nodes list', 'You have not signed in'],
  ['logout', 'Nobody was signed in'],
])('%s is answered with what to do', async (command, answer) => {
  expect((await run(command)).output).toContain(answer);
});
