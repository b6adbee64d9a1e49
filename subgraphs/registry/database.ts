import type { Generated, Selectable } from 'kysely';

export const userRoles = ['player', 'developer', 'admin'] as const;
export const nodeTypes = ['initial', 'trusted', 'local', 'proxy'] as const;
export const nodeStatuses = ['pending', 'online', 'offline', 'revoked'] as const;
export const entityTypes = ['location', 'npc', 'item', 'avatar'] as const;

type UserRole = (typeof userRoles)[number];
export type NodeType = (typeof nodeTypes)[number];
export type NodeRowStatus = (typeof nodeStatuses)[number];
export type LibraryEntityType = (typeof entityTypes)[number];

/** Times are ISO 8601 in UTC, as `Date.toISOString` writes them, so that they sort as text. */
export interface RegistryTables {
  readonly users: UsersTable;
  readonly nodes: NodesTable;
  readonly agent_homes: AgentHomesTable;
  readonly library_entries: LibraryEntriesTable;
  readonly join_tokens: JoinTokensTable;
  readonly session_keys: SessionKeysTable;
}

interface UsersTable {
  readonly id: Generated<number>;
  readonly username: string;
  /** A PHC string of argon2id. */
  readonly password_hash: string;
  readonly role: UserRole;
  readonly created_at: string;
  /** Part of every session; a new password raises it and so ends the sessions before. */
  readonly session_generation: Generated<number>;
}

interface NodesTable {
  /** The order of joining, in which nodes are listed. */
  readonly id: Generated<number>;
  /** Given at registration, for life. */
  readonly node_id: string;
  readonly node_name: string;
  readonly node_type: NodeType;
  readonly ip_address: string;
  readonly port: number;
  readonly last_seen: string | null;
  readonly owner: string | null;
  readonly public_key: string;
  readonly fingerprint: string;
  readonly status: NodeRowStatus;
  /** What the two ends of the link prove themselves with. */
  readonly secret: string;
  readonly registered_at: string;
  /** Set while the node is away after a proper goodbye. */
  readonly departed_at: string | null;
  readonly revoked_reason: string | null;
  /** node_id of the node through which this one is reached. */
  readonly proxy: string | null;
}

interface AgentHomesTable {
  readonly agent_id: string;
  /** null once given back: the row stays, so that the epoch of the next agent of this name is a higher one. */
  readonly node_id: string | null;
  readonly epoch: number;
  readonly claimed_at: string;
}

interface LibraryEntriesTable {
  readonly id: Generated<number>;
  readonly name: string;
  readonly version: number;
  readonly entity_type: LibraryEntityType;
  /** JSON. */
  readonly data: string;
  /** The entity that was copied. */
  readonly entity_id: string;
  readonly published_by: string;
  readonly published_at: string;
}

interface JoinTokensTable {
  /** SHA-256 of the token, in hex: what is stored lets nobody in. */
  readonly token_hash: string;
  readonly node_type: NodeType;
  readonly expires_at: string;
  readonly created_by: string;
  /** node_id of the node that came with it. */
  readonly used_by: string | null;
}

interface SessionKeysTable {
  readonly key_id: string;
  /** JSON Web Key of an Ed25519 private key. */
  readonly private_key: string;
  readonly created_at: string;
}

export type UserRow = Selectable<UsersTable>;
export type NodeRow = Selectable<NodesTable>;
export type AgentHomeRow = Selectable<AgentHomesTable>;
export type LibraryEntryRow = Selectable<LibraryEntriesTable>;
