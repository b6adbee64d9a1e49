import pc from 'picocolors';
import { RecoverAgentDocument } from '../../client/generated/graphql.ts';
import { withSession } from '../open-client.ts';

/** Has an agent begin again on that node, and says what is lost. */
export async function recoverAgent(agent: string, node: string): Promise<void> {
  const { data } = await withSession((client) =>
    client.mutate(RecoverAgentDocument, { id: agent, to: node }),
  );
  const { checkpointAt, lost } = data.recoverAgent ?? {};
  process.stdout.write(
    `${pc.green('Begun again')} on ${node}, from ${checkpointAt}\n${pc.yellow('Lost:')} ${lost}\n`,
  );
}
