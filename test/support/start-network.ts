import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type NodeKey, readNodeKey } from '../../identity/node-key.ts';
import { loadInitialConfig, loadNodeConfig } from '../../nodes/config.ts';
import { openRegistryTables } from '../../nodes/open-tables.ts';
import { type InitialNode, startInitial } from '../../nodes/start-initial.ts';
import { type RunningNode, startNode } from '../../nodes/start-node.ts';
import { createUser } from '../../subgraphs/registry/users.ts';
import type { MovingOptions } from '../../nodes/moving/join-moves.ts';
import type { Role } from '../../wire/viewer.ts';
import { postGraphql } from './post-graphql.ts';
import { temporaryFolder } from './temporary-folder.ts';

const quiet = { logLevel: 'silent', port: 0 } as const;

export interface Network {
  readonly initial: InitialNode;
  readonly port: number;
  /** A node's folder. */
  place(name: string): string;
  /** A node's key, once it has been started. */
  keyOf(name: string): NodeKey;
  /** Starts a node that is approved at once; stopped when the test has finished. */
  join(name: string, flags: Record<string, unknown>, moving?: MovingOptions): Promise<RunningNode>;
  /** Runs an operation as somebody who is made for it, with this role. */
  ask(query: string, variables?: Record<string, unknown>, role?: Role): Promise<unknown>;
}

/** An initial node in this process, which approves whoever comes from this machine; stopped when the test has finished. */
export async function startNetwork(
  flags: Record<string, unknown> = {},
  moving?: MovingOptions,
): Promise<Network> {
  const folder = temporaryFolder();
  const place = (name: string) => join(folder, name);
  const keyOf = (name: string) => readNodeKey(join(place(name), 'id_ed25519'));
  const tables = await openRegistryTables(place('initial'));
  for (const role of ['PLAYER', 'DEVELOPER', 'ADMIN'] as const) {
    await createUser(tables.db, { username: role.toLowerCase(), password: 'correct horse', role });
  }
  await tables.close();
  const initial = await startInitial({
    folder: place('initial'),
    config: loadInitialConfig(place('initial'), { ...quiet, approveLoopbackNodes: true, ...flags }),
    ...(moving ? { moving } : {}),
  });
  onTestFinished(() => initial.close());
  const sessions = new Map<Role, string>();
  const signIn = async (role: Role): Promise<string> => {
    const known = sessions.get(role);
    if (known !== undefined) return known;
    const query = `mutation { signIn(username: "${role.toLowerCase()}", password: "correct horse") { token } }`;
    const { body } = await postGraphql(`${initial.url}/graphql`, { query });
    const { signIn: session } = body.data as { signIn: { token: string } };
    sessions.set(role, session.token);
    return session.token;
  };
  return {
    initial,
    port: Number(new URL(initial.url).port),
    place,
    keyOf,
    async join(name, more, moves) {
      const { fingerprint: initialKey } = keyOf('initial').publicKey;
      const config = loadNodeConfig(place(name), {
        ...quiet,
        name,
        initial: initial.url,
        initialKey,
        ...more,
      });
      const node = await startNode({ folder: place(name), config, ...(moves ? { moving: moves } : {}) });
      onTestFinished(() => node.close());
      return node;
    },
    async ask(query, variables, role = 'ADMIN') {
      const authorization = `Bearer ${await signIn(role)}`;
      const { body } = await postGraphql(`${initial.url}/graphql`, { query, variables }, { authorization });
      if (body.errors) throw new Error(JSON.stringify(body.errors));
      return body.data;
    },
  };
}
