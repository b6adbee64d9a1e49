import type { EntityChange } from '../entities/apply-readings.ts';
import { entityId, parseEntityPath } from '../entities/entity-identity.ts';

/** Ids of the locations that are no more after these changes of a node's files. */
export function removedLocations(node: string, changes: readonly EntityChange[]): readonly string[] {
  return changes.flatMap(({ path, outcome }) => {
    if (outcome !== 'REMOVED') return [];
    const identity = parseEntityPath(path);
    return 'type' in identity && identity.type === 'location' ? [entityId(node, identity)] : [];
  });
}
