import { randomInt } from 'node:crypto';
import type { Kysely } from 'kysely';
import { limits } from '../../schema/limits.ts';
import type { RegistryTables } from './database.ts';
import { findNode } from './nodes.ts';

const suffixLength = 4;
/** No vowels: suffixes spell nothing. No 0, 1 or l either: people read them to each other. */
const letters = 'bcdfghjkmnpqrstvwxz23456789';

/**
 * An id for a new node: its name, with a short suffix when another node has that, or had it until not long ago. Part of the transaction that
 * stores it.
 */
export async function chooseNodeId(
  transaction: Kysely<RegistryTables>,
  name: string,
  now: number,
): Promise<string> {
  await freeName(transaction, name, now);
  let id = name;
  while (await findNode(transaction, id)) {
    id = `${name.slice(0, limits.maxNameLength - suffixLength - 1)}-${suffix(suffixLength)}`;
  }
  return id;
}

/** A node that left for good long ago gives up its id: its row stays, for its keys, under another one. */
async function freeName(transaction: Kysely<RegistryTables>, id: string, now: number): Promise<void> {
  await transaction
    .updateTable('nodes')
    .set({ node_id: `retired-${suffix(16)}` })
    .where('node_id', '=', id)
    .where('retired_at', '<=', new Date(now - limits.retiredNameMs).toISOString())
    .execute();
}

function suffix(length: number): string {
  return Array.from({ length }, () => letters[randomInt(letters.length)]).join('');
}
