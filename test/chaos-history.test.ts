import { describe, expect, test } from 'vitest';
import { type MoveViolations, checkHistory } from '../chaos/moves/check-history.ts';
import type { AgentSeen, History } from '../chaos/moves/history.ts';
import { parseLogLine } from '../chaos/moves/parse-log-line.ts';

const none: MoveViolations = {
  owners: [],
  epochs: [],
  lost: [],
  disordered: [],
  memories: [],
  feeds: [],
  unfinished: [],
};
const scout = 'ada/scout';

function logOf(...texts: readonly string[]) {
  return texts.flatMap((text) => parseLogLine(text) ?? []);
}

const lines = [
  '#1 1 rome start',
  '#2 1 rome message 1 ada 1',
  '#3 1 rome timer 1',
  '#4 1 rome leaves',
  '#5 2 oslo arrived',
  '#6 2 oslo message 2 ada 2',
];
const seen: AgentSeen = {
  agent: scout,
  node: 'oslo',
  epoch: 2,
  status: 'STOPPED',
  memory: { inputs: 6, heard: { ada: 2 }, told: {}, sequence: 2, timers: 1 },
  lastSequence: 2,
  acknowledged: 2,
  timers: 1,
};
/** Ada has sent two messages to an agent that moved in between. */
const history: History = {
  sent: [1, 2].map((number) => ({ inbox: scout, source: 'ada', number, state: 'STORED' })),
  logs: new Map([[scout, logOf(...lines)]]),
  mail: new Map([[scout, [1, 2].map((number) => ({ sequence: number, series: 'ada', number }))]]),
  moves: [{ agent: scout, source: 'rome', target: 'oslo', epoch: 1, state: 'DONE' }],
  homes: new Map([[scout, { node: 'oslo', epoch: 2 }]]),
  agents: [seen],
  left: [],
};

/** The history in which the agent has printed other lines, and remembers what they come to. */
function told(more: Partial<AgentSeen>, ...texts: readonly string[]): History {
  return { ...history, logs: new Map([[scout, logOf(...texts)]]), agents: [{ ...seen, ...more }] };
}

describe('the checker of moves', () => {
  test('is content with an agent that has done everything once', () => {
    expect(checkHistory(history)).toEqual(none);
  });

  test.for<[string, History, Partial<Record<keyof MoveViolations, number>>]>([
    [
      'an agent on two disks',
      { ...history, agents: [seen, { ...seen, node: 'rome', epoch: 1 }] },
      { owners: 1 },
    ],
    ['an agent on no disk', { ...history, agents: [] }, { owners: 1, feeds: 1 }],
    [
      'an agent that is not where the registry has it',
      { ...history, homes: new Map([[scout, { node: 'rome', epoch: 2 }]]) },
      { owners: 1, epochs: 1 },
    ],
    [
      'a node that ran it at an epoch of another',
      told({}, ...lines.slice(0, 5), '#6 2 rome message 2 ada 2'),
      { owners: 1 },
    ],
    [
      'an epoch that two moves have used',
      { ...history, moves: [...history.moves, ...history.moves] },
      { epochs: 1 },
    ],
    [
      'a move that was given up, and happened',
      { ...history, moves: history.moves.map((move) => ({ ...move, state: 'ABORTED' })) },
      { epochs: 1, owners: 1 },
    ],
    [
      'an acknowledged message that was not handled',
      { ...history, sent: [...history.sent, { inbox: scout, source: 'bob', number: 1, state: 'QUEUED' }] },
      { lost: 1 },
    ],
    [
      'what a program has sent and nobody handled',
      { ...history, agents: [{ ...seen, memory: { ...Object(seen.memory), told: { [scout]: 1 } } }] },
      { lost: 1 },
    ],
    [
      'a message that was handled twice',
      told(
        { memory: { ...Object(seen.memory), inputs: 7, sequence: 3 }, lastSequence: 3, acknowledged: 3 },
        ...lines,
        '#7 2 oslo message 3 ada 2',
      ),
      { disordered: 1, feeds: 1 },
    ],
    [
      'a message that was left out',
      told(
        { memory: { ...Object(seen.memory), heard: { ada: 3 } } },
        ...lines.slice(0, 5),
        '#6 2 oslo message 2 ada 3',
      ),
      { disordered: 1 },
    ],
    [
      'a timer that came twice',
      told({ memory: { ...Object(seen.memory), inputs: 7 } }, ...lines, '#7 2 oslo timer 1'),
      { disordered: 1 },
    ],
    ['a timer that is lost', { ...history, agents: [{ ...seen, timers: 0 }] }, { memories: 1 }],
    [
      'a memory that is older than what was done',
      { ...history, agents: [{ ...seen, memory: { ...Object(seen.memory), heard: { ada: 1 } } }] },
      { memories: 1 },
    ],
    [
      'an inbox that is behind the memory',
      { ...history, agents: [{ ...seen, acknowledged: 1 }] },
      { memories: 1 },
    ],
    [
      'a line that the feed left out',
      told({}, ...lines.slice(0, 2), ...lines.slice(3)),
      { feeds: 1, memories: 1 },
    ],
    [
      'a message that the feed told twice',
      {
        ...history,
        mail: new Map([[scout, [1, 2, 2].map((number) => ({ sequence: number, series: 'ada', number }))]]),
      },
      { feeds: 1 },
    ],
    ['a message that the feed left out', { ...history, mail: new Map([[scout, []]]) }, { feeds: 1 }],
    [
      'a move that has come to no end',
      {
        ...history,
        moves: [
          ...history.moves,
          { agent: scout, source: 'oslo', target: 'rome', epoch: 2, state: 'MOVING' },
        ],
      },
      { unfinished: 1 },
    ],
    ['what is still on its way', { ...history, left: ['a message'] }, { unfinished: 1 }],
  ])('finds %s', ([, wrong, expected]) => {
    const found = Object.entries(checkHistory(wrong)).map(([kind, { length }]) => [kind, length] as const);
    expect(Object.fromEntries(found.filter(([, count]) => count > 0))).toEqual(expected);
  });
});
