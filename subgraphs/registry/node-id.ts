import { randomInt } from 'node:crypto';
import type { Kysely } from 'kysely';
import { limits } from '../../schema/limits.ts';
import type { RegistryTables } from './database.ts';
import { findNode } from './nodes.ts';

const suffixLength = 4;
/** No vowels: suffixes spell nothing. No 0, 1 or l either: people read them to each other. */
const letters = 'bcdfghjkmnpqrstvwxz23456789';

/** An id for a new node: its name, with a short suffix when another node has that. Part of the transaction that stores it. */
export async function chooseNodeId(transaction: Kysely<RegistryTables>, name: string): Promise<string> {
  let id = name;
  while (await findNode(transaction, id)) {
    const suffix = Array.from({ length: suffixLength }, () => letters[randomInt(letters.length)]).join('');
    id = `${name.slice(0, limits.maxNameLength - suffixLength - 1)}-${suffix}`;
  }
  return id;
}
