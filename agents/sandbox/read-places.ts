import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Sight } from '../agent-runtime.ts';
import { sandboxNode } from './sandbox.ts';

const types = { location: 'LOCATION', npc: 'NPC', item: 'ITEM' } as const;

/**
 * The world of a sandbox: `entities/<type>/<name>.json` in the developer's folder, as a node has them for each developer (docs/entities.md). Where a file
 * names another by its name alone, that is one of these. Throws with the file's name when one is not JSON.
 */
export function readPlaces(folder: string, owner: string): readonly Sight[] {
  const root = join(folder, 'entities');
  return Object.entries(types).flatMap(([type, kind]) => {
    const place = join(root, type);
    const files = existsSync(place) ? readdirSync(place).toSorted() : [];
    return files
      .filter((file) => file.endsWith('.json'))
      .map((file): Sight => {
        const name = basename(file, '.json');
        const data = readJson(join(place, file));
        const shown = typeof data['name'] === 'string' ? data['name'] : name;
        const id = placeId(owner, type, name);
        const { location } = data;
        if (typeof location !== 'string' || location.includes('/'))
          return { id, type: kind, name: shown, owner, data };
        return {
          id,
          type: kind,
          name: shown,
          owner,
          data: { ...data, location: placeId(owner, 'location', location) },
        };
      });
  });
}

/** The id of what is called so. */
export function placeId(owner: string, type: string, name: string): string {
  return name.includes('/') ? name : `${sandboxNode}/${owner}/${type}/${name}`;
}

function readJson(file: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
    throw new Error('it is no object');
  } catch (cause) {
    throw new Error(
      `Expected a JSON object in ${file}: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}
