import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { errorCodes } from '../schema/error-codes.ts';

const turns = { caller: 'yours', later: 'wait and try again', us: 'ours' } as const;

test('docs/errors.md has every code of the table, in its order and its words, and no other', () => {
  const rows = readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const expected = Object.entries(errorCodes).map(([code, [blame, text]]) => [
    '',
    `\`${code}\``,
    turns[blame],
    text,
    '',
  ]);
  expect(rows).toEqual(expected);
});
