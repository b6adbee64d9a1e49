import { codedError } from '../../wire/coded-error.ts';
import type { AgentDirectory } from './agents/agent-directory.ts';
import type { EntityFiles } from './entities/entity-files.ts';

/** What stands in for files and claims on a node that hosts nothing: whatever would put something there rejects with FORBIDDEN. */
export function hostNothing(node: string): {
  readonly entityFiles: EntityFiles;
  readonly directory: AgentDirectory;
} {
  const refuse = async (): Promise<never> => {
    throw codedError(
      'FORBIDDEN',
      `The node ${node} only carries the connections of others: expected a node that hosts agents and entities`,
    );
  };
  return {
    entityFiles: { create: refuse, replace: refuse, remove: refuse, close: () => Promise.resolve() },
    directory: { claimAgent: refuse, releaseAgent: refuse },
  };
}
