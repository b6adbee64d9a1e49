import type { Resolvers } from '../../../schema/generated/registry.ts';
import { codedError } from '../../../wire/coded-error.ts';
import { createConnectionResolvers } from '../../serve/page.ts';
import type { LibraryEntryRow } from '../database.ts';
import { toColumn, toEnum } from '../enum-case.ts';
import { listLibrary, publish } from '../library.ts';
import type { RegistryServices } from '../services.ts';
import { needViewer } from './people.ts';

/** The library: what people have published for all. */
export function createLibraryResolvers({ db, load, now, readEntity }: RegistryServices) {
  return {
    Query: {
      library: (_root, { type, first, after }) =>
        listLibrary(db, { type: type ? toColumn(type) : undefined }, { first, after }),
    },
    Mutation: {
      publishToLibrary: async (_root, { entity: entityId, name }, context) => {
        const viewer = needViewer(context);
        const entity = await readEntity(entityId, viewer);
        if (!entity) throw codedError('NOT_FOUND', `There is no entity ${entityId}`);
        return publish(db, { entityId, entity, name, viewer, now: now() });
      },
    },
    LibraryEntry: {
      type: (entry) => toEnum(entry.entity_type),
      data: (entry): unknown => JSON.parse(entry.data),
      publishedBy: async (entry) => (await load.user(entry.published_by)) ?? null,
      publishedAt: (entry) => entry.published_at,
    },
    LibraryConnection: createConnectionResolvers<LibraryEntryRow>(),
  } satisfies Resolvers;
}
