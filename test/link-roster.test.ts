import { expect, test } from 'vitest';
import { createRoster } from '../gateway/links/roster.ts';
import type { Link } from '../wire/link.ts';
import { createLocalLink } from '../wire/local-link.ts';

function newRoster() {
  const faults: unknown[] = [];
  const changes: string[] = [];
  const roster = createRoster({ onFault: (fault) => faults.push(fault) });
  roster.onChange(({ node, kind }) => changes.push(`${node} ${kind}`));
  return { roster, faults, changes };
}

const link = (node: string) => createLocalLink({ node, shapes: [] });

test('nodes join and leave, and everybody is told', () => {
  const { roster, changes } = newRoster();
  const [a, b] = [link('a'), link('b')];
  roster.add(a);
  roster.add(b);
  expect(roster.members()).toEqual([a, b]);
  expect(roster.get('b')).toBe(b);
  expect([roster.remove('a'), roster.remove('a')]).toEqual([true, false]);
  expect(roster.get('a')).toBeUndefined();
  expect([a.state, b.state]).toEqual(['CLOSED', 'UP']);
  expect(changes).toEqual(['a joined', 'b joined', 'a left']);
});

test('the members are the same array until one comes or goes', () => {
  const { roster } = newRoster();
  const a = link('a');
  roster.add(a);
  const before = roster.members();
  roster.add(a);
  roster.remove('nobody');
  expect(roster.members()).toBe(before);
  roster.add(link('b'));
  expect(roster.members()).not.toBe(before);
  expect(before).toEqual([a]);
});

test('a new link of a node takes the place of the old one, which is closed', () => {
  const { roster, changes } = newRoster();
  const [old, young] = [link('a'), link('a')];
  roster.add(old);
  roster.add(young);
  expect([old.state, young.state, roster.members()]).toEqual(['CLOSED', 'UP', [young]]);
  expect(changes).toEqual(['a joined', 'a joined']);
});

test('closing it closes every link and lets nobody in any more', async () => {
  const { roster, changes } = newRoster();
  const links = [link('a'), link('b')];
  links.forEach((one) => roster.add(one));
  await Promise.all([roster.close(), roster.close()]);
  expect(links.map(({ state }) => state)).toEqual(['CLOSED', 'CLOSED']);
  expect(() => roster.add(link('c'))).toThrow('stopping');
  expect(changes).toEqual(['a joined', 'b joined']);
});

test('a link that does not close as it should is reported and gone all the same', async () => {
  const { roster, faults } = newRoster();
  const broken: Link = Object.assign(link('a'), { close: () => Promise.reject(new Error('stuck')) });
  roster.add(broken);
  roster.remove('a');
  await Promise.resolve();
  expect(faults).toEqual([new Error('stuck')]);
  expect(roster.members()).toEqual([]);
});
