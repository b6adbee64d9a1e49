import type { Kysely } from 'kysely';
import type { NodeKey } from '../../identity/node-key.ts';
import type { Viewer } from '../../wire/viewer.ts';
import type { AgentDirectory, SettledAgent } from './agent-directory.ts';
import type { MoveRow, NodeRow, RegistryTables, UserRow } from './database.ts';
import type { PublishableEntity } from './library.ts';
import type { Members } from './members.ts';
import type { Moves } from './moves.ts';
import type { People } from './people.ts';
import type { SignIn } from './sign-in.ts';

/** Reads an entity wherever it is, as the viewer may see it; undefined when there is none. Rejects with a coded error. */
export type ReadEntity = (id: string, viewer: Viewer) => Promise<PublishableEntity | undefined>;

/** What the resolvers work with. */
export interface RegistryServices {
  readonly db: Kysely<RegistryTables>;
  readonly now: () => number;
  /** Of the initial node. */
  readonly key: NodeKey;
  readonly signIn: SignIn;
  readonly people: People;
  readonly members: Members;
  readonly directory: AgentDirectory;
  readonly moves: Moves;
  readonly readEntity: ReadEntity;
  /** Rows by key; what is asked for together is read together. */
  readonly load: {
    readonly user: (username: string) => Promise<UserRow | undefined>;
    readonly node: (id: string) => Promise<NodeRow | undefined>;
    readonly agent: (id: string) => Promise<SettledAgent | undefined>;
    readonly move: (id: string) => Promise<MoveRow | undefined>;
  };
}
