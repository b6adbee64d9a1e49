import { sql } from 'kysely';
import type { Sight } from '../../../agents/agent-runtime.ts';
import { limits } from '../../../schema/limits.ts';
import type { EntityRow, WorldDatabase } from '../database.ts';

type Seen = Pick<EntityRow, 'entity_id' | 'entity_type' | 'name' | 'owner' | 'data'>;
const columns = ['entity_id', 'entity_type', 'name', 'owner', 'data'] as const;

/** What is to be seen at a location: itself, what its entities' `location` puts there, the avatars. Nothing where there is no such location. */
export async function readSights(db: WorldDatabase, location: string): Promise<readonly Sight[]> {
  const place = await visible(db)
    .where('entity_id', '=', location)
    .where('entity_type', '=', 'location')
    .executeTakeFirst();
  if (!place) return [];
  const fixed = await readFixed(db, place);
  const avatars = await db
    .selectFrom('agents')
    .select(['agent_id', 'name', 'owner'])
    .where('location', '=', location)
    .orderBy('position')
    .limit(limits.maxSights - 1 - fixed.length)
    .execute();
  return fitting([
    ...[place, ...fixed].map(toSight),
    ...avatars.map(({ agent_id: id, name, owner }) => ({
      id,
      type: 'AVATAR' as const,
      name,
      owner,
      data: {},
    })),
  ]);
}

function visible(db: WorldDatabase) {
  return db
    .selectFrom('entities')
    .select(columns)
    .where('entity_id', 'not in', (eb) => eb.selectFrom('hidden_entities').select('entity_id'));
}

/** Entities say where they are by a location's id, or by its name where it is their owner's too. */
function readFixed(db: WorldDatabase, place: Seen): Promise<Seen[]> {
  const stated = sql<string>`json_extract(data, '$.location')`;
  return visible(db)
    .where('position', 'is not', null)
    .where('entity_type', 'in', ['npc', 'item'])
    .where(stated, 'in', [place.entity_id, place.name])
    .where((row) => row.or([row(stated, '=', place.entity_id), row('owner', '=', place.owner)]))
    .orderBy('position')
    .limit(limits.maxFixedSights)
    .execute();
}

const types = { location: 'LOCATION', npc: 'NPC', item: 'ITEM', avatar: 'AVATAR' } as const;

function toSight({ entity_id: id, entity_type, name, owner, data }: Seen): Sight {
  return { id, type: types[entity_type], name, owner, data: JSON.parse(data) };
}

/** As many, from the first on, as there is room for. */
function fitting(sights: readonly Sight[]): readonly Sight[] {
  let bytes = 0;
  const end = sights.findIndex((sight) => {
    bytes += Buffer.byteLength(JSON.stringify(sight));
    return bytes > limits.maxSightsBytes;
  });
  return end < 0 ? sights : sights.slice(0, Math.max(1, end));
}
