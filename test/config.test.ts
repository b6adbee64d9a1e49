import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ConfigError, keepConfig, loadInitialConfig, loadNodeConfig } from '../nodes/config.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const complete = { kind: 'trusted', name: 'harbour', initial: 'http://127.0.0.1:4000' };

test('what the first start was told is kept, so that the next one needs no flags', () => {
  const folder = temporaryFolder();
  const first = loadNodeConfig(folder, { ...complete, port: 4711, joinToken: 'secret' });
  expect(first).toMatchObject({ name: 'harbour', port: 4711, host: '127.0.0.1', logLevel: 'info' });
  keepConfig(folder, first);
  expect(readFileSync(join(folder, 'config.json'), 'utf8')).not.toContain('secret');
  const { joinToken: _used, ...rest } = first;
  expect(loadNodeConfig(folder, {})).toEqual(rest);
});

test('a flag wins over the file for one start and does not change it', () => {
  const folder = temporaryFolder();
  keepConfig(folder, loadInitialConfig(folder, { port: 4000 }));
  const other = loadInitialConfig(folder, { port: 5000 });
  expect(other.port).toBe(5000);
  keepConfig(folder, other);
  expect(loadInitialConfig(folder, {}).port).toBe(4000);
});

test('a folder of one kind is not started as another', () => {
  const folder = temporaryFolder();
  keepConfig(folder, loadNodeConfig(folder, complete));
  const isTrusted = /is the folder of a node of the kind "trusted"/;
  expect(() => loadNodeConfig(folder, { kind: 'local' })).toThrow(isTrusted);
  expect(() => loadInitialConfig(folder, {})).toThrow(isTrusted);
  const initial = temporaryFolder();
  keepConfig(initial, loadInitialConfig(initial, {}));
  expect(() => loadNodeConfig(initial, {})).toThrow(/of the kind "initial"/);
});

test('what a first start lacks is asked for as flags', () => {
  const folder = temporaryFolder();
  expect(() => loadNodeConfig(folder, { kind: 'trusted' })).toThrow(/no config\.json yet.*flags/);
  expect(() => loadNodeConfig(folder, { kind: 'trusted' })).toThrow(/name: expected lower-case letters/);
});

test.each([
  ['{', /expected a JSON file/],
  ['[]', /expected a JSON object, got \[\]/],
  [JSON.stringify({ ...complete, name: 'No Spaces' }), /name: expected lower-case letters.*got "No Spaces"/],
  [JSON.stringify({ ...complete, port: 70_000 }), /port: expected a whole number from 0 to 65535, got 70000/],
  [JSON.stringify({ ...complete, initial: 'nowhere' }), /initial: expected an address such as/],
  [JSON.stringify({ ...complete, initial: undefined }), /initial: expected an address.*got nothing/],
  [JSON.stringify({ ...complete, logLevel: 'loud' }), /logLevel: expected one of "debug", .* got "loud"/],
  [JSON.stringify({ ...complete, prot: 1 }), /prot: there is no such key/],
])('the message for %s names the key and what was expected', (text, expected) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'config.json'), text);
  expect(() => loadNodeConfig(folder, {})).toThrow(ConfigError);
  expect(() => loadNodeConfig(folder, {})).toThrow(expected);
});
