// It puts blanks in place of types, so that lines and columns stay what their author wrote.
import tsBlankSpace from 'ts-blank-space';
import { codedError } from '../../wire/coded-error.ts';
import type { AgentRuntime } from '../agent-runtime.ts';
import { checkAgent } from './check-agent.ts';

/**
 * What people deploy as it is stored: types are taken out, and it is tried. One file, JavaScript or TypeScript; of several, `bundleAgent` makes one before.
 * Rejects with AGENT_BAD_CODE, with the author's line.
 */
export async function compileProgram(
  runtime: AgentRuntime,
  { owner, code: source }: { readonly owner: string; readonly code: string },
): Promise<string> {
  const code = tsBlankSpace(source, ({ pos }) => {
    const line = source.slice(0, pos).split('\n').length;
    throw codedError(
      'AGENT_BAD_CODE',
      `Line ${line}: expected types that can be left out, got one that means something at run time (enum, namespace, parameter property)`,
    );
  });
  await checkAgent(runtime, { owner, code });
  return code;
}
