import { setTimeout as delay } from 'node:timers/promises';
import type { MoveRegistry } from '../../nodes/moving/move-registry.ts';
import type { NodeMove } from '../../schema/generated/network.ts';
import { codedError } from '../../wire/coded-error.ts';

export const faults = ['request-lost', 'answer-lost', 'doubled', 'late'] as const;
export const calls = [
  'begin',
  'copied',
  'accepted',
  'copied-again',
  'accepted-again',
  'frozen',
  'commit',
  'confirm',
] as const;

/**
 * A registry that is reached badly, once for each agent whose name says how: `ada/answer-lost-commit`. A late request arrives a second time when all is
 * over.
 */
export function createFaultyRegistry(
  registry: MoveRegistry,
  onStrike: (agent: string) => void,
): MoveRegistry {
  const struck = new Set<string>();
  const agents = new Map<string, string>();
  const learn = (move: NodeMove): NodeMove => {
    agents.set(move.id, move.agent);
    return move;
  };
  const call = async (
    name: (typeof calls)[number],
    agent: string | undefined,
    work: () => Promise<NodeMove>,
  ): Promise<NodeMove> => {
    const fault = faults.find((one) => agent?.endsWith(`/${one}-${name}`));
    if (agent === undefined || !fault || struck.has(agent)) return learn(await work());
    struck.add(agent);
    onStrike(agent);
    const lost = () => codedError('INITIAL_UNREACHABLE', 'It got lost');
    switch (fault) {
      case 'request-lost':
        throw lost();
      case 'answer-lost':
        learn(await work());
        throw lost();
      case 'doubled': {
        const [first] = await Promise.all([work(), work()]);
        return learn(first);
      }
      case 'late':
        void delay(1_500, undefined, { ref: false })
          .then(work)
          .catch(() => undefined);
        return learn(await work());
    }
  };
  return {
    ...registry,
    begin: (move) => call('begin', move.agent, () => registry.begin(move)),
    progress: (id, reached) => {
      const work = () => registry.progress(id, reached);
      if (reached === undefined || reached.step === 'BEGUN') return work();
      const { step, copy = 1 } = reached;
      const names = { COPIED: 'copied', ACCEPTED: 'accepted', FROZEN: 'frozen' } as const;
      const again = { COPIED: 'copied-again', ACCEPTED: 'accepted-again', FROZEN: 'frozen' } as const;
      return call((copy > 1 ? again : names)[step], agents.get(id), work);
    },
    commit: (id) => call('commit', agents.get(id), () => registry.commit(id)),
    confirm: (id) => call('confirm', agents.get(id), () => registry.confirm(id)),
    onMove: (listener) => registry.onMove((move) => listener(learn(move))),
  };
}
