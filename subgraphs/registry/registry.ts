import { GraphQLError } from 'graphql';
import type { Kysely } from 'kysely';
import type { NodeKey } from '../../identity/node-key.ts';
import { asError } from '../../wire/as-error.ts';
import type { ExecutableShape } from '../../wire/executable-shape.ts';
import type { Role, Viewer } from '../../wire/viewer.ts';
import { batchByKey } from '../serve/batch-by-key.ts';
import type { ShapeOptions } from '../serve/create-executable-shape.ts';
import { AgentDirectory } from './agent-directory.ts';
import { createChallengeBudget } from './challenge-budget.ts';
import type { RegistryTables } from './database.ts';
import { Members } from './members.ts';
import { findMoves } from './move-rows.ts';
import { Moves } from './moves.ts';
import { type NetworkService, createNetworkService } from './network.ts';
import { findNodes } from './nodes.ts';
import { NodeChallenges } from './node-challenges.ts';
import { createPasswords } from './passwords.ts';
import { type People, openPeople } from './people.ts';
import { RememberedHomes } from './remembered-homes.ts';
import type { ReadEntity, RegistryServices } from './services.ts';
import { type Sessions, openSessions } from './sessions.ts';
import { createSignIn } from './sign-in.ts';
import { createRegistrySubgraph } from './subgraph.ts';
import { findUsers } from './users.ts';

export interface RegistryOptions {
  /** With the migrations of this folder applied. Whoever opened it closes it, after the registry. */
  readonly db: Kysely<RegistryTables>;
  /** Of the initial node. */
  readonly key: NodeKey;
  /** The network's name for itself, part of what nodes sign; asked when it is needed. */
  readonly origin: () => string;
  /** Whether a node that calls from this very machine is approved at once. */
  readonly approveLoopback: boolean;
  readonly readEntity: ReadEntity;
  /** What members may ask over their connection beside network.graphql (peer.graphql, reports.graphql), as far as there is any yet. */
  readonly peerShapes?: () => readonly ExecutableShape[];
  readonly onFault: ShapeOptions['onFault'];
  /** What somebody who signs up may do; PLAYER when absent. */
  readonly newcomers?: Role;
  readonly now?: () => number;
  /** Instead of `limits.moveSilenceMs`. */
  readonly moveSilenceMs?: number;
  /** Instead of `limits.maxChallengesPerMinute`. */
  readonly maxChallengesPerMinute?: number;
}

/** The initial node's registry, as the composition root uses it. */
export interface Registry {
  readonly shape: ExecutableShape;
  readonly network: NetworkService;
  /** Whose session token it is, with the role as it is now; undefined for a stranger's. */
  authenticate(token: string): Promise<Viewer | undefined>;
  readonly sessions: Pick<Sessions, 'findChanged'>;
  readonly people: Pick<People, 'changes' | 'restricted'>;
  readonly members: Members;
  readonly directory: AgentDirectory;
  /** The directory for whoever asks often, as the gateway's fleet wants it. */
  readonly homes: Pick<RememberedHomes, 'locate' | 'onChange'>;
  readonly moves: Moves;
  /** Ends the nodes' connections, and looks for changes no more; resolves when nothing is being written. Idempotent. */
  close(): Promise<void>;
}

/** Starts the registry on its tables: every node is OFFLINE until its link is marked as up. */
export async function openRegistry(options: RegistryOptions): Promise<Registry> {
  const { db, key, now = Date.now, newcomers = 'PLAYER', onFault } = options;
  const members = new Members(db, { approveLoopback: options.approveLoopback, now });
  await members.forgetLinks();
  const directory = new AgentDirectory(db, now);
  const homes = new RememberedHomes(directory);
  // The agents of a node that has left are nobody's any more.
  members.changes.listen(({ kind }) => void (kind === 'RETIRED' && homes.forgetAll()));
  const moves = await Moves.open({
    db,
    directory,
    initial: () => members.initialId,
    now,
    onFault: (error) =>
      onFault(new GraphQLError('A move cannot be ended', { originalError: asError(error) })),
    silenceMs: options.moveSilenceMs,
  });
  const sessions = await openSessions({ db, now });
  const people = await openPeople({
    db,
    onChange: () => sessions.forget(),
    onFault: (error) =>
      onFault(new GraphQLError('People cannot be looked at', { originalError: asError(error) })),
  });
  const services: RegistryServices = {
    db,
    key,
    now,
    members,
    directory,
    moves,
    people,
    signIn: createSignIn({ db, passwords: createPasswords(), sessions, newcomers, now }),
    readEntity: options.readEntity,
    load: {
      user: batchByKey((usernames) => findUsers(db, usernames)),
      node: batchByKey((ids) => findNodes(db, ids)),
      agent: batchByKey((ids) => directory.findHomes(ids)),
      move: batchByKey((ids) => findMoves(db, ids)),
    },
  };
  const challenges = new NodeChallenges(options.origin, now);
  const challengeBudget = createChallengeBudget({ db, now, perMinute: options.maxChallengesPerMinute });
  const network = createNetworkService(
    {
      ...services,
      challenges,
      challengeBudget,
      initial: () => members.initialId,
      peerShapes: options.peerShapes ?? (() => []),
    },
    onFault,
  );
  return {
    shape: createRegistrySubgraph(services, onFault),
    network,
    authenticate: (token) => sessions.authenticate(token),
    sessions,
    people,
    members,
    directory,
    homes,
    moves,
    close: () => {
      people.close();
      network.close();
      return moves.close();
    },
  };
}
