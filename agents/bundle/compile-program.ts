import { codedError } from '../../wire/coded-error.ts';
import type { AgentRuntime } from '../agent-runtime.ts';
import { checkAgent } from './check-agent.ts';
import { stripTypes } from './strip-types.ts';

/**
 * What people deploy as it is stored: types are taken out, and it is tried. One file, JavaScript or TypeScript; of several, `bundleAgent` makes one before.
 * Rejects with AGENT_BAD_CODE, with the author's line.
 */
export async function compileProgram(
  runtime: AgentRuntime,
  { owner, code: source }: { readonly owner: string; readonly code: string },
): Promise<string> {
  const code = await stripTypes(source, (position) => {
    const line = source.slice(0, position).split('\n').length;
    throw codedError(
      'AGENT_BAD_CODE',
      `Line ${line}: expected types that can be left out, got one that means something at run time (enum, namespace, parameter property)`,
    );
  });
  await checkAgent(runtime, { owner, code });
  return code;
}
