import type { EntityType, Resolvers } from '../../../schema/generated/world.ts';
import { limits } from '../../../schema/limits.ts';
import { codedError } from '../../../wire/coded-error.ts';
import { isName } from '../../../wire/ids.ts';
import { type Viewer, hasRole } from '../../../wire/viewer.ts';
import { createConnectionResolvers } from '../../serve/page.ts';
import { assertOwner, needViewer } from '../assert-owner.ts';
import type { EntityRow } from '../database.ts';
import {
  type EntityIdentity,
  type FileType,
  entityId,
  fileTypes,
  parseEntityId,
  systemOwner,
} from '../entities/entity-identity.ts';
import type { Sees } from '../entities/entity-store.ts';
import { pageEntities } from '../entities/page-entities.ts';
import type { WorldServices } from './services.ts';
import { assertThisNode, isAsked } from './this-node.ts';

/** Entities: found, listed, authored; and the files that are broken. */
export function createEntityResolvers({ node, entities, entityFiles, places }: WorldServices) {
  const get = async (id: string, viewer: Viewer | undefined): Promise<EntityRow> => {
    const row = await entities.find(id);
    const isSeen = row && (maySeeHidden(viewer, row) || !(await entities.isHidden(id)));
    if (isSeen) return row;
    throw codedError('NOT_FOUND', `There is no entity ${JSON.stringify(id.slice(0, 300))}`);
  };
  /** An entity that the viewer may change. */
  const getOwn = async (id: string, viewer: Viewer | undefined): Promise<EntityIdentity> => {
    const { owner } = await get(id, viewer);
    assertOwner(viewer, owner);
    const identity = parseEntityId(node, id);
    if (identity) return identity;
    throw codedError('NOT_FOUND', `There is no entity ${JSON.stringify(id.slice(0, 300))} with a file`);
  };
  const listBroken = () => entities.listBroken(limits.maxPageSize);

  return {
    Query: {
      entity: (_root, { id }, { viewer }) => get(id, viewer),
      entities: (_root, { nodes, type, owner, ...range }, { viewer }) =>
        pageEntities(
          isAsked(node, nodes) ? entities : undefined,
          { ...toFilter(type, owner), sees: toSees(viewer) },
          range,
        ),
      brokenFiles: async (_root, { nodes }) => (isAsked(node, nodes) ? listBroken() : []),
    },
    Mutation: {
      createEntity: async (_root, { node: meant, input }, { viewer }) => {
        assertThisNode(node, meant);
        const identity = newIdentity(needViewer(viewer), input.type, input.name);
        await entityFiles.create(identity, input.data);
        return get(entityId(node, identity), viewer);
      },
      updateEntity: async (_root, { id, data }, { viewer }) => {
        await entityFiles.replace(await getOwn(id, viewer), data);
        return get(id, viewer);
      },
      deleteEntity: async (_root, { id }, { viewer }) => {
        await entityFiles.remove(await getOwn(id, viewer));
        return id;
      },
    },
    Node: {
      entities: (_node, { type, owner, ...range }, { viewer }) =>
        pageEntities(entities, { ...toFilter(type, owner), sees: toSees(viewer) }, range),
      brokenFiles: () => listBroken(),
    },
    Entity: {
      __resolveReference: ({ id }, { viewer }) => get(id, viewer),
      id: (row) => row.entity_id,
      type: (row) => toEnum(row.entity_type),
      owner: (row) => ({ username: row.owner }),
      data: (row): unknown => JSON.parse(row.data),
      node: () => ({ id: node }),
      updatedAt: (row) => row.updated_at,
      hidden: (row) => entities.isHidden(row.entity_id),
      present: async (row) =>
        row.entity_type === 'location' ? [...(await places.present(row.entity_id))] : [],
    },
    EntityConnection: createConnectionResolvers<EntityRow>(),
    BrokenFile: {
      entity: (row) => (row.serves ? row.entity_id : null),
      node: () => ({ id: node }),
    },
  } satisfies Resolvers;
}

function maySeeHidden(viewer: Viewer | undefined, { owner }: EntityRow): boolean {
  return viewer?.username === owner || hasRole(viewer, 'ADMIN');
}

function toSees(viewer: Viewer | undefined): Sees {
  // Nobody has the empty name.
  return hasRole(viewer, 'ADMIN') ? 'all' : { of: viewer?.username ?? '' };
}

function toFilter(type: EntityType | null | undefined, owner: string | null | undefined) {
  return { type: type ? toColumn[type] : undefined, owner: owner ?? undefined };
}

const toColumn = {
  LOCATION: 'location',
  NPC: 'npc',
  ITEM: 'item',
  AVATAR: 'avatar',
} as const satisfies Record<EntityType, EntityRow['entity_type']>;

const toEnum = (type: EntityRow['entity_type']) => type.toUpperCase() as EntityType;

function newIdentity(viewer: Viewer, typeArgument: EntityType, name: string): EntityIdentity {
  const owner = viewer.username;
  const type: FileType | undefined = fileTypes.find((known) => known === toColumn[typeArgument]);
  if (!type)
    throw codedError('BAD_USER_INPUT', 'Expected LOCATION, NPC or ITEM: an agent is deployed (deployAgent)');
  if (!isName(owner) || owner === systemOwner) {
    throw codedError(
      'FORBIDDEN',
      `Nobody with the name ${JSON.stringify(owner.slice(0, 80))} can own entities`,
    );
  }
  if (!isName(name)) {
    throw codedError(
      'BAD_USER_INPUT',
      `Expected a name of a-z, 0-9, ".", "_" and "-", got ${JSON.stringify(name.slice(0, 80))}`,
    );
  }
  return { owner, type, name };
}
