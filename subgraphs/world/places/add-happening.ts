import { limits } from '../../../schema/limits.ts';
import type { HappeningRow, WorldTransaction } from '../database.ts';

/** Notes what happens at a location; the newest are kept. In a transaction of the caller's, who rings afterwards. */
export async function addHappening(
  transaction: WorldTransaction,
  happening: Omit<HappeningRow, 'sequence'>,
): Promise<void> {
  const { location } = happening;
  const { last_sequence: sequence } = await transaction
    .insertInto('places')
    .values({ location, last_sequence: 1 })
    .onConflict((conflict) =>
      conflict
        .column('location')
        .doUpdateSet((row) => ({ last_sequence: row('places.last_sequence', '+', 1) })),
    )
    .returning('last_sequence')
    .executeTakeFirstOrThrow();
  await transaction
    .insertInto('happenings')
    .values({ ...happening, sequence })
    .execute();
  await transaction
    .deleteFrom('happenings')
    .where('location', '=', location)
    .where('sequence', '<=', sequence - limits.maxHappenings)
    .execute();
}
