import type { Kysely } from 'kysely';
import { codedError } from '../../wire/coded-error.ts';
import { isName } from '../../wire/ids.ts';
import type { NodeType, RegistryTables } from './database.ts';
import { type NodeOrigin, isDialable, plainAddress } from './node-origin.ts';
import { findUser } from './users.ts';

/** What a node says of itself. */
export interface NodeClaim {
  readonly name: string;
  readonly type: NodeType;
  readonly address?: string | null | undefined;
  /** Absent for a node that is reached through a tunnel. */
  readonly port?: number | null | undefined;
  readonly owner?: string | null | undefined;
}

/** A claim that makes sense, as it goes into the table. */
export interface CheckedClaim {
  readonly node_name: string;
  readonly node_type: NodeType;
  readonly ip_address: string;
  readonly port: number;
  readonly owner: string | null;
}

/** BAD_USER_INPUT, naming what is wrong. */
export async function checkClaim(
  db: Kysely<RegistryTables>,
  claim: NodeClaim,
  origin: NodeOrigin,
): Promise<CheckedClaim> {
  if (!isName(claim.name)) {
    throw bad(
      'name to be at most 64 lower-case letters, digits, ".", "_" and "-", beginning with a letter or a digit',
    );
  }
  if (claim.type === 'initial')
    throw bad('kind to be TRUSTED, LOCAL or PROXY: a network has one initial node');
  const port = claim.port ?? 0;
  if (claim.port != null && (port < 1 || port > 65_535)) throw bad(`port to be from 1 to 65535, got ${port}`);
  const owner = claim.owner ?? null;
  if (owner !== null && !(isName(owner) && (await findUser(db, owner)))) {
    throw bad('owner to be the name of a person in this network');
  }
  return {
    node_name: claim.name,
    node_type: claim.type,
    ip_address: port === 0 ? '' : addressOf(claim, origin),
    port,
    owner,
  };
}

function addressOf(claim: NodeClaim, origin: NodeOrigin): string {
  if (claim.address != null) {
    if (isDialable(claim.address)) return claim.address;
    throw bad('address to be an IP address or a host name');
  }
  if (origin === undefined) {
    throw bad(
      'address to be given, since the connection comes through a proxy and does not show where the node is',
    );
  }
  return plainAddress(origin);
}

function bad(expected: string) {
  return codedError('BAD_USER_INPUT', `Expected ${expected}`);
}
