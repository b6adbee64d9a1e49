import type { NodeKey } from '../../identity/node-key.ts';
import { verifyViewerToken } from '../../identity/viewer-token.ts';
import { codedError } from '../../wire/coded-error.ts';
import { ownerOfAgent } from '../../wire/ids.ts';
import type { AgentDirectory, SettledAgent } from './agent-directory.ts';

interface AgentClaim {
  readonly agent: string;
  /** Id of the node that is to have it. */
  readonly node: string;
  /** By which the node was told that the agent's owner asks for it. */
  readonly viewerToken: string | undefined;
}

/**
 * Gives a node the id of an agent that its owner deploys there. A node speaks for whoever lives on it, so it may not make up who does: without the
 * owner's word, as the gateway has told it to that node, FORBIDDEN. BAD_USER_INPUT, AGENT_TAKEN; an agent that it has already is fine.
 */
export async function claimAgent(
  {
    directory,
    key,
    now,
  }: { readonly directory: AgentDirectory; readonly key: NodeKey; readonly now: () => number },
  { agent, node, viewerToken }: AgentClaim,
): Promise<SettledAgent> {
  const home = (await directory.findHomes([agent])).get(agent);
  if (!home)
    await assertOwnerAsks(agent, viewerToken ?? '', { issuer: key.publicKey, audience: node, now: now() });
  return directory.claim(agent, node);
}

async function assertOwnerAsks(
  agent: string,
  token: string,
  expected: Parameters<typeof verifyViewerToken>[1],
): Promise<void> {
  const owner = ownerOfAgent(agent);
  if (owner === undefined) throw codedError('BAD_USER_INPUT', "Expected an agent's id, <owner>/<name>");
  const { viewer } = await verifyViewerToken(token, expected).catch((cause: unknown) => {
    throw codedError('FORBIDDEN', `Expected a token by which ${owner} asks this node for ${agent}`, {
      cause,
    });
  });
  if (viewer.username !== owner) {
    throw codedError('FORBIDDEN', `Expected ${owner} to ask for ${agent}, got ${viewer.username}`);
  }
}
