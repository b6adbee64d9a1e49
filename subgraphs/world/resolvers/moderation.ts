import type { Resolvers } from '../../../schema/generated/world.ts';
import { codedError } from '../../../wire/coded-error.ts';
import { createConnectionResolvers } from '../../serve/page.ts';
import { needViewer } from '../assert-owner.ts';
import type { ModerationRow } from '../database.ts';
import { readReason } from '../moderation/moderation-book.ts';
import type { WorldServices } from './services.ts';
import { isAsked } from './this-node.ts';

/** What admins decide about entities, and what they have decided. */
export function createModerationResolvers({ node, clock, entities, moderation, places }: WorldServices) {
  return {
    Query: {
      moderations: (_root, { nodes, ...range }) => moderation.page(isAsked(node, nodes), range),
    },
    Mutation: {
      hideEntity: async (_root, { id, hidden, reason }, { viewer }) => {
        const row = await entities.find(id);
        if (!row) throw codedError('NOT_FOUND', `There is no entity ${JSON.stringify(id.slice(0, 300))}`);
        const at = new Date(clock()).toISOString();
        const { username: moderator } = needViewer(viewer);
        await moderation.hide(hidden, { at, moderator, subject: id, reason: readReason(reason) });
        places.changedAnywhere();
        if (hidden) await places.close([id]);
        return row;
      },
    },
    Moderation: { moderator: (row) => ({ username: row.moderator }) },
    ModerationConnection: createConnectionResolvers<ModerationRow>(),
  } satisfies Resolvers;
}
