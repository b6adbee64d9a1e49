import type { Resolvers } from '../../../schema/generated/world.ts';
import { codedError } from '../../../wire/coded-error.ts';
import { type Viewer, hasRole } from '../../../wire/viewer.ts';
import { assertOwner } from '../assert-owner.ts';
import type { EntityRow } from '../database.ts';
import type { Happening } from '../places/happenings.ts';
import type { WorldServices } from './services.ts';

/** Locations: who is there, what happens there, and avatars that are driven by hand. */
export function createPlaceResolvers({ entities, desk, places, happenings }: WorldServices) {
  const { store } = desk;
  /** Throws NOT_FOUND for what is no location, or is hidden from the viewer. */
  const needLocation = async (id: string, viewer: Viewer | undefined): Promise<EntityRow> => {
    const row = await entities.find(id);
    const mayLook = row?.owner === viewer?.username || hasRole(viewer, 'ADMIN');
    if (row?.entity_type === 'location' && (mayLook || !(await entities.isHidden(id)))) return row;
    throw codedError('NOT_FOUND', `There is no location ${JSON.stringify(id.slice(0, 300))}`);
  };
  const needOwner = async (id: string, viewer: Viewer | undefined): Promise<void> =>
    assertOwner(viewer, (await store.get(id)).owner);
  return {
    Query: {
      presence: async (_root, { location }, { viewer }) => {
        await needLocation(location, viewer);
        return store.listPresent(location);
      },
    },
    Mutation: {
      enter: async (_root, { agent, location }, { viewer }) => {
        await needOwner(agent, viewer);
        await places.enter(agent, location ?? null);
        return store.get(agent);
      },
      say: async (_root, { agent, text }, { viewer }) => {
        await needOwner(agent, viewer);
        await places.say(agent, text);
        return store.get(agent);
      },
    },
    Subscription: {
      happenings: {
        subscribe: async (_root, { location, after }, { viewer, signal }) => {
          await needLocation(location, viewer);
          return happenings.follow(location, { after: after ?? undefined, signal });
        },
        resolve: (happening: Happening) => happening,
      },
    },
  } satisfies Resolvers;
}
