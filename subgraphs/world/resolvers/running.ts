import type { Resolvers } from '../../../schema/generated/world.ts';
import { limits } from '../../../schema/limits.ts';
import { codedError } from '../../../wire/coded-error.ts';
import type { Viewer } from '../../../wire/viewer.ts';
import { agentMoving } from '../agents/agent-moving.ts';
import { assertOwner, needViewer } from '../assert-owner.ts';
import { writeAgentFile } from '../moving/agent-file.ts';
import { importAgent } from '../moving/import-agent.ts';
import type { WorldServices } from './services.ts';
import { assertThisNode } from './this-node.ts';

/** What an owner does with an agent beside deploying it: code run in it, secrets, the agent as a file. */
export function createRunningResolvers({ node, db, desk, secrets, moves }: WorldServices) {
  const { store, running } = desk;
  const needOwner = async (id: string, viewer: Viewer | undefined): Promise<void> => {
    const { owner, status } = await store.get(id);
    assertOwner(viewer, owner);
    if (status === 'MOVING') throw agentMoving(id);
  };
  return {
    Query: {
      exportAgent: async (_root, { id }, { viewer }) => {
        await needOwner(id, viewer);
        return writeAgentFile(await moves.snapshot(id));
      },
    },
    Mutation: {
      importAgent: (_root, { node: meant, file, name }, { viewer, viewerToken }) => {
        assertThisNode(node, meant);
        const { username: owner } = needViewer(viewer);
        return importAgent(
          { desk, moves, transact: (work) => db.transaction().execute(work) },
          { owner, file, name: name ?? undefined, viewerToken },
        );
      },
      runInAgent: async (_root, { id, code }, { viewer }) => {
        await needOwner(id, viewer);
        if (code.length === 0 || code.length > limits.maxCommandLength) {
          throw codedError(
            'BAD_USER_INPUT',
            `Expected code of 1 to ${limits.maxCommandLength} characters, got ${code.length}`,
          );
        }
        const { log, error, ...run } = await running.command(id, code);
        return { ...run, log: [...log], error: error ?? null };
      },
      setSecret: async (_root, { agent, name, value }, { viewer }) => {
        await needOwner(agent, viewer);
        await secrets.set(agent, name, value);
        running.freshen(agent);
        return store.get(agent);
      },
      deleteSecret: async (_root, { agent, name }, { viewer }) => {
        await needOwner(agent, viewer);
        await secrets.delete(agent, name);
        running.freshen(agent);
        return store.get(agent);
      },
    },
  } satisfies Resolvers;
}
