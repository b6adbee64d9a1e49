import { join } from 'node:path';
import { type NetworkClient, connect } from '../../client/connect.ts';
import { DeployAgentDocument, SignInDocument } from '../../client/generated/graphql.ts';
import { startChild } from '../../demo/child.ts';
import { loadNodeKey } from '../../identity/node-key.ts';
import { type CloseStack, startClosable } from '../../nodes/close-stack.ts';
import { keepConfig, loadInitialConfig } from '../../nodes/config.ts';
import { keyFileIn } from '../../nodes/identity.ts';
import { openRegistryTables } from '../../nodes/open-tables.ts';
import { createUser } from '../../subgraphs/registry/users.ts';

export interface BenchNetwork {
  /** Signed in. */
  readonly client: NetworkClient;
  readonly url: string;
  readonly token: string;
  readonly agent: string;
  close(): Promise<void>;
}

/** An initial node and another, processes of their own; on the other one an agent. */
export function startBenchNetwork(folder: string): Promise<BenchNetwork> {
  return startClosable((closing) => start(folder, closing));
}

async function start(folder: string, closing: CloseStack): Promise<Omit<BenchNetwork, 'close'>> {
  const initialFolder = join(folder, 'initial');
  const tables = await openRegistryTables(initialFolder);
  const person = { username: 'ada', password: 'open sesame' };
  await createUser(tables.db, { ...person, role: 'DEVELOPER' });
  await tables.close();
  keepConfig(
    initialFolder,
    loadInitialConfig(initialFolder, { port: 0, approveLoopbackNodes: true, logLevel: 'warn' }),
  );
  const initial = await startChild({
    name: 'initial',
    args: ['initial', '--dir', initialFolder],
    logFile: join(folder, 'initial.log'),
  });
  closing.add(() => initial.stop());
  const { fingerprint } = loadNodeKey(keyFileIn(initialFolder)).publicKey;
  const at = ['--initial', initial.url, '--initial-key', fingerprint, '--port', '0', '--log-level', 'warn'];
  const node = await startChild({
    name: 'harbour',
    args: ['node', '--dir', join(folder, 'harbour'), '--kind', 'trusted', '--name', 'harbour', ...at],
    logFile: join(folder, 'harbour.log'),
  });
  closing.add(() => node.stop());
  const client = connect(initial.url);
  closing.add(() => client.close());
  const { data } = await client.mutate(SignInDocument, person);
  const token = data.signIn?.token ?? '';
  client.setToken(token);
  await client.mutate(DeployAgentDocument, { node: 'harbour', input: { name: 'guard', code: '0' } });
  return { client, url: initial.url, token, agent: 'ada/guard' };
}
