import type { NetworkClient } from '../client/connect.ts';
import { DeployAgentDocument, SignInDocument } from '../client/generated/graphql.ts';
import { RequestError } from '../client/request-error.ts';
import { person } from './network.ts';
import { untilDone } from './until-done.ts';

export interface DeployOptions {
  /** As many on each node, or one more. */
  readonly count: number;
  readonly code: string;
  readonly start: boolean;
  /** Time is up. */
  readonly signal: AbortSignal;
}

/** Signs in, and deploys agents on the nodes. @returns the node of each */
export async function deployAgents(
  client: NetworkClient,
  nodes: readonly string[],
  { count, code, start, signal }: DeployOptions,
): Promise<ReadonlyMap<string, string>> {
  const { username, password } = person;
  const { data } = await untilDone(() => client.mutate(SignInDocument, { username, password }), signal);
  client.setToken(data.signIn?.token);
  const homes = new Map<string, string>();
  for (let index = 0; index < count; index += 1) {
    const node = nodes[index % nodes.length] ?? '';
    const name = `${node}-${Math.floor(index / nodes.length) + 1}`;
    await untilDone(() => deploy(client, node, { name, code, start }), signal);
    homes.set(`${username}/${name}`, node);
  }
  return homes;
}

async function deploy(
  client: NetworkClient,
  node: string,
  input: { readonly name: string; readonly code: string; readonly start: boolean },
): Promise<void> {
  try {
    await client.mutate(DeployAgentDocument, { node, input });
  } catch (error) {
    // An attempt before was carried out, and its answer lost.
    if (!(error instanceof RequestError && error.code === 'ALREADY_EXISTS')) throw error;
  }
}
