import { isDeepStrictEqual } from 'node:util';
import { checkRoute } from './check-route.ts';
import type { AgentSeen, History, Mail } from './history.ts';
import { type TravellerMemory, replayLog } from './replay-log.ts';
import { ownSeries } from './traveller.ts';

/** What must not be, a line for people each. */
export interface MoveViolations {
  /** An agent on no disk, on two, or not where the registry places it; an epoch that ran anywhere but on its one node. */
  readonly owners: readonly string[];
  /** Epochs that do not rise by one with each move that was committed. */
  readonly epochs: readonly string[];
  /** Acknowledged, or sent by a program, and never handled. */
  readonly lost: readonly string[];
  /** Handled a second time, or out of the order of their series. */
  readonly disordered: readonly string[];
  /** A memory that is not what the inputs come to, or not what the inbox has been acknowledged to. */
  readonly memories: readonly string[];
  /** A feed that has left something out, or told it twice. */
  readonly feeds: readonly string[];
  /** Moves, messages and agents that are still on their way when all is over. */
  readonly unfinished: readonly string[];
}

/** Holds what agents have done, as their logs and the disks tell it, against what they were sent and where the registry has placed them. */
export function checkHistory(history: History): MoveViolations {
  const agents = [...history.homes.keys()];
  const replayed = new Map(agents.map((agent) => [agent, replayLog(history.logs.get(agent) ?? [])]));
  const memories = new Map([...replayed].map(([agent, { memory }]) => [agent, memory]));
  const open = history.moves.filter(({ state }) => state === 'MOVING' || state === 'COMMITTED');
  const routes = new Map(agents.map((agent) => [agent, checkRoute(history, agent)]));
  return {
    owners: [
      ...agents.flatMap((agent) => findOwners(history, agent)),
      ...agents.flatMap((agent) =>
        [...(replayed.get(agent)?.nodes ?? [])].flatMap(([epoch, nodes]) => {
          const due = routes.get(agent)?.nodes.get(epoch);
          if (due !== undefined && nodes.size === 1 && nodes.has(due)) return [];
          return [`${agent} ran at epoch ${epoch} on ${[...nodes].join(' and ')}, and lived on ${due}`];
        }),
      ),
    ],
    epochs: [...routes.values()].flatMap(({ faults }) => faults),
    lost: findLost(history, memories),
    disordered: [...replayed].flatMap(([agent, { disordered }]) =>
      disordered.map((line) => `${agent} ${line}`),
    ),
    memories: history.agents.flatMap((seen) => checkMemory(seen, memories.get(seen.agent))),
    feeds: [
      ...[...replayed].flatMap(([agent, { gaps }]) => gaps.map((line) => `log of ${agent}: ${line}`)),
      ...[...history.mail].flatMap(([agent, mail]) => findMailFaults(history, agent, mail)),
    ],
    unfinished: [
      ...history.left,
      ...open.map(({ agent, target, state }) => `${agent} to ${target} is ${state}`),
    ],
  };
}

function findOwners({ agents, homes }: History, agent: string): readonly string[] {
  const home = homes.get(agent);
  const seen = agents.filter((one) => one.agent === agent);
  const [only] = seen;
  if (seen.length === 1 && only?.node === home?.node && only?.epoch === home?.epoch) return [];
  const places = seen.map(({ node, epoch }) => `${node} (${epoch})`).join(' and ') || 'no disk';
  return [`${agent} is on ${places}, and the registry has ${home?.node} (${home?.epoch})`];
}

/** What came from outside, and what programs have told each other, against what was handled. */
function findLost(history: History, memories: ReadonlyMap<string, TravellerMemory>): readonly string[] {
  const due = new Map<string, number>();
  const expect = (inbox: string, series: string, number: number): void => {
    const key = JSON.stringify([inbox, series]);
    due.set(key, Math.max(due.get(key) ?? 0, number));
  };
  for (const { inbox, source, number, state } of history.sent)
    if (state !== 'SENDING') expect(inbox, source, number);
  for (const { agent, memory } of history.agents) {
    const told: unknown = Object(memory).told;
    for (const [inbox, number] of Object.entries(Object(told)))
      expect(inbox, ownSeries(agent), Number(number));
  }
  return [...due].flatMap(([key, number]) => {
    const [inbox = '', series = ''] = JSON.parse(key) as readonly string[];
    const handled = memories.get(inbox)?.heard[series] ?? 0;
    return handled >= number ? [] : [`${series} to ${inbox}: ${handled} handled of ${number}`];
  });
}

function checkMemory(seen: AgentSeen, due: TravellerMemory | undefined): readonly string[] {
  const { told: _, ...memory } = Object(seen.memory);
  const faults = [];
  if (!isDeepStrictEqual(memory, { ...due }))
    faults.push(
      `${seen.agent} remembers ${JSON.stringify(memory)}, and its lines say ${JSON.stringify(due)}`,
    );
  if (seen.acknowledged !== seen.lastSequence || seen.acknowledged !== memory.sequence) {
    const { acknowledged, lastSequence } = seen;
    faults.push(
      `${seen.agent} has taken up to ${memory.sequence}, its inbox up to ${acknowledged} of ${lastSequence}`,
    );
  }
  if (seen.timers !== 1) faults.push(`${seen.agent} has ${seen.timers} timers set, and sets one at a time`);
  return faults;
}

function findMailFaults({ agents }: History, agent: string, mail: readonly Mail[]): readonly string[] {
  const faults: string[] = [];
  const last = new Map<string, number>();
  let newest = 0;
  for (const { sequence, series, number } of mail) {
    const before = last.get(series) ?? 0;
    if (sequence !== newest + 1 || number !== before + 1)
      faults.push(
        `messages of ${agent}: ${sequence} (${series} ${number}) right behind ${newest} (${before})`,
      );
    newest = sequence;
    last.set(series, number);
  }
  const inbox = agents.find((one) => one.agent === agent)?.lastSequence;
  if (inbox !== newest) faults.push(`messages of ${agent}: told up to ${newest} of ${inbox}`);
  return faults;
}
