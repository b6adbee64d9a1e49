import type { AgentHome } from '../../schema/generated/network.ts';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { NetworkClient } from '../network-client.ts';
import type { MoveNews } from './move-news.ts';
import * as questions from './move-questions.ts';
import type { MoveRegistry } from './move-registry.ts';

/** The registry as a node asks it that is not the initial one. */
export function createNetworkMoveRegistry(
  network: Pick<NetworkClient, 'ask'>,
  news: Pick<MoveNews, 'onMove'>,
): MoveRegistry {
  return {
    begin: (move) => network.ask(questions.beginMove(move)),
    progress: (id, reached) => network.ask(questions.moveProgress(id, reached)),
    commit: (id) => network.ask(questions.changeMove('commitMove', id)),
    confirm: (id) => network.ask(questions.changeMove('confirmMove', id)),
    abort: (id, reason) => network.ask(questions.abortMove(id, reason)),
    find: async (id) => (await network.ask(questions.findMove(id))) ?? undefined,
    agentsHere: async () => {
      const homes: AgentHome[] = [];
      for (;;) {
        const page = await network.ask(questions.agentsHere(homes.at(-1)?.agent));
        homes.push(...page);
        if (page.length < limits.maxPageSize) return homes;
      }
    },
    checkpoint: async (agent) => {
      const first = await network.ask(questions.checkpoint(agent, 0));
      if (!first) return undefined;
      let data = first.data;
      for (let part = 1; part < first.parts; part += 1) {
        const next = await network.ask(questions.checkpoint(agent, part));
        if (next?.takenAt !== first.takenAt)
          throw codedError('NODE_BAD_ANSWER', `Expected one checkpoint of ${agent}, got parts of two`);
        data += next.data;
      }
      return data;
    },
    keepCheckpoint: async ({ agent, epoch, data }) => {
      const parts = Math.max(1, Math.ceil(data.length / limits.checkpointPartBytes));
      for (let part = 0; part < parts; part += 1) {
        const begin = part * limits.checkpointPartBytes;
        const piece = data.slice(begin, begin + limits.checkpointPartBytes);
        await network.ask(questions.keepCheckpoint({ agent, epoch, part, parts, data: piece }));
      }
    },
    onMove: (listener) => news.onMove(listener),
  };
}
