import fc from 'fast-check';
import { expect, test } from 'vitest';
import { limits } from '../schema/limits.ts';
import { parseSnapshot } from '../subgraphs/world/moving/agent-snapshot.ts';
import { applyDifference, differenceOf } from '../subgraphs/world/moving/snapshot-difference.ts';
import { applyChange, changeOf, textChange } from '../subgraphs/world/moving/text-change.ts';

const line = (sequence: number) =>
  ({ epoch: 1, sequence, at: 'now', level: 'info', text: `${sequence}` }) as const;

const before = parseSnapshot({
  format: 'codecraft-agent-1',
  agent: {
    agent_id: 'alice/scout',
    owner: 'alice',
    name: 'scout',
    status: 'RUNNING',
    code: 'x',
    code_hash: '0'.repeat(64),
    memory: JSON.stringify({ filling: 'x'.repeat(100_000) }),
    cpu_bucket: 1,
    log_sequence: 1,
    created_at: 'then',
    version: 1,
    succeeded: 0,
    failures: 0,
    penalties: 0,
    status_reason: null,
    held_by: null,
    run: 0,
    seed: 0,
    handlers: null,
    start_due: 0,
  },
  versions: [{ version: 1, restores: null, code: 'x', code_hash: '0'.repeat(64), at: 'then' }],
  timers: [{ timer: 'a', inMs: 1_000, payload: '1' }],
  secrets: [],
  log: Array.from({ length: limits.maxLogTail }, (_, index) => line(index)),
});

const overTheWire = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test('what is new of an agent, put to what it was, is what it is', () => {
  const { agent } = before;
  for (const now of [
    before,
    { ...before, agent: { ...agent, memory: '{}', cpu_bucket: null } },
    { ...before, timers: [], secrets: [{ name: 'key', value: 'hidden' }] },
    { ...before, log: [...before.log.slice(2), line(limits.maxLogTail), { ...line(0), epoch: 2 }] },
  ]) {
    expect(applyDifference(before, overTheWire(differenceOf(before, now)))).toEqual(now);
  }
});

test('any text becomes any other', () => {
  const text = fc.oneof(
    fc.array(fc.constantFrom('a', 'b', '\ud83d', '\ude00')).map((units) => units.join('')),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(text, text, (one, other) => {
      const change = textChange.parse(overTheWire(changeOf(one, other)));
      expect(applyChange(one, change)).toBe(other);
    }),
  );
});

test('of a memory in which a number has changed, that number is said', () => {
  const counting = (seen: number) => ({
    ...before,
    agent: { ...before.agent, memory: JSON.stringify({ seen, filling: 'x'.repeat(100_000) }) },
  });
  const change = differenceOf(counting(1_999), counting(2_000)).memory;
  expect(change?.text).toBe('2000');
});

test('what has not changed is not said again', () => {
  const now = { ...before, agent: { ...before.agent, run: 1 }, log: [...before.log.slice(1), line(1_000)] };
  expect(differenceOf(before, now)).toEqual({ agent: { run: 1 }, lists: {}, log: [line(1_000)] });
});

test('what is no difference, or leads to another agent or to none, is refused', () => {
  const good = differenceOf(before, before);
  for (const bad of [
    null,
    { ...good, log: 1 },
    { ...good, memory: { begin: 0, end: 0, text: '{' } },
    { ...good, memory: { begin: 100_000, end: 100_000, text: '' } },
    { ...good, memory: { begin: -1, end: 0, text: '' } },
    { ...good, agent: { agent_id: 'alice/other', name: 'other' } },
    { ...good, lists: { timers: [{ timer: 'a' }] } },
  ]) {
    expect(() => applyDifference(before, bad)).toThrow(
      expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT' } }),
    );
  }
});
