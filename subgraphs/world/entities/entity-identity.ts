import { isName } from '../../../wire/ids.ts';

/** The types that people author as files. The fourth, an avatar, is the body of an agent. */
export const fileTypes = ['location', 'npc', 'item'] as const;
export type FileType = (typeof fileTypes)[number];

/** Owner of what is shared; no developer's folder may have this name. */
export const systemOwner = 'system';

/** Which entity of this node. */
export interface EntityIdentity {
  readonly owner: string;
  readonly type: FileType;
  readonly name: string;
}

/** The entity's id in the network: `<node>/<owner>/<type>/<name>`. */
export function entityId(node: string, identity: EntityIdentity): string {
  return [node, identity.owner, identity.type, identity.name].join('/');
}

/** Which entity of `node` the id means; undefined when it cannot be one. */
export function parseEntityId(node: string, id: string): EntityIdentity | undefined {
  const [first, owner = '', typeText, name = '', ...rest] = id.split('/');
  const type = fileTypes.find((known) => known === typeText);
  if (first !== node || !type || rest.length > 0 || !isName(owner) || !isName(name)) return undefined;
  return { owner, type, name };
}

/**
 * The entity's place in the order of the network: by owner, then type, name and node. Each part ends in a comma, which sorts before every
 * character of a name, so that bytewise order is the order by parts.
 */
export function entityPosition(node: string, identity: EntityIdentity): string {
  return `${identity.owner},${identity.type},${identity.name},${node},`;
}

/** Where the entity's file is, below the node's folder. */
export function entityPath(identity: EntityIdentity): string {
  const place = identity.owner === systemOwner ? 'shared' : `developers/${identity.owner}`;
  return `entities/${place}/${identity.type}/${identity.name}.json`;
}

/** Which entity a file is, told by its path; or why it is none. */
export function parseEntityPath(path: string): EntityIdentity | { readonly reason: string } {
  const [root, place, ...rest] = path.split('/');
  const [owner, typeText, file, ...more] = place === 'shared' ? [systemOwner, ...rest] : rest;
  const type = fileTypes.find((known) => known === typeText);
  const isPlaced = root === 'entities' && (place === 'shared' || place === 'developers') && more.length === 0;
  if (!isPlaced || !type || owner === undefined || file === undefined) {
    return {
      reason: `Expected developers/<developer>/<type>/<name>.json or shared/<type>/<name>.json, where <type> is one of ${fileTypes.join(', ')}`,
    };
  }
  const name = file.replace(/\.json$/, '');
  for (const text of [owner, name]) {
    if (!isName(text)) return { reason: `Expected a name of a-z, 0-9, ".", "_" and "-", got ${quote(text)}` };
  }
  if (place === 'developers' && owner === systemOwner) {
    return { reason: `The name "${systemOwner}" is kept for what is shared` };
  }
  return { owner, type, name };
}

const quote = (text: string) => JSON.stringify(text.slice(0, 80));
