import type { AgentMoveState } from '../../schema/generated/registry.ts';
import type { Generated, Selectable } from 'kysely';

export const userRoles = ['player', 'developer', 'admin'] as const;
export const nodeTypes = ['initial', 'trusted', 'local', 'proxy'] as const;
export const nodeStatuses = ['pending', 'online', 'offline', 'revoked'] as const;
export const entityTypes = ['location', 'npc', 'item', 'avatar'] as const;

export const moveStates = ['MOVING', 'COMMITTED', 'DONE', 'ABORTED', 'LOST'] as const;
export const moveSteps = ['BEGUN', 'COPIED', 'ACCEPTED', 'FROZEN'] as const;

type MoveState = (typeof moveStates)[number];
export type MoveStep = (typeof moveSteps)[number];
type UserRole = (typeof userRoles)[number];
export type NodeType = (typeof nodeTypes)[number];
export type NodeRowStatus = (typeof nodeStatuses)[number];
export type LibraryEntityType = (typeof entityTypes)[number];

/** Times are ISO 8601 in UTC, as `Date.toISOString` writes them, so that they sort as text. */
export interface RegistryTables {
  readonly users: UsersTable;
  readonly nodes: NodesTable;
  readonly node_keys: NodeKeysTable;
  readonly agent_homes: AgentHomesTable;
  readonly moves: MovesTable;
  readonly move_events: MoveEventsTable;
  readonly checkpoints: CheckpointsTable;
  readonly checkpoint_parts: CheckpointPartsTable;
  readonly library_entries: LibraryEntriesTable;
  readonly join_tokens: JoinTokensTable;
  readonly session_keys: SessionKeysTable;
  readonly sessions: SessionsTable;
}

interface UsersTable {
  readonly id: Generated<number>;
  readonly username: string;
  /** A PHC string of argon2id. */
  readonly password_hash: string;
  readonly role: UserRole;
  readonly created_at: string;
  /** Set while an admin has disabled this person. */
  readonly disabled_at: Generated<string | null>;
  readonly disabled_reason: Generated<string | null>;
  /** Set while an admin has muted this person. */
  readonly muted_at: Generated<string | null>;
  readonly muted_reason: Generated<string | null>;
}

interface SessionsTable {
  /** Random, and part of its token, which is not stored. */
  readonly id: string;
  readonly username: string;
  readonly created_at: string;
  /** To about five minutes. */
  readonly last_seen_at: string;
  readonly expires_at: string;
  /** The program that opened it, as it calls itself. */
  readonly client: string | null;
  /** Set when it was ended before its time. */
  readonly ended_at: string | null;
}

interface NodesTable {
  /** The order of joining, in which nodes are listed. */
  readonly id: Generated<number>;
  /** Given at approval, for life; before that `newNode` has something in its place. */
  readonly node_id: string;
  readonly node_name: string;
  readonly node_type: NodeType;
  /** '' for a node that is reached through a tunnel only. */
  readonly ip_address: string;
  /** 0 for a node that is reached through a tunnel only. */
  readonly port: number;
  readonly last_seen: string | null;
  readonly owner: string | null;
  /** The newest; all of them are in `node_keys`. */
  readonly public_key: string;
  readonly fingerprint: string;
  readonly status: NodeRowStatus;
  readonly registered_at: string;
  /** Set while the node is away after a proper goodbye. */
  readonly departed_at: string | null;
  readonly revoked_reason: string | null;
  /** Set, with the status `revoked`, when the node has left for good. */
  readonly retired_at: string | null;
  /** node_id of the node through which this one is reached. */
  readonly proxy: string | null;
}

/** Every key that a node has or had, so that what it signed can still be checked. */
interface NodeKeysTable {
  readonly id: Generated<number>;
  /** `nodes.id`. */
  readonly node: number;
  readonly public_key: string;
  readonly fingerprint: string;
  readonly valid_from: string;
  /** null while nothing ends it. */
  readonly valid_to: string | null;
}

interface AgentHomesTable {
  readonly agent_id: string;
  /** null once given back: the row stays, so that the epoch of the next agent of this name is a higher one. */
  readonly node_id: string | null;
  readonly epoch: number;
  readonly claimed_at: string;
  /** Of the move that is not over; null while the agent is on none. */
  readonly move_id: Generated<string | null>;
}

/** Every move, also those that are over: what has become of one never changes. */
interface MovesTable {
  readonly move_id: string;
  readonly agent_id: string;
  readonly source: string;
  readonly target: string;
  /** Where the files are handed over. */
  readonly spool: string;
  /** The agent's at its source. */
  readonly epoch: number;
  readonly state: MoveState;
  readonly step: MoveStep;
  readonly copies: Generated<number>;
  readonly copy_sha256: string | null;
  readonly rest_sha256: string | null;
  readonly is_takeover: 0 | 1;
  readonly reason: string | null;
  /** What is left of the time without a sign of life, by the registry's own running time. */
  readonly left_ms: number;
  readonly begun_at: string;
  readonly ended_at: string | null;
}

/** Each state that a move has come to, in the order in which they did. */
interface MoveEventsTable {
  readonly sequence: Generated<number>;
  readonly agent_id: string;
  readonly move_id: string;
  /** As the graph names it. */
  readonly state: AgentMoveState;
  readonly reason: string | null;
  readonly at: string;
}

/** What an agent can be made anew from. */
interface CheckpointsTable {
  readonly agent_id: string;
  readonly epoch: number;
  /** Opaque to the registry. */
  readonly data: string;
  readonly taken_at: string;
}

/** Of checkpoints that have not come as wholes yet. */
interface CheckpointPartsTable {
  readonly agent_id: string;
  readonly part: number;
  readonly parts: number;
  readonly epoch: number;
  readonly data: string;
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
  /** Fingerprint of the node that came with it. */
  readonly used_by: string | null;
}

interface SessionKeysTable {
  readonly key_id: string;
  /** JSON Web Key of an Ed25519 private key. */
  readonly private_key: string;
  readonly created_at: string;
}

export type UserRow = Selectable<UsersTable>;
export type SessionRow = Selectable<SessionsTable>;
export type NodeRow = Selectable<NodesTable>;
export type AgentHomeRow = Selectable<AgentHomesTable>;
export type MoveRow = Selectable<MovesTable>;
export type MoveEventRow = Selectable<MoveEventsTable>;
export type CheckpointRow = Selectable<CheckpointsTable>;
export type LibraryEntryRow = Selectable<LibraryEntriesTable>;
