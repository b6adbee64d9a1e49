import type { NetworkClient } from '../client/connect.ts';
import { DeployAgentDocument, SignInDocument } from '../client/generated/graphql.ts';
import { RequestError } from '../client/request-error.ts';
import { person } from './network.ts';
import { untilDone } from './until-done.ts';

const perNode = 2;

/** Signs in, and deploys agents on each node. @returns the node of each */
export async function deployAgents(
  client: NetworkClient,
  nodes: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const { username, password } = person;
  const { data } = await untilDone(() => client.mutate(SignInDocument, { username, password }), signal);
  client.setToken(data.signIn?.token);
  const homes = new Map<string, string>();
  for (const node of nodes) {
    for (let count = 1; count <= perNode; count += 1) {
      const name = `${node}-${count}`;
      await untilDone(() => deploy(client, node, name), signal);
      homes.set(`${username}/${name}`, node);
    }
  }
  return homes;
}

async function deploy(client: NetworkClient, node: string, name: string): Promise<void> {
  try {
    // They are driven from outside, so that their program does not matter.
    await client.mutate(DeployAgentDocument, { node, input: { name, code: '0' } });
  } catch (error) {
    // An attempt before was carried out, and its answer lost.
    if (!(error instanceof RequestError && error.code === 'ALREADY_EXISTS')) throw error;
  }
}
