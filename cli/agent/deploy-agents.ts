import pc from 'picocolors';
import { bundleAgent } from '../../agents/bundle/bundle-agent.ts';
import { type AgentSource, findAgents } from '../../agents/sandbox/find-agents.ts';
import type { NetworkClient } from '../../client/connect.ts';
import { AgentHomeDocument, DeployAgentDocument } from '../../client/generated/graphql.ts';
import { withSession } from '../open-client.ts';
import { programName } from '../program-name.ts';
import { findInitial } from './find-initial.ts';
import { whoseAgent } from './whose-agent.ts';

export interface DeployFlags {
  readonly node?: string;
  readonly name?: string;
  readonly start: boolean;
}

/** Deploys the agents of a folder, or of one file: to where each lives already, else to the node that was said, else to the initial node. */
export async function deployAgents(path: string, flags: DeployFlags): Promise<void> {
  const sources = findAgents(path);
  if (flags.name !== undefined && sources.length > 1)
    throw new Error(`--name is for one agent, and there are ${sources.length} in ${path}`);
  // Before anything is sent: one that is none stops them all.
  const programs = await Promise.all(
    sources.map(async (source) => ({ ...source, code: await bundleAgent(source.entry) })),
  );
  await withSession(async (client, session) => {
    for (const program of programs) {
      const name = flags.name ?? program.name;
      await deploy(client, { ...program, name }, { ...flags, id: whoseAgent(name, session) });
    }
  });
}

async function deploy(
  client: NetworkClient,
  { name, code }: AgentSource & { readonly code: string },
  { id, node: wanted, start }: DeployFlags & { readonly id: string },
): Promise<void> {
  const { data } = await client.query(AgentHomeDocument, { id });
  const home = data.agent?.node?.id;
  if (home && wanted && home !== wanted)
    throw new Error(`${id} lives on ${home}: ${programName()} agent move ${id} ${wanted}`);
  const node = home ?? wanted ?? (await findInitial(client));
  const deployed = await client.mutate(DeployAgentDocument, { node, input: { name, code, start } });
  const { status, version } = deployed.data.deployAgent ?? {};
  process.stdout.write(
    `${pc.green('Deployed')} ${id} on ${node}: version ${version}, ${status?.toLowerCase()}\n  its log: ${programName()} agent log ${id} --follow\n`,
  );
}
